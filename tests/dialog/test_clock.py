"""Days, times and counts as words."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crampvoice.dialog.clock import day_words, number_words, span_asked, time_words, when_words

NOW = datetime(2026, 11, 24, 3, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "no"),
        (1, "one"),
        (13, "thirteen"),
        (20, "twenty"),
        (42, "forty two"),
        (100, "one hundred"),
        (107, "one hundred and seven"),
        (999, "nine hundred and ninety nine"),
    ],
)
def test_a_count_is_said_in_words(number: int, words: str) -> None:
    assert number_words(number) == words


@pytest.mark.parametrize(
    ("hour", "minute", "words"),
    [
        (3, 0, "three o'clock at night"),
        (3, 12, "ten past three at night"),
        (3, 13, "quarter past three at night"),
        (3, 30, "half past three at night"),
        (3, 45, "quarter to four at night"),
        (3, 58, "four o'clock at night"),
        (0, 5, "five past twelve at night"),
        (23, 40, "twenty to twelve at night"),
        (23, 59, "twelve o'clock at night"),
        (5, 59, "six o'clock in the morning"),
        (12, 0, "twelve o'clock in the afternoon"),
        (18, 20, "twenty past six in the evening"),
        (21, 59, "ten o'clock at night"),
        (11, 59, "twelve o'clock in the afternoon"),
    ],
)
def test_a_time_is_said_to_the_nearest_five_minutes(hour: int, minute: int, words: str) -> None:
    assert time_words(NOW.replace(hour=hour, minute=minute)) == words


@pytest.mark.parametrize(
    ("days", "words"),
    [(0, "today"), (-1, "today"), (1, "yesterday"), (2, "Sunday"), (6, "Wednesday"), (7, "November seventeen")],
)
def test_a_day_is_named_as_seen_from_today(days: int, words: str) -> None:
    assert day_words(NOW.date() - timedelta(days=days), NOW.date()) == words


def test_an_entry_is_named_by_its_day_and_time() -> None:
    assert when_words(NOW - timedelta(days=1), NOW) == "yesterday, ten past three at night"


@pytest.mark.parametrize(
    ("text", "since", "span"),
    [
        ("how many did i have tonight", NOW - timedelta(hours=12), "in the last twelve hours"),
        ("how many cramps this week", datetime(2026, 11, 17, tzinfo=UTC), "in the last seven days"),
        ("count my cramps", datetime(2026, 11, 17, tzinfo=UTC), "in the last seven days"),
        ("how many last month", datetime(2026, 10, 25, tzinfo=UTC), "in the last thirty days"),
        ("how many this year", datetime(2025, 11, 24, tzinfo=UTC), "in the last year"),
        ("how many did i ever have", datetime.min.replace(tzinfo=UTC), "in all"),
        ("is it every night", datetime(2026, 11, 17, tzinfo=UTC), "in the last seven days"),
    ],
)
def test_a_count_is_asked_for_a_span_or_else_for_seven_days(text: str, since: datetime, span: str) -> None:
    assert span_asked(text, NOW) == (since, span)


@given(st.datetimes(min_value=datetime(1990, 1, 1)), st.integers(0, 999))
def test_whatever_is_said_has_no_digits(when: datetime, number: int) -> None:
    spoken = f"{time_words(when)} {day_words(when.date(), date(2026, 11, 24))} {number_words(number)}"
    assert re.fullmatch(r"[A-Za-z' ]+", spoken)
