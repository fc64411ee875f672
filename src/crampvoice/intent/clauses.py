"""A sentence without punctuation → its clauses, so that "no" and "if" reach no further than they are meant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crampvoice.intent.rules import ClauseWords


@dataclass(frozen=True, slots=True)
class Clause:
    """Part of an utterance, in word positions."""

    start: int
    """Its first word."""
    end: int
    """One past its last word."""
    joined: bool = False
    """Whether it goes on with the one before: it begins with *and* or *or*."""
    conjunction: bool = False
    """Whether its first word is a conjunction."""


class ClauseSplitter:
    """Splits words into clauses by their openers: conjunctions, and subjects that stand by themselves."""

    def __init__(self, words: ClauseWords) -> None:
        """Prepare the word lists."""
        self._breaks = frozenset(words.breaks)
        self._joins = frozenset(words.joins)
        self._subjects = frozenset(words.subjects)
        self._objects = frozenset(words.objects)
        self._verbs = frozenset(words.verbs)
        self._binders = frozenset(words.binders)

    def split(self, words: Sequence[str]) -> tuple[Clause, ...]:
        """Give the clauses of an utterance in order; together they hold every word once."""
        starts = [0]
        for at in range(1, len(words)):
            if self._opens(words, at):
                starts.append(at)
        ends = [*starts[1:], len(words)]
        spans = zip(starts, ends, strict=True)
        return tuple(self._clause(words[start], start, end) for start, end in spans if start < end)

    def _clause(self, first: str, start: int, end: int) -> Clause:
        return Clause(start, end, first in ("and", "or"), first in self._breaks or first in self._joins)

    def _opens(self, words: Sequence[str], at: int) -> bool:
        word = words[at]
        if word in self._breaks:
            return words[at - 1] not in self._joins
        if word in self._joins:
            return at + 1 < len(words) and (words[at + 1] in self._breaks or self._is_subject(words, at + 1))
        before = words[at - 1]
        if before in self._binders or before in self._breaks or before in self._joins:
            return False
        return self._is_subject(words, at)

    def _is_subject(self, words: Sequence[str], at: int) -> bool:
        word = words[at]
        if word in self._subjects:
            return True
        if word not in self._objects:
            return False
        return any(following in self._verbs for following in words[at + 1 : at + 3])
