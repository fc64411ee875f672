"""Text in normal form → numbers of word pieces, as the BERT family of encoders reads it. Reads one vocabulary file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from crampvoice.errors import EngineError

_PART = re.compile(r"[a-z0-9]+|[^\sa-z0-9]")
_LONGEST_WORD = 100
_MOST_BEFORE = 16


class WordPiece:
    """Greedy longest-match-first splitting of words into the pieces of a vocabulary (Schuster and Nakajima, 2012)."""

    def __init__(self, pieces: Sequence[str]) -> None:
        """Take the pieces, numbered by their order. Raises KeyError when [CLS], [SEP] or [UNK] is missing."""
        self._numbers = {piece: number for number, piece in enumerate(pieces)}
        self._start = self._numbers["[CLS]"]
        self._end = self._numbers["[SEP]"]
        self._unknown = self._numbers["[UNK]"]
        self._split = lru_cache(maxsize=4096)(self._split_part)

    @classmethod
    def load(cls, path: Path) -> WordPiece:
        """Read a vocabulary, one piece per line. Raises EngineError."""
        try:
            return cls(path.read_text(encoding="utf-8").split("\n")[:-1])
        except (OSError, UnicodeDecodeError, KeyError) as error:
            message = f"The vocabulary {path} is missing or damaged ({error}): reinstall crampvoice."
            raise EngineError(message) from error

    def encode(self, text: str, most: int = 64) -> list[int]:
        """Give the piece numbers of lower-case `text`, framed by [CLS] and [SEP].

        At most `most` numbers: of a longer text the beginning and the end are kept, a third and two thirds, since long
        talk comes to its point late.
        """
        pieces = [number for part in _PART.findall(text) for number in self._split(part)]
        room = most - 2
        if len(pieces) > room:
            tail = room * 2 // 3
            pieces = pieces[: room - tail] + pieces[-tail:]
        return [self._start, *pieces, self._end]

    def encode_after(self, about: str, text: str, most: int = 64) -> tuple[list[int], int]:
        """Give the numbers of `text` behind those of what was answered before, and where its own begin.

        `about` is an id: its words stand for it. Nothing before gives the numbers of the text alone, and 0.
        """
        if not about:
            return self.encode(text, most), 0
        before = self.encode(" ".join(about.replace("_", ".").split(".")), _MOST_BEFORE)
        own = self.encode(text, most - len(before) + 1)
        return [*before[:-1], self._end, *own[1:]], len(before) - 1

    def _split_part(self, part: str) -> tuple[int, ...]:
        if len(part) > _LONGEST_WORD:
            return (self._unknown,)
        found: list[int] = []
        start = 0
        while start < len(part):
            for end in range(len(part), start, -1):
                number = self._numbers.get(part[start:end] if start == 0 else "##" + part[start:end])
                if number is not None:
                    found.append(number)
                    start = end
                    break
            else:
                return (self._unknown,)
        return tuple(found)
