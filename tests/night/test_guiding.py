"""Guided routines, by the clock of the samples."""

from __future__ import annotations

import numpy as np
from nights import Night, Say, spend

from crampvoice.messages import CHUNK_SAMPLES, RATE_HZ

CRY = Say(1, "cramp in my calf")


def _begins(night: Night, text: str) -> float:
    return next(event.sample / RATE_HZ for event in night.of("say_start") if event.data["text"] == text)


def _ends(night: Night, text: str) -> float:
    starts = night.of("say_start")
    at = next(i for i, event in enumerate(starts) if event.data["text"] == text)
    return next(event.sample for event in night.of("say_end") if event.sample > starts[at].sample) / RATE_HZ


def test_steps_holds_halfway_and_questions_come_by_the_clock() -> None:
    night = spend(CRY, length_s=75)
    assert night.said() == [
        "Straighten your leg now.",
        "Ease off if it hurts.",
        "Breathe out.",
        "Pull your toes up.",
        "Halfway. Keep breathing.",
        "Is it letting go?",
        "Let it rest.",
    ]
    assert [event.data["step"] for event in night.of("step")] == [1, 2, 3, 4]
    chunk_s = CHUNK_SAMPLES / RATE_HZ
    assert 0 <= _begins(night, "Pull your toes up.") - _ends(night, "Breathe out.") - 3 <= 2 * chunk_s
    toes_up = _ends(night, "Pull your toes up.")
    assert 0 <= _begins(night, "Halfway. Keep breathing.") - toes_up - 10 <= 2 * chunk_s
    assert 0 <= _begins(night, "Is it letting go?") - toes_up - 20 <= 2 * chunk_s
    assert 0 <= _begins(night, "Let it rest.") - _ends(night, "Is it letting go?") - 8 <= 2 * chunk_s


def test_sentences_are_four_tenths_of_a_second_apart() -> None:
    night = spend(CRY, length_s=6.5)
    (end, *_), (_, second, *_) = night.of("say_end"), night.of("say_start")
    assert second.sample - end.sample == 0.4 * RATE_HZ


def test_a_first_step_that_repeats_the_answer_is_not_said_twice_but_held() -> None:
    night = spend(Say(1, "my leg hurts"), length_s=30)
    assert night.said() == ["I am here.", "Toes up."]
    hold = night.of("timer", what="hold")
    assert [event.data["state"] for event in hold] == ["start", "end"]
    assert abs(hold[1].sample - hold[0].sample - 15 * RATE_HZ) <= CHUNK_SAMPLES


def test_commands_work_during_a_hold() -> None:
    quiet = spend(CRY, length_s=75)
    during = _ends(quiet, "Pull your toes up.") + 3
    assert spend(CRY, Say(during, "next"), length_s=during + 5).said()[-1] == "Is it letting go?"
    assert spend(CRY, Say(during, "back"), length_s=during + 3).said()[-1] == "Breathe out."
    stopped = spend(CRY, Say(during, "stop"), length_s=during + 30)
    assert stopped.silent(during, during + 30)
    assert "Stand up if you can." in spend(CRY, Say(during, "worse"), length_s=during + 3).said()


def test_repeat_starts_the_hold_over_and_small_talk_does_not() -> None:
    quiet = spend(CRY, length_s=75)
    during = _ends(quiet, "Pull your toes up.") + 5
    due = _begins(quiet, "Is it letting go?")
    repeated = spend(CRY, Say(during, "repeat"), length_s=75)
    assert repeated.said().count("Pull your toes up.") == 2
    assert _begins(repeated, "Is it letting go?") > due + 5
    talk = spend(CRY, Say(during, "where is the book"), length_s=75)
    assert _begins(talk, "Is it letting go?") == due


def test_a_danger_sign_ends_a_hold_within_a_second() -> None:
    during = _ends(spend(CRY, length_s=75), "Pull your toes up.") + 3
    cry = Say(during, "i can't breathe")
    night = spend(CRY, cry, length_s=during + 30)
    assert night.first_sound_after(cry.end) - cry.end < RATE_HZ
    assert night.said()[-2:] == ["Call for help now.", "Sit up."]


def test_an_answer_goes_where_the_routine_says() -> None:
    asked = _ends(spend(CRY, length_s=75), "Is it letting go?")
    assert spend(CRY, Say(asked + 1, "yes"), length_s=asked + 6).said()[-1] == "Let it rest."
    assert "Stand up if you can." in spend(CRY, Say(asked + 1, "no"), length_s=asked + 4).said()


def test_a_question_is_asked_once_more_when_its_time_has_come() -> None:
    numb = Say(2, "my leg is numb")
    asked = spend(numb, length_s=8, wake_at_s=1)
    answer = Say(_ends(asked, "Is it cold?") + 1, "no")
    night = spend(numb, answer, length_s=45, wake_at_s=1)
    first, second = night.of("say_start", text="Is it cold?")
    assert 20 <= (second.sample - answer.end) / RATE_HZ < 21.5
    assert first.sample < second.sample
    silence = spend(numb, answer, length_s=70, wake_at_s=1)
    assert silence.said()[-2:] == ["Call for help now.", "Sit up."]


def test_a_cramp_of_ten_minutes_is_an_emergency() -> None:
    asked = _ends(spend(CRY, length_s=75), "Is it letting go?")
    night = spend(CRY, Say(asked + 1, "no"), length_s=640)
    begin = next(event for event in night.of("say_start") if event.data["text"] == "Ten minutes is too long.")
    assert abs(begin.sample / RATE_HZ - 600 - CRY.end / RATE_HZ) < 1
    assert night.said().count("Ten minutes is too long.") == 1


def test_talk_after_five_minutes_neither_ends_a_routine_nor_the_alarm_of_ten_minutes() -> None:
    asked = _ends(spend(CRY, length_s=75), "Is it letting go?")
    night = spend(CRY, Say(asked + 1, "no"), Say(400, "where is the book"), length_s=640)
    assert any(event.sample > 410 * RATE_HZ for event in night.of("say_start", text="Lean in."))
    assert night.said()[-1] == "Ten minutes is too long."


def test_a_danger_sign_that_a_clock_leads_to_is_reported_with_its_level() -> None:
    asked = _ends(spend(CRY, length_s=75), "Is it letting go?")
    too_long = spend(CRY, Say(asked + 1, "no"), length_s=640).of("decide", id="emergency.over_ten_minutes")
    silence = spend(Say(2, "my leg is numb"), length_s=20, wake_at_s=1).of("decide", id="emergency.chest_or_breath")
    assert [event.data["level"] for event in (*too_long, *silence)] == ["today", "emergency_now"]
    assert all(event.data["acted"] for event in (*too_long, *silence))


def test_a_lost_microphone_does_not_stop_a_routine() -> None:
    night = spend(CRY, length_s=75)
    lost = spend(CRY, length_s=75, lost_from_s=4)
    assert np.array_equal(night.device, lost.device)
