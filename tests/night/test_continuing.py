"""What is said on after a short pause belongs to what was said before it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from nights import Night, Say, spend

from crampvoice.dialog.talk import Talk
from crampvoice.messages import RATE_HZ, Candidate, Hypothesis, Reading, Utterance
from crampvoice.night.continuing import Answered, is_rest, joined
from crampvoice.night.replay import EchoPath

PAUSES_S = (0.25, 0.35, 0.5)
"""Longer than the silence that ends a clear question, shorter than the one that ends anything."""


def said_on(first: str, *then: str, pause_s: float, echo: EchoPath | None = None) -> Night:
    """Spend a night in which somebody pauses inside a sentence; the device has said nothing before."""
    said = [Say(2, first)]
    for part in then:
        said.append(Say(said[-1].end / RATE_HZ + pause_s, part))
    return spend(*said, length_s=12, wake_at_s=1, echo=echo)


def answers(night: Night) -> list[str]:
    """Ids of what was acted on, in order."""
    return [event.data["id"] for event in night.of("decide", acted=True)]


@pytest.mark.parametrize("pause_s", PAUSES_S)
def test_the_rest_of_a_question_changes_the_answer(pause_s: float) -> None:
    night = said_on("why do i get cramps", "at night", pause_s=pause_s)
    assert answers(night) == ["why.general", "why.at_night"]
    assert night.said()[-1] == "Your foot points down in bed."
    assert [event.data["id"] for event in night.of("say_end", whole=True)] == ["why.at_night"]


@pytest.mark.parametrize("echo", [None, EchoPath(level_db=-12, delay_ms=60)])
@pytest.mark.parametrize(("first", "then"), [("cramp in my calf", "and no breath"), ("why do i get cramps", "i can't breathe")])
@pytest.mark.parametrize("pause_s", PAUSES_S)
def test_danger_in_the_rest_is_an_alarm(pause_s: float, first: str, then: str, echo: EchoPath | None) -> None:
    night = said_on(first, then, pause_s=pause_s, echo=echo)
    assert answers(night)[-1] == "emergency.chest_or_breath"
    assert night.said()[-2:] == ["Call for help now.", "Sit up."]
    assert not night.of("step")


def test_a_sentence_in_three_parts_is_one() -> None:
    night = said_on("why do i get cramps", "then eh", "at night", pause_s=0.35)
    assert answers(night) == ["why.general", "why.at_night"]


@pytest.mark.parametrize(("text", "answered"), [("my heart is all wrong", True), ("nobody knows it", False)])
def test_a_sign_no_rule_names_counts_behind_a_breath_if_its_words_are_not_the_own_ones(text: str, answered: bool) -> None:
    night = said_on("why do i get cramps", text, pause_s=0.35)
    assert ("emergency.chest_or_breath" in answers(night)) is answered


def test_what_was_confirmed_without_a_final_text_is_continued_like_nothing() -> None:
    first = Utterance(hypotheses=(), start=0, end=10)
    then = _utterance([("at night", 1.0, "open")], 20, 30)
    assert [one.text for one in joined(first, then).hypotheses] == ["at night"]


@pytest.mark.parametrize("pause_s", PAUSES_S)
def test_danger_is_not_taken_back_by_the_rest(pause_s: float) -> None:
    night = said_on("i can't breathe", "because of all this", pause_s=pause_s)
    assert answers(night) == ["emergency.chest_or_breath"]
    assert night.said()[-2:] == ["Call for help now.", "Sit up."]


@pytest.mark.parametrize("pause_s", PAUSES_S)
def test_a_rest_that_adds_nothing_leaves_the_answer(pause_s: float) -> None:
    night = said_on("why do i get cramps", "then eh", pause_s=pause_s)
    assert answers(night) == ["why.general"]
    assert [event.data["id"] for event in night.of("say_end", whole=True)] == ["why.general"]


def test_a_command_in_the_pause_is_obeyed() -> None:
    night = said_on("why do i get cramps", "stop", pause_s=0.5)
    assert answers(night) == ["why.general", "control.stop"]


def test_after_a_full_silence_it_is_a_turn_of_its_own() -> None:
    night = said_on("why do i get cramps", "at night", pause_s=0.7)
    assert answers(night) == ["why.general"]


def test_readings_are_joined_by_decode_and_rank() -> None:
    first = _utterance([("why cramps", 0.2, "open"), ("my cramps", 0.1, "open"), ("why do cramps", 0.7, "grammar")], 10, 90)
    then = _utterance([("at night", 0.3, "open"), ("at night", 0.7, "grammar")], 100, 200)
    whole = joined(first, then)
    assert [one.text for one in whole.hypotheses] == ["why cramps at night", "my cramps at night", "why do cramps at night"]
    assert sum(one.weight for one in whole.hypotheses) == pytest.approx(1)
    assert (whole.start, whole.end) == (10, 200)


def test_a_decode_that_heard_nothing_borrows_from_the_other() -> None:
    first = _utterance([("why cramps", 0.3, "open"), ("why do cramps", 0.7, "grammar")], 0, 1)
    then = _utterance([("at night", 1.0, "open")], 2, 3)
    assert [one.text for one in joined(first, then).hypotheses] == ["why cramps at night", "why do cramps at night"]


def test_neither_a_choice_of_topics_nor_nothing_takes_an_answer_back() -> None:
    answered = Answered(Utterance(hypotheses=()), "why.general", Talk())
    assert not answered.is_changed_by(Reading(text="", id="clarify", between=("why.age", "why.general")))
    assert not answered.is_changed_by(Reading(text="", id="none"))
    assert not answered.is_changed_by(Reading(text="", id="control.more"))
    assert answered.is_changed_by(Reading(text="", id="clarify", between=("emergency.stroke", "why.general")))


@pytest.mark.parametrize(
    ("id_", "score", "rest"),
    [("why.age", 0.9, False), ("why.age", 0.3, True), ("none", 0.9, True), ("unclear.fall", 0.9, False)],
)
def test_only_what_says_little_is_a_rest(id_: str, score: float, rest: bool) -> None:
    assert is_rest(Reading(text="x", id=id_, candidates=(Candidate(id=id_, score=score),)), sure=0.6) == rest


def _utterance(readings: Sequence[tuple[str, float, str]], start: int, end: int) -> Utterance:
    hypotheses = tuple(Hypothesis(text=text, weight=weight, decode=decode) for text, weight, decode in readings)  # type: ignore[arg-type]
    return Utterance(hypotheses=hypotheses, start=start, end=end)
