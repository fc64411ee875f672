"""What wakes the device, and that nothing else makes it speak."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from nights import FALLBACK, SCRIPTS, Burr, KnowsWhatIsSaid, LoudIsSpeech, Say, room, spend, understand

from crampvoice.hearing import Listener
from crampvoice.messages import CHUNK_SAMPLES, RATE_HZ, Candidate, Finding, Hypothesis, Reading, Utterance
from crampvoice.night.session import Session
from crampvoice.night.voices import PatientVoice
from crampvoice.night.waking import NightBands, is_distress, open_only, without_phrase
from crampvoice.settings import NightSettings

PHRASE = NightSettings().wake_phrase


def test_distress_is_answered_without_a_wake_phrase() -> None:
    night = spend(Say(1, "cramp in my calf"), length_s=6)
    assert [event.data["by"] for event in night.of("wake")] == ["distress"]
    assert night.said()[0] == "Straighten your leg now."


def test_a_danger_sign_wakes_and_is_answered() -> None:
    night = spend(Say(1, "i can't breathe"), length_s=6)
    assert night.said()[0] == "Call for help now."


@pytest.mark.parametrize("text", ["stop", "good night", "why do i get cramps", "yes", "where is the book"])
def test_outside_the_window_everything_else_is_silent(text: str) -> None:
    night = spend(Say(1, text), length_s=6)
    assert not night.device.any()
    assert not night.of("wake")
    assert [event.data["acted"] for event in night.of("decide")] == [False]


def test_the_phrase_opens_the_window_without_a_sound() -> None:
    night = spend(Say(1, PHRASE), length_s=14)
    assert [event.data["by"] for event in night.of("wake")] == ["phrase"]
    assert not night.device.any()
    assert len(night.of("timer", what="window")) == 1


def test_after_the_phrase_a_question_is_answered() -> None:
    night = spend(Say(1, PHRASE), Say(5, "why do i get cramps"), length_s=11)
    assert night.said() == ["Nobody knows for sure."]


def test_what_follows_the_phrase_in_one_breath_is_answered() -> None:
    night = spend(Say(1, f"{PHRASE} why do i get cramps"), length_s=7)
    assert night.said() == ["Nobody knows for sure."]


def test_the_next_chunk_can_wait_only_while_nobody_speaks_and_it_sleeps() -> None:
    rests = _rests(Say(1, "my leg hurts"), seconds=300)
    assert [rests(second) for second in (0.5, 1.5, 3.0, 10.0, 290.0)] == [True, False, False, False, True]


def test_the_next_chunk_cannot_wait_before_a_question_is_asked_once_more() -> None:
    rests = _rests(Say(2, "my leg is numb"), Say(7, "no"), seconds=90, wake_at_s=1)
    assert [rests(second) for second in (23.0, 85.0)] == [False, True]


def _rests(*said: Say, seconds: int, wake_at_s: float | None = None) -> Callable[[float], bool]:
    session = Session(Listener(LoudIsSpeech(), KnowsWhatIsSaid(said)), understand, SCRIPTS, PatientVoice(Burr, FALLBACK))
    rests = []
    for chunk in room(said, seconds):
        if wake_at_s is not None and chunk.start // CHUNK_SAMPLES == int(wake_at_s * RATE_HZ) // CHUNK_SAMPLES:
            session.wake()
        rests.append(session.at_rest)
        session.feed(chunk)
    return lambda second: rests[int(second * RATE_HZ) // CHUNK_SAMPLES]


def test_the_window_closes_after_ten_seconds() -> None:
    night = spend(Say(1, PHRASE), Say(14, "why do i get cramps"), length_s=18)
    assert not night.device.any()


def test_a_turn_keeps_the_window_open() -> None:
    night = spend(Say(1, PHRASE), Say(9, "why do i get cramps"), Say(20, "thanks"), length_s=25)
    assert night.said() == ["Nobody knows for sure.", "You are welcome."]


def test_a_key_opens_the_window() -> None:
    night = spend(Say(3, "why do i get cramps"), length_s=8, wake_at_s=1)
    assert [event.data["by"] for event in night.of("wake")] == ["trigger"]
    assert night.said() == ["Nobody knows for sure."]


def test_each_way_of_waking_can_be_switched_off() -> None:
    off = NightSettings(wake_phrase="", wake_on_distress=False, wake_on_trigger=False)
    night = spend(Say(2, PHRASE), Say(5, "cramp in my calf"), length_s=10, wake_at_s=1, settings=off)
    assert not night.of("wake")
    assert not night.device.any()


def test_the_phrase_must_be_heard_by_both_decodes() -> None:
    both = Utterance(hypotheses=(_heard("open", f"{PHRASE} stop"), _heard("grammar", f"{PHRASE} stop")))
    one = Utterance(hypotheses=(_heard("open", "hello my tall friend"), _heard("grammar", PHRASE)))
    rest = without_phrase(both, PHRASE)
    assert rest is not None
    assert rest.text == "stop"
    assert without_phrase(one, PHRASE) is None


def test_distress_the_grammar_alone_has_heard_wakes_nothing() -> None:
    def by_grammar(utterance: Utterance, about: str | None) -> Reading:
        heard = any(hypothesis.decode == "grammar" for hypothesis in utterance.hypotheses)
        text = "cramp in my calf" if heard else "camping with my cat"
        return understand(Utterance.typed(text), about)

    night = spend(Say(1, "cramp in my calf"), length_s=5)
    assert night.of("wake")
    assert not is_distress(by_grammar(open_only(_both("camping with my cat")), frozenset()), NightBands(), 0.7)


def test_long_talk_wakes_nothing() -> None:
    reading = understand(Utterance.typed("cramp in my calf"), frozenset())
    assert is_distress(reading, NightBands())
    assert not is_distress(replace(reading, text="and then " * 20), NightBands())


def test_an_unsure_cry_wakes_nothing() -> None:
    reading = understand(Utterance.typed("cramp in my calf"), frozenset())
    unsure = replace(reading, candidates=(Candidate(id="relief.calf", score=0.4), Candidate(id="none", score=0.3)))
    assert not is_distress(unsure, NightBands())


@pytest.mark.parametrize(("text", "wakes"), [("the feet", False), ("my leg is numb", True)])
def test_two_words_that_could_be_a_sign_wake_nothing_if_no_rule_names_it(text: str, wakes: bool) -> None:
    sign = Reading(
        text=text,
        id="unclear.numb",
        candidates=(Candidate(id="unclear.numb", score=0.96),),
        nearest=("my leg is numb", 0.77),
    )
    assert is_distress(sign, NightBands()) is wakes
    named = Finding(id="unclear.numb", rule="numb", words=("feet",))
    assert is_distress(replace(sign, findings=(named,)), NightBands())


def _heard(decode: str, text: str) -> Hypothesis:
    return Hypothesis(text=text, weight=0.5, decode=decode)  # type: ignore[arg-type]


def _both(text: str) -> Utterance:
    return Utterance(hypotheses=(_heard("open", text), _heard("grammar", text)))
