"""Talking while the device talks."""

from __future__ import annotations

from dataclasses import replace

import pytest
from nights import Say, spend

from crampvoice.messages import RATE_HZ, Finding, Reading
from crampvoice.night.loudness import DUCK_DB
from crampvoice.night.replay import EchoPath
from crampvoice.night.settling import counts_over_own_voice
from crampvoice.settings import NightSettings

from nights import SCRIPTS  # isort: skip

CRY = Say(1, "cramp in my calf")
"""Answered from 2.3 s on with 'Straighten your leg now.', 1.5 s, and 'Ease off if it hurts.'"""


def test_stop_silences_it_within_400_ms_of_the_word() -> None:
    word = Say(3.3, "stop")
    night = spend(CRY, word, length_s=8)
    assert night.of("interrupted")
    assert night.silent(word.end / RATE_HZ + 0.4, 8)


def test_two_decodes_that_agree_in_a_pause_are_enough() -> None:
    word = Say(3.3, "stop")
    assert spend(CRY, word, length_s=8).of("interrupted")[0].sample - word.end <= 0.2 * RATE_HZ


def test_its_own_volume_drops_at_the_start_of_speech() -> None:
    word = Say(3.3, "stop")
    night = spend(CRY, word, length_s=8)
    volume = night.of("volume", why="duck")[0]
    assert volume.sample - 3.3 * RATE_HZ <= 0.2 * RATE_HZ
    assert volume.data["gain_db"] == night.of("say_start")[0].data["gain_db"] + DUCK_DB


def test_a_sentence_that_was_talked_over_is_said_again_when_nothing_was_meant() -> None:
    night = spend(CRY, Say(3.2, "where is the"), length_s=14)
    assert night.said()[:3] == ["Straighten your leg now.", "Straighten your leg now.", "Ease off if it hurts."]
    assert [event.data["repeat"] for event in night.of("say_start")[:3]] == [False, True, False]
    assert [event.data["why"] for event in night.of("volume")] == ["duck", "restore"]


def test_long_talk_beside_it_holds_it_up_for_a_second_and_a_half_only() -> None:
    night = spend(CRY, Say(3.2, "and so we went on and on about it for a very long time"), length_s=14)
    restored = night.of("volume", why="restore")[0]
    assert restored.sample - 3.2 * RATE_HZ <= 1.75 * RATE_HZ
    assert night.said()[1] == "Straighten your leg now."


def test_a_sentence_is_repeated_once_only() -> None:
    night = spend(CRY, Say(3.2, "what"), Say(5.7, "now"), length_s=12)
    assert night.said().count("Straighten your leg now.") == 2


def test_a_question_does_not_interrupt_it() -> None:
    night = spend(CRY, Say(2.8, "why do i get cramps"), length_s=12)
    assert "Nobody knows for sure." not in night.said()


def test_a_question_interrupts_it_in_full_duplex() -> None:
    night = spend(CRY, Say(2.8, "why do i get cramps"), length_s=12, settings=NightSettings(duplex="full"))
    assert "Nobody knows for sure." in night.said()


def test_a_danger_sign_interrupts_it() -> None:
    night = spend(CRY, Say(3.2, "i can't breathe"), length_s=12)
    assert "Call for help now." in night.said()
    assert "Ease off if it hurts." not in night.said()


def test_what_is_said_in_a_gap_is_heard_freely_and_not_talked_over() -> None:
    first_end = spend(CRY, length_s=8).of("say_end")[0].sample / RATE_HZ
    question = Say(first_end + 0.1, "why do i get cramps")
    night = spend(CRY, question, length_s=12)
    assert night.said() == ["Straighten your leg now.", "Nobody knows for sure."]
    assert night.silent(first_end + 0.15, question.end / RATE_HZ)


def test_louder_says_the_cut_sentence_again_louder_and_not_those_before() -> None:
    first_end = spend(CRY, length_s=8).of("say_end")[0].sample / RATE_HZ
    night = spend(CRY, Say(first_end + 0.7, "louder"), length_s=12)
    starts = night.of("say_start")
    assert [event.data["text"] for event in starts[:3]] == [
        "Straighten your leg now.",
        "Ease off if it hurts.",
        "Ease off if it hurts.",
    ]
    assert starts[2].data["gain_db"] == starts[0].data["gain_db"] + 6


@pytest.mark.parametrize(
    ("word", "then"),
    [
        ("next", "Is it letting go?"),
        ("back", "Breathe out."),
        ("repeat", "Pull your toes up."),
        ("better", "Let it rest."),
        ("worse", "Stand up if you can."),
    ],
)
def test_a_command_said_into_a_step_cuts_it_off_and_is_done(word: str, then: str) -> None:
    step = spend(CRY, length_s=14).of("say_start", text="Pull your toes up.")[0].sample / RATE_HZ
    said = Say(step + 0.5, word)
    night = spend(CRY, said, length_s=18)
    (interrupted,) = night.of("interrupted")
    assert [event.data["id"] for event in night.of("decide", acted=True)] == ["relief.calf", f"control.{word}"]
    after = [event for event in night.of("say_start") if event.sample > interrupted.sample]
    assert after[0].data["text"] == then
    assert after[0].sample - said.end <= RATE_HZ


@pytest.mark.parametrize("said", ["stop", "stop it please"])
def test_a_word_it_is_saying_itself_does_not_count(said: str) -> None:
    reading = Reading(text=said, id="control.stop")
    assert counts_over_own_voice(reading, SCRIPTS, frozenset({"leg", "now"}), "half")
    assert not counts_over_own_voice(reading, SCRIPTS, frozenset({"stop", "it"}), "half")


def test_danger_counts_by_a_rule_with_a_word_of_its_own() -> None:
    finding = Finding(id="emergency.chest_or_breath", rule="r", words=("can't breathe",))
    reading = Reading(text="i can't breathe", id="emergency.chest_or_breath", findings=(finding,))
    assert counts_over_own_voice(reading, SCRIPTS, frozenset({"breathe", "out"}), "half")
    assert not counts_over_own_voice(reading, SCRIPTS, frozenset({"can't", "breathe"}), "half")
    assert not counts_over_own_voice(Reading(text="help", id="emergency.chest_or_breath"), SCRIPTS, frozenset(), "half")


def test_danger_that_no_rule_found_counts_when_it_is_sure_and_in_words_of_its_own() -> None:
    reading = Reading(text="both legs have gone weak since this morning", id="emergency.weak_or_numb", danger=0.95)
    assert counts_over_own_voice(reading, SCRIPTS, frozenset({"legs", "morning"}), "half")
    assert not counts_over_own_voice(reading, SCRIPTS, frozenset({"both", "legs", "have", "gone"}), "half")
    assert not counts_over_own_voice(replace(reading, danger=0.8), SCRIPTS, frozenset(), "half")
    assert not counts_over_own_voice(replace(reading, text="weak since this morning"), SCRIPTS, frozenset(), "half")


def test_it_does_not_hear_itself() -> None:
    night = spend(CRY, length_s=60, echo=EchoPath(level_db=-12, delay_ms=60))
    assert len(night.of("speech_start")) == 1
    assert not night.of("volume")


def test_it_hears_others_through_its_own_echo() -> None:
    first_end = spend(CRY, length_s=8).of("say_end")[0].sample / RATE_HZ
    word = Say(first_end + 0.9, "stop")
    night = spend(CRY, word, length_s=10, echo=EchoPath(level_db=-12, delay_ms=60))
    assert night.of("interrupted")
    assert night.silent(word.end / RATE_HZ + 0.4, 10)
