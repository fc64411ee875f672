"""The lists that decide whether danger signs are understood, through the whole assistant, each in a fresh conversation.

A sign counts as met if it is alarmed at its level or higher, or if the one question about a danger is asked; what must never
happen is a stretch, a chat or silence. The plain lists hold line by line, their harder forms as a share.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from crampvoice.app import assistant
from crampvoice.assistant import Assistant
from crampvoice.dialog.talk import Talk
from crampvoice.messages import Level, Turn, Utterance
from crampvoice.settings import Settings
from red_flag_variants import variants

FLAGS: dict[str, Any] = yaml.load((Path(__file__).parent / "data/red_flags.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)
SIGNS = [(sign["id"], Level(sign["level"]), text) for sign in FLAGS["signs"] for text in sign["texts"]]
URGENT = [sign for sign in SIGNS if sign[1].urgency >= Level.TODAY.urgency]
LATER = [sign for sign in SIGNS if sign[1].urgency < Level.TODAY.urgency]
ROUTES = [(miss["topic"], miss["text"]) for miss in FLAGS["near_misses"] if "topic" in miss]
NEAR_MISSES = [miss["text"] for miss in FLAGS["near_misses"]]
UNCLEAR = [(case["id"], case["text"]) for case in FLAGS["unclear"]]

MET_IN_HARDER_FORM = 0.98
"""Least share of the harder forms of urgent signs that are alarmed or asked about."""
CALM_IN_HARDER_FORM = 0.97
"""Least share of the harder forms of near misses that are not alarmed."""
ASKED_IN_HARDER_FORM = 0.90
"""Least share of the harder forms of unclear cases that are asked about or taken for the danger."""


@pytest.fixture(scope="module")
def talking() -> Assistant:
    return assistant(Settings())


def turn(talking: Assistant, text: str) -> Turn:
    return talking.answer(Talk(), Utterance.typed(text)).turn


def alarmed(answer: Turn) -> bool:
    return answer.level is not None and answer.level.urgency >= Level.TODAY.urgency


def at_level(answer: Turn, level: Level) -> bool:
    return answer.level is not None and answer.level.urgency >= level.urgency


def asked(answer: Turn) -> bool:
    return answer.id == "clarify" and any(one.id.startswith("emergency.") for one in answer.alternatives)


def shown(failed: list[tuple[str, str, str]]) -> str:
    return "\n".join(f"{id_}: {text!r} gave {got}" for id_, text, got in failed)


@pytest.mark.parametrize(("id_", "level", "text"), URGENT)
def test_an_urgent_sign_is_alarmed_at_its_level_or_asked_about(talking: Assistant, id_: str, level: Level, text: str) -> None:
    answer = turn(talking, text)
    assert at_level(answer, level) or asked(answer), answer.id
    assert answer.id in (id_, "clarify")


@pytest.mark.parametrize(("id_", "level", "text"), LATER)
def test_a_sign_for_the_doctor_is_answered_with_its_advice(talking: Assistant, id_: str, level: Level, text: str) -> None:
    answer = turn(talking, text)
    assert at_level(answer, level) or asked(answer), answer.id
    assert answer.id in (id_, "clarify")


def test_urgent_signs_with_filler_of_another_person_and_with_a_word_dropped_are_met(talking: Assistant) -> None:
    harder = [(id_, level, text) for id_, level, said in URGENT for text in variants(said)]
    answers = [(id_, level, text, turn(talking, text)) for id_, level, text in harder]
    failed = [(id_, text, got.id) for id_, level, text, got in answers if not (at_level(got, level) or asked(got))]
    assert 1 - len(failed) / len(harder) >= MET_IN_HARDER_FORM, shown(failed)


@pytest.mark.parametrize(("id_", "text"), UNCLEAR)
def test_an_unclear_case_asks_its_one_question(talking: Assistant, id_: str, text: str) -> None:
    answer = turn(talking, text)
    assert answer.id == "clarify"
    assert answer.say == (talking.scripts[id_].ask,)  # type: ignore[union-attr]


def test_unclear_cases_in_harder_form_are_asked_about(talking: Assistant) -> None:
    harder = [(id_, text) for id_, said in UNCLEAR for text in variants(said)]
    answers = [(id_, text, turn(talking, text)) for id_, text in harder]
    failed = [(id_, text, got.id) for id_, text, got in answers if got.id != "clarify" and not alarmed(got)]
    assert 1 - len(failed) / len(harder) >= ASKED_IN_HARDER_FORM, shown(failed)


@pytest.mark.parametrize("text", NEAR_MISSES)
def test_a_near_miss_is_not_alarmed(talking: Assistant, text: str) -> None:
    answer = turn(talking, text)
    assert not alarmed(answer), answer.id


@pytest.mark.parametrize(("topic", "text"), ROUTES)
def test_a_near_miss_is_answered_with_its_topic(talking: Assistant, topic: str, text: str) -> None:
    assert turn(talking, text).id == topic


def test_near_misses_in_harder_form_are_not_alarmed(talking: Assistant) -> None:
    harder = [text for said in NEAR_MISSES for text in variants(said)]
    answers = [(text, turn(talking, text)) for text in harder]
    failed = [("near miss", text, got.id) for text, got in answers if alarmed(got)]
    assert 1 - len(failed) / len(harder) >= CALM_IN_HARDER_FORM, shown(failed)


@pytest.mark.parametrize("pair", FLAGS["negations"], ids=lambda pair: pair["sign"])
def test_a_sign_that_is_there_is_met(talking: Assistant, pair: dict[str, Any]) -> None:
    answer = turn(talking, pair["present"])
    assert alarmed(answer) or asked(answer), answer.id


@pytest.mark.parametrize("pair", FLAGS["negations"], ids=lambda pair: pair["sign"])
def test_a_sign_that_is_denied_is_not_alarmed(talking: Assistant, pair: dict[str, Any]) -> None:
    for text in pair["denied"]:
        answer = turn(talking, text)
        assert not alarmed(answer), f"{text}: {answer.id}"


@pytest.mark.parametrize("pair", FLAGS["negations"], ids=lambda pair: pair["sign"])
def test_one_sign_denied_and_another_there_is_met(talking: Assistant, pair: dict[str, Any]) -> None:
    answer = turn(talking, pair["mixed"])
    assert alarmed(answer) or asked(answer), answer.id


@pytest.mark.parametrize("sign", [one["id"] for one in FLAGS["signs"] if one["level"] == "emergency_now"])
def test_the_answer_of_level_now_begins_with_the_action_and_says_it_cannot_call(talking: Assistant, sign: str) -> None:
    for _, _, text in (one for one in SIGNS if one[0] == sign):
        answer = turn(talking, text)
        if answer.level is Level.EMERGENCY_NOW:
            said = (*answer.say, *getattr(talking.scripts[answer.id], "waiting", ()))
            assert "I cannot call for you." in said
            assert "{" not in " ".join(answer.say)


@pytest.mark.parametrize(
    "text",
    [
        "cramping all over after the heat and i fainted",
        "cramping all over after the heat then i collapsed",
        "he's been in the heat all day and he's cramping and confused",
    ],
)
def test_a_sign_that_a_rule_raises_to_level_now_is_told_as_one(talking: Assistant, text: str) -> None:
    answer = turn(talking, text)
    assert answer.level is Level.EMERGENCY_NOW
    assert answer.say[0].startswith("Call your local emergency number now")
    assert "I cannot call for you." in answer.say


def test_the_most_urgent_sign_of_several_is_told(talking: Assistant) -> None:
    answer = turn(talking, "she started the new statin her legs went weak and there's dark red in the toilet")
    assert answer.id == "emergency.dark_urine"


@pytest.mark.parametrize("text", ["he's had a stroke", "he's unconscious", "he stopped breathing", "i've swallowed bleach"])
def test_a_plain_word_of_danger_is_never_met_with_silence(talking: Assistant, text: str) -> None:
    answer = turn(talking, text)
    assert at_level(answer, Level.EMERGENCY_NOW) or asked(answer), answer.id


@pytest.mark.parametrize("text", [*FLAGS["gone"], "i had a fit earlier but i'm okay now"])
def test_a_chest_stroke_fit_or_faint_sign_that_is_gone_is_asked_about(talking: Assistant, text: str) -> None:
    answer = turn(talking, text)
    assert alarmed(answer) or asked(answer), answer.id


@pytest.mark.parametrize(
    ("before", "text", "id_"),
    [
        ("i'm pregnant", "i've got a terrible headache", "emergency.pregnancy_head"),
        ("i'm thirty weeks", "my face is swollen", "emergency.pregnancy_head"),
        ("i'm pregnant", "my leg still aches it won't ease", "emergency.pregnancy_clot"),
        ("thirty weeks pregnant and my calf cramped", "now i've got cramp in my tummy", "emergency.pregnancy_belly"),
        ("i've just had a baby", "my leg still aches it won't ease", "emergency.pregnancy_clot"),
        ("my daughter's legs ache", "she's got a fever and cold hands", "emergency.child_sepsis"),
    ],
)
def test_a_sign_is_put_together_with_what_was_said_of_the_person(talking: Assistant, before: str, text: str, id_: str) -> None:
    talk = talking.answer(Talk(), Utterance.typed(before)).reply.talk
    answer = talking.answer(talk, Utterance.typed(text)).turn
    assert id_ in (answer.id, *(one.id for one in answer.alternatives[:1])), answer.id
    assert alarmed(answer) or asked(answer)


def test_a_cramp_anywhere_of_somebody_pregnant_asks_for_the_belly(talking: Assistant) -> None:
    talk = talking.answer(Talk(), Utterance.typed("thirty weeks pregnant and my calf cramped")).reply.talk
    answer = talking.answer(talk, Utterance.typed("i've got cramp")).turn
    assert answer.say == (talking.scripts["unclear.pregnant_cramping"].ask,)  # type: ignore[union-attr]


def test_pain_that_gets_sharper_with_the_stretch_asks_for_swelling(talking: Assistant) -> None:
    talk = talking.answer(Talk(), Utterance.typed("cramp in my calf")).reply.talk
    reply = talking.answer(talk, Utterance.typed("it's getting sharper as i stretch")).reply
    assert reply.turn.say == (talking.scripts["emergency.clot_leg"].ask,)  # type: ignore[union-attr]
    stretched = talking.answer(reply.talk, Utterance.typed("no")).reply
    assert stretched.talk.place is None
