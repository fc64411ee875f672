"""What an utterance says to an open question."""

from __future__ import annotations

from pathlib import Path

import pytest

from crampvoice.dialog.answers import chosen, yes_or_no
from crampvoice.dialog.reply import ask_unclear
from crampvoice.dialog.script import Unclear
from crampvoice.dialog.talk import Option, Question, Talk
from crampvoice.library import load
from crampvoice.messages import Reading

SCRIPTS = load(Path(__file__).parents[2] / "dialogs").scripts


@pytest.mark.parametrize(
    "text",
    [
        "yes",
        "yeah it is",
        "um yes",
        "well i think so",
        "i'm afraid so",
        "i guess so",
        "mm hm",
        "a bit",
        "it does yes",
        "okay",
        "oh yes please",
    ],
)
def test_assent_is_yes(text: str) -> None:
    assert yes_or_no(text) == "yes"


@pytest.mark.parametrize(
    "text",
    ["no", "nope", "not really", "know", "no it's fine", "it isn't", "i don't think so", "neither", "thankfully not", "um no"],
)
def test_dissent_is_no_also_when_it_is_misheard_as_know(text: str) -> None:
    assert yes_or_no(text) == "no"


@pytest.mark.parametrize("text", ["i don't know", "not sure", "yes maybe", "no idea", "it's too dark i can't see"])
def test_doubt_is_neither_yes_nor_no(text: str) -> None:
    assert yes_or_no(text) == "unsure"


@pytest.mark.parametrize("text", ["", "margaret", "nobody", "yesterday", "notice that", "bright red", "eighty"])
def test_anything_else_is_no_answer(text: str) -> None:
    assert yes_or_no(text) is None


STIFF = Option(goto="danger", words=("stiff", "jerking"), yes_or_no="yes")
FLOPPY = Option(goto="harmless", words=("floppy", "only my leg"), yes_or_no="no")
QUESTION = Question(about="unclear.something", say="Is it stiff?", options=(STIFF, FLOPPY))


@pytest.mark.parametrize(
    ("text", "option"),
    [
        ("it's stiff", STIFF),
        ("it's floppy", FLOPPY),
        ("yes", STIFF),
        ("no", FLOPPY),
        ("no it's jerking", STIFF),
        ("no no it moves and it's jerking normally", FLOPPY),
        ("yes it's floppy", FLOPPY),
        ("it isn't stiff", FLOPPY),
        ("no it is not stiff", FLOPPY),
        ("not floppy it's stiff", STIFF),
        ("yes only my leg", FLOPPY),
        ("no only my leg", FLOPPY),
        ("i don't think it's stiff", FLOPPY),
        ("no i don't feel it's stiff", FLOPPY),
        ("no stiffness it's floppy", FLOPPY),
        ("it's stiff and then floppy", STIFF),
    ],
)
def test_words_of_an_option_that_are_not_denied_come_before_yes_and_no(text: str, option: Option) -> None:
    assert chosen(QUESTION, text) == option


def test_doubt_about_the_question_is_unsure_unless_one_option_is_named() -> None:
    assert chosen(QUESTION, "i don't know") == "unsure"
    assert chosen(QUESTION, "maybe floppy or maybe stiff") == "unsure"
    assert chosen(QUESTION, "i'm not sure it's floppy") == "unsure"
    assert chosen(QUESTION, "maybe a bit more floppy i guess") == FLOPPY


@pytest.mark.parametrize(
    ("text", "goto"),
    [
        ("no the left one", "one"),
        ("no both", "both"),
        ("no just one", "one"),
        ("not both just one", "one"),
        ("no it's both", "both"),
    ],
)
def test_a_no_before_an_answer_is_not_a_denial_of_it(text: str, goto: str) -> None:
    options = (Option(goto="one", words=("one", "the left")), Option(goto="both", words=("both",)))
    option = chosen(Question(about="x", say="One leg, or both?", options=options), text)
    assert isinstance(option, Option)
    assert option.goto == goto


def test_part_of_a_word_does_not_name_an_option() -> None:
    assert chosen(QUESTION, "stiffness") is None


def test_two_options_with_the_same_end_are_one_answer() -> None:
    question = Question(
        about="x", say="?", options=(Option(goto="a", words=("left",)), Option(goto="a", words=("right",)), Option(goto="b"))
    )
    assert chosen(question, "left and right") == question.options[0]


def test_yes_to_a_question_that_only_words_answer_says_nothing() -> None:
    question = Question(about="x", say="Left or right?", options=(Option(goto="a", words=("left",)),))
    assert chosen(question, "yes") is None


@pytest.mark.parametrize(
    ("unclear", "text", "goto"),
    [
        ("unclear.leg_swollen", "the pair of them", "see_doctor.when"),
        ("unclear.leg_swollen", "only my left", "emergency.clot_leg"),
        ("unclear.cannot_move_leg", "like jelly", "emergency.weak_or_numb"),
        ("unclear.cannot_move_leg", "hard as a rock", "relief.start"),
        ("unclear.cannot_feel_foot", "hadn't been lying on it it's white", "emergency.cold_leg"),
        ("unclear.leg_hot", "no hotter than the other", "aftercare.soreness"),
    ],
)
def test_the_unclear_questions_know_many_words_for_their_answers(unclear: str, text: str, goto: str) -> None:
    script = SCRIPTS[unclear]
    assert isinstance(script, Unclear)
    question = ask_unclear(SCRIPTS, Talk(), script, Reading(text="", id=unclear)).talk.question
    assert question is not None
    option = chosen(question, text)
    assert isinstance(option, Option)
    assert option.goto == goto


@pytest.mark.parametrize(
    "text", ["i am", "i have", "please", "right", "very much so", "yes i have", "both of them", "there is yes"]
)
def test_a_few_words_by_themselves_say_yes(text: str) -> None:
    assert yes_or_no(text) == "yes"


@pytest.mark.parametrize(
    "text",
    ["i have a cramp in my calf", "i am fine", "please help my calf is cramping", "right calf", "very tired", "both calves"],
)
def test_the_same_words_before_something_else_say_nothing(text: str) -> None:
    assert yes_or_no(text) is None
