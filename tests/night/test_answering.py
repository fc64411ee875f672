"""Early decisions: how soon the answer begins, and how long a silence is waited for."""

from __future__ import annotations

from dataclasses import replace

import pytest
from nights import Say, spend

from crampvoice.messages import CHUNK_SAMPLES, RATE_HZ, Candidate
from crampvoice.night.settling import MIDDLING, NOTHING, PATIENT, QUICK, patience
from crampvoice.night.waking import NightBands


def test_a_cramp_is_answered_within_350_ms_of_the_last_word() -> None:
    cry = Say(1, "cramp in my calf")
    night = spend(cry, length_s=5)
    assert night.first_sound_after(cry.end) - cry.end <= 0.35 * RATE_HZ


def test_the_first_sample_that_is_played_is_audible() -> None:
    night = spend(Say(1, "cramp in my calf"), length_s=5)
    begin = night.of("say_start")[0].sample
    assert 0 <= night.first_sound_after(begin) - begin < 100


def test_a_command_needs_little_silence() -> None:
    night = spend(Say(3, "thanks"), length_s=6, wake_at_s=1)
    assert [event.data["silence"] for event in night.of("decide")] == [QUICK]


def test_a_question_there_is_hardly_a_doubt_about_needs_no_more() -> None:
    night = spend(Say(3, "why do i get cramps"), length_s=6, wake_at_s=1)
    assert [event.data["silence"] for event in night.of("decide")] == [QUICK]


@pytest.mark.parametrize(("score", "silence"), [(0.9, QUICK), (0.7, MIDDLING), (0.4, PATIENT)])
def test_the_surer_the_question_the_shorter_the_wait(score: float, silence: int) -> None:
    reading = replace(NOTHING, text="why is it", id="why.general", candidates=(Candidate(id="why.general", score=score),))
    assert patience(reading, NightBands(), awake=True, answering=False) == silence


def test_the_very_words_of_a_learned_phrasing_are_not_doubted() -> None:
    reading = replace(NOTHING, text="do i need calcium", id="why.minerals", nearest=("do i need calcium", 1.0))
    assert patience(reading, NightBands(), awake=True, answering=False) == QUICK


@pytest.mark.parametrize(("id_", "answering"), [("control.yes", False), ("why.general", True), ("none", True)])
def test_yes_is_quick_only_as_an_answer(id_: str, answering: bool) -> None:
    reading = replace(NOTHING, text="aye", id=id_, candidates=(Candidate(id=id_, score=0.5),))
    assert patience(reading, NightBands(), awake=True, answering=answering) == PATIENT
    yes = replace(NOTHING, id="control.yes", candidates=(Candidate(id="control.yes", score=0.9),))
    assert patience(yes, NightBands(), awake=True, answering=True) == QUICK


def test_what_is_not_understood_is_waited_for() -> None:
    night = spend(Say(3, "where is the"), length_s=6, wake_at_s=1)
    assert [event.data["silence"] for event in night.of("decide")] == [PATIENT]


def test_a_breath_inside_a_question_does_not_cut_it() -> None:
    night = spend(Say(3, "why do i"), Say(3 + 3 * 0.28 + 0.45, "get cramps"), length_s=7, wake_at_s=1)
    assert night.said() == ["Nobody knows for sure."]


def test_speech_events_tell_where_the_words_were() -> None:
    cry = Say(1, "cramp in my calf")
    night = spend(cry, length_s=5)
    heard = next(event for event in night.of("heard") if not event.data["partial"])
    assert abs(heard.data["start"] - RATE_HZ) <= CHUNK_SAMPLES
    assert abs(heard.data["end"] - cry.end) <= CHUNK_SAMPLES
    assert night.of("speech_start")[0].sample == heard.data["start"]


def test_events_hold_no_words_unless_asked() -> None:
    night = spend(Say(1, "cramp in my calf"), length_s=5, spell_out=False)
    assert not any(
        "calf" in str(value) for event in night.events for key, value in event.data.items() if key != "id" and key != "reading"
    )
    assert not any("text" in event.data for event in night.events)
