"""Wordings or recordings with known ids → what was understood, counted. Pure but for reading through the ports it is given."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from crampvoice.messages import Level, Turn, kind_of
from crampvoice.phrasings import Phrasing

_URGENT = {"emergency_now": Level.EMERGENCY_NOW, "today": Level.TODAY}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One wording and what became of it."""

    phrasing: Phrasing
    heard: str
    """The text it was understood from; for a recording what the recognizer made of it."""
    turn: Turn
    understand_ms: float = 0.0

    @property
    def right(self) -> bool:
        """Whether the id that was reported is one of the accepted ones."""
        return self.turn.id in self.phrasing.ids

    @property
    def asked(self) -> bool:
        """Whether a question was asked."""
        return self.turn.id == "clarify"

    @property
    def among_two(self) -> bool:
        """Whether an accepted id was reported, or is one of the first two of the ranking or of the question."""
        return self.right or any(one.id in self.phrasing.ids for one in self.turn.alternatives[:2])

    @property
    def alarmed(self) -> bool:
        """Whether a danger of level now or today was announced."""
        return self.turn.level in (Level.EMERGENCY_NOW, Level.TODAY)

    @property
    def asked_danger(self) -> bool:
        """Whether the question was about a danger."""
        return self.asked and any(one.id.startswith("emergency.") for one in self.turn.alternatives[:1])

    @property
    def answered(self) -> bool:
        """Whether anything was said."""
        return bool(self.turn.say)

    def at_level(self) -> bool:
        """Whether a danger was announced at the level it has, or a higher one."""
        due = _URGENT[self.phrasing.level]
        return self.turn.level is not None and self.turn.level.urgency >= due.urgency


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A share with its interval."""

    name: str
    count: int
    of: int

    @property
    def share(self) -> float:
        """From 0 to 1; 0 of nothing."""
        return self.count / self.of if self.of else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """95 % interval after Wilson (1927), from 0 to 1."""
        if not self.of:
            return 0.0, 1.0
        z, n, p = 1.96, self.of, self.share
        middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
        return max(0.0, middle - half), min(1.0, middle + half)

    def __str__(self) -> str:
        low, high = self.interval
        return f"{self.name:44} {100 * self.share:5.1f} %  ({self.count} of {self.of}; {100 * low:.1f} to {100 * high:.1f})"


def measures(outcomes: Sequence[Outcome]) -> list[Measure]:
    """Count what matters for each kind of wording that there is among the outcomes."""
    found: list[Measure] = []
    for name, level in (("emergencies now", "emergency_now"), ("emergencies today", "today")):
        some = [one for one in outcomes if one.phrasing.level == level]
        found += _danger(name, some)
    found += _count("emergencies this week or later", _of(outcomes, "this_week", "routine"), ("right id", lambda o: o.right))
    near = _of(outcomes, "near")
    found += _count("near misses", near, ("alarmed", lambda o: o.alarmed), ("asked about a danger", lambda o: o.asked_danger))
    found += _count("unclear", _of(outcomes, "clarify"), ("asked the one question", lambda o: o.asked))
    found += _count("controls and diary", _of(outcomes, "control"), ("right id", lambda o: o.right))
    found += _count("not for it", _of(outcomes, "none"), ("got an answer", lambda o: o.answered))
    topics = [one for one in _of(outcomes, "") if kind_of(one.phrasing.ids[0]) == "topic"]
    found += _count(
        "topics",
        topics,
        ("right id", lambda o: o.right),
        ("among the first two", lambda o: o.among_two),
        ("asked", lambda o: o.asked),
        ("silent", lambda o: o.turn.id == "none"),
        ("alarmed", lambda o: o.alarmed),
        ("asked about a danger", lambda o: o.asked_danger),
    )
    return found


def by_group(outcomes: Iterable[Outcome], group: Callable[[Outcome], str]) -> list[Measure]:
    """Count right ids by style, family or any other name."""
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for one in outcomes:
        name = group(one)
        total[name] += 1
        right[name] += one.right
    return [Measure(name=name, count=right[name], of=total[name]) for name in sorted(total, key=lambda name: -total[name])]


def confusions(outcomes: Iterable[Outcome]) -> list[tuple[tuple[str, str], int]]:
    """Count the pairs of due and reported id among the wrong ones, most frequent first."""
    return Counter((one.phrasing.ids[0], one.turn.id) for one in outcomes if not one.right).most_common()


def word_errors(expected: str, heard: str) -> tuple[int, int]:
    """Give the word errors of a transcript and the number of words expected."""
    import jiwer

    if not expected.split():
        return len(heard.split()), 0
    output = jiwer.process_words(expected, heard)
    return output.substitutions + output.deletions + output.insertions, len(expected.split())


def _of(outcomes: Iterable[Outcome], *levels: str) -> list[Outcome]:
    return [one for one in outcomes if one.phrasing.level in levels]


def _danger(name: str, some: Sequence[Outcome]) -> list[Measure]:
    lost = [one for one in some if not one.alarmed and not one.asked]
    return _count(
        name,
        some,
        ("alarmed at their level", Outcome.at_level),
        ("alarmed or asked", lambda o: o.alarmed or o.asked),
        ("answered otherwise, or silence", lambda o: o in lost),
    )


def _count(name: str, some: Sequence[Outcome], *tests: tuple[str, Callable[[Outcome], bool]]) -> list[Measure]:
    if not some:
        return []
    return [Measure(name=f"{name}: {what}", count=sum(map(test, some)), of=len(some)) for what, test in tests]
