"""What the recognizer writes for words it has no word for: other words that sound alike.

A wording with `tetany` in it is never heard as it is written. Written as it is heard, it can bias the recognizer and
teach the matcher. The words and their stand-ins are in `dialogs/heard-as.yaml`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from crampvoice.library import read_document

_CLITICS = {"'s": "is", "'ll": "will", "'ve": "have", "'d": "would", "'re": "are", "n't": "not", "s'": ""}
"""The endings that make a word of its own out of a known one, and what they are short for; `s'` is a plural's owner."""
_GLUED = frozenset({"'s", "'d", "s'"})
"""Endings that sound like the letter alone: "mum's" like "mums", "wee'd" like "weed"."""

StandInLists = dict[str, tuple[str, ...]]


class StandIns:
    """Writes text as it would be heard."""

    def __init__(self, mapping: Mapping[str, Sequence[str]], knows: Callable[[str], bool]) -> None:
        """Keep the stand-ins of each word, the best first, and how to ask whether the recognizer has a word."""
        self._mapping = mapping
        self._knows = knows

    def missing(self, word: str) -> bool:
        """Tell whether nothing is heard for the word: not known, no stand-in, and no known word with an ending."""
        return not (self._knows(word) or self._mapping.get(word) or self._parted(word))

    def heard_as(self, text: str) -> list[str]:
        """Give the text as it may be heard, at least once, without repeats; known words are left unchanged.

        There are as many as the word with the most stand-ins has; words with fewer begin again with their first.
        Missing words stay as they are.
        """
        choices = [self._choices(word) for word in text.split()]
        count = max(map(len, choices), default=0)
        heard = [" ".join(options[turn % len(options)] for options in choices) for turn in range(count)]
        return list(dict.fromkeys(heard)) or [text]

    def _choices(self, word: str) -> Sequence[str]:
        if self._knows(word):
            return (word,)
        return self._mapping.get(word) or (self._without_clitic(word) or word,)

    def _without_clitic(self, word: str) -> str:
        base, ending = self._parted(word) or (word, "")
        glued = base + ending.replace("'", "")
        if ending in _GLUED and self._knows(glued):
            return glued
        return f"{base} {_CLITICS.get(ending, '')}".strip()

    def _parted(self, word: str) -> tuple[str, str] | None:
        for ending in _CLITICS:
            base = word.removesuffix(ending)
            if base != word and self._knows(base):
                return base, ending
        return None


def read_stand_ins(path: Path) -> StandInLists:
    """Read the stand-ins of each word. Raises ContentError."""
    stand_ins: StandInLists = read_document(path, f"{path.parent.name}/{path.name}").parse(StandInLists)
    return stand_ins
