"""The one normal form of text."""

from __future__ import annotations

import pytest

from crampvoice.intent.normalize import normal_form, number_in_words, words


@pytest.mark.parametrize(
    ("typed", "heard"),
    [
        ("My calf is CRAMPING!", "my calf is cramping"),
        ("it\u2019s gone", "it's gone"),
        ("'quoted' words", "quoted words"),
        ("charley-horse", "charley horse"),
        ("Is it a DVT?", "is it a d v t"),
        ("ask the GP or the NHS", "ask the g p or the n h s"),
        ("vitamin K2", "vitamin k two"),
        ("caf\u00e9 au lait", "cafe au lait"),
        ("ok, im fine & warm", "okay i'm fine and warm"),
        ("Dr. Smith vs. Mr. Jones", "doctor smith versus mister jones"),
        ("100% sure", "one hundred percent sure"),
        ("my grandparents' bed", "my grandparents' bed"),
    ],
)
def test_typed_text_becomes_what_the_recognizer_would_return(typed: str, heard: str) -> None:
    assert normal_form(typed) == heard


@pytest.mark.parametrize(
    ("digits", "spoken"),
    [
        ("0", "zero"),
        ("10 minutes", "ten minutes"),
        ("42", "forty two"),
        ("1,500", "one thousand five hundred"),
        ("2.5", "two point five"),
        ("in 1987", "in nineteen eighty seven"),
        ("in 2010", "in twenty ten"),
        ("call 911 or 999", "call nine one one or nine nine nine"),
        ("0800", "zero eight zero zero"),
        ("the 3rd of the 21st", "the third of the twenty first"),
        ("my 30th", "my thirtieth"),
        ("the 4th", "the fourth"),
    ],
)
def test_digits_become_words(digits: str, spoken: str) -> None:
    assert normal_form(digits) == spoken


def test_numbers_are_spelled_up_to_hundreds_of_thousands() -> None:
    assert number_in_words(305_017) == "three hundred and five thousand and seventeen"


@pytest.mark.parametrize("text", ["", "   ", "?!", "\u2026", "\u4f60\u597d"])
def test_text_without_words_is_empty(text: str) -> None:
    assert normal_form(text) == ""
    assert words(text) == ()


def test_a_normal_form_stays_as_it_is() -> None:
    text = normal_form("I've had 2 DVTs since '99, it's the 3rd week\u2014ok?")
    assert normal_form(text) == text
