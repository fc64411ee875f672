"""Days, times and counts as words to speak. Pure."""

from __future__ import annotations

from datetime import date, datetime, timedelta

_ONES = [
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["zero", "ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def number_words(number: int) -> str:
    """Say a count from 0 ("no") to 999."""
    if number < 20:
        return _ONES[number]
    if number < 100:
        return _TENS[number // 10] + (f" {_ONES[number % 10]}" if number % 10 else "")
    rest = f" and {number_words(number % 100)}" if number % 100 else ""
    return f"{number_words(number // 100)} hundred{rest}"


def time_words(when: datetime) -> str:
    """Say a time to the nearest five minutes: "ten past three at night"."""
    minutes = (when.hour * 60 + when.minute + 2) // 5 * 5 % 1440
    hour, minute = divmod(minutes, 60)
    if minute > 30:
        hour = (hour + 1) % 24
    name = _ONES[(hour - 1) % 12 + 1]
    if minute in (15, 45):
        spoken = f"quarter {'past' if minute == 15 else 'to'} {name}"
    elif minute == 30:
        spoken = f"half past {name}"
    elif minute == 0:
        spoken = f"{name} o'clock"
    else:
        spoken = f"{number_words(min(minute, 60 - minute))} {'past' if minute < 30 else 'to'} {name}"
    part = "at night" if hour < 6 or hour >= 22 else "in the morning" if hour < 12 else "in the afternoon"
    return f"{spoken} {'in the evening' if 18 <= hour < 22 else part}"


def day_words(day: date, today: date) -> str:
    """Say a day as seen from today: "today", "yesterday", "Tuesday", "the third of May" by number for older ones."""
    age = (today - day).days
    if age <= 1:
        return "today" if age <= 0 else "yesterday"
    if age < 7:
        return _DAYS[day.weekday()]
    return f"{_MONTHS[day.month - 1]} {number_words(day.day)}"


def when_words(when: datetime, now: datetime) -> str:
    """Say the day and time of an entry as seen from now."""
    return f"{day_words(when.date(), now.date())}, {time_words(when)}"


def span_asked(text: str, now: datetime) -> tuple[datetime, str]:
    """Tell since when an utterance in normal form asks to count, and how to say that span; seven days if it names none."""
    start_of_day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if "tonight" in text or "today" in text or "last night" in text:
        return now - timedelta(hours=12), "in the last twelve hours"
    if "month" in text:
        return start_of_day - timedelta(days=30), "in the last thirty days"
    if "year" in text:
        return start_of_day - timedelta(days=365), "in the last year"
    if "ever" in text.split() or "altogether" in text or "in all" in text:
        return datetime.min.replace(tzinfo=now.tzinfo), "in all"
    return start_of_day - timedelta(days=7), "in the last seven days"
