"""A linear model over words, letters and concepts: the second opinion beside the encoder. Reads one file.

A text becomes a sparse vector of three parts, each scaled to length 1 and then weighted: single words and pairs, groups
of three to five letters inside words, and concepts (alone and in pairs). The model holds one weight per feature and
class as int8 with a scale per class; weights near zero are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from crampvoice.errors import EngineError
from crampvoice.intent.encoder import Floats, read_arrays

Family = tuple[str, ...]

PARTS = ("w", "c", "m")
"""First letter of a feature's name: words, characters (letters), meaning."""


class Lexicon:
    """Concepts and the terms, single words or short phrases, that name them."""

    def __init__(self, concepts: Mapping[str, Iterable[str]]) -> None:
        """Take terms in normal form by concept."""
        self._by_term: dict[tuple[str, ...], tuple[str, ...]] = {}
        for concept, terms in concepts.items():
            for term in terms:
                key = tuple(term.split())
                self._by_term[key] = (*self._by_term.get(key, ()), concept)
        self._longest = max(map(len, self._by_term), default=0)

    def concepts(self, words: Sequence[str]) -> list[str]:
        """Tell which concepts occur in the words of a text, sorted, each once."""
        found: set[str] = set()
        for start in range(len(words)):
            for length in range(1, min(self._longest, len(words) - start) + 1):
                found.update(self._by_term.get(tuple(words[start : start + length]), ()))
        return sorted(found)


def features(text: str, lexicon: Lexicon) -> tuple[Family, Family, Family]:
    """Name the features of a text in normal form, by the three `PARTS`; repeated ones are repeated."""
    words = text.split()
    framed = ["<", *words, ">"]
    pairs = [f"w{left} {right}" for left, right in pairwise(framed)]
    letters = [
        f"c{padded[start : start + length]}"
        for padded in (f" {word} " for word in words)
        for length in (3, 4, 5)
        for start in range(len(padded) - length + 1)
    ]
    concepts = lexicon.concepts(words)
    together = [f"m{a}+{b}" for place, a in enumerate(concepts) for b in concepts[place + 1 :]]
    return (*[f"w{word}" for word in words], *pairs), tuple(letters), (*[f"m{c}" for c in concepts], *together)


class LinearModel:
    """Trained weights over `features`."""

    def __init__(self, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        """Take the arrays of the model file. Raises KeyError when one is missing."""
        names = bytes(arrays["features"]).decode("utf-8").split("\n")
        self._number = {name: number for number, name in enumerate(names)}
        self._rarity: Floats = arrays["rarity"].astype(np.float32)
        self._part_weights: Floats = arrays["part_weights"].astype(np.float32)
        self._starts = arrays["starts"].astype(np.int64)
        self._classes = arrays["classes"]
        self._weights = arrays["weights"]
        self._scales: Floats = arrays["scales"].astype(np.float32)
        self._bias: Floats = arrays["bias"].astype(np.float32)
        concepts: dict[str, list[str]] = {}
        for line in bytes(arrays["lexicon"]).decode("utf-8").split("\n"):
            concept, _, term = line.partition("\t")
            concepts.setdefault(concept, []).append(term)
        self.lexicon = Lexicon(concepts)

    @classmethod
    def load(cls, path: Path) -> LinearModel:
        """Read the model file. Raises EngineError."""
        arrays = read_arrays(path)
        try:
            return cls(arrays)
        except (KeyError, UnicodeDecodeError) as error:
            raise EngineError(f"The model file {path} lacks {error}: reinstall crampvoice.") from error

    def vector(self, text: str) -> tuple[npt.NDArray[np.int64], Floats]:
        """Give the numbers and values of the features of a text in normal form that the model knows."""
        parts = features(text, self.lexicon)
        return sparse_vector(parts, self._number, self._rarity, self._part_weights)

    def scores(self, text: str) -> Floats:
        """Give one score (logit) per class for a text in normal form."""
        numbers, values = self.vector(text)
        if not len(numbers):
            return self._bias.copy()
        entries = np.concatenate([np.arange(self._starts[n], self._starts[n + 1]) for n in numbers])
        repeats = np.repeat(values, self._starts[numbers + 1] - self._starts[numbers])
        sums = np.bincount(self._classes[entries], weights=self._weights[entries] * repeats, minlength=len(self._bias)).astype(
            np.float32
        )
        result: Floats = sums * self._scales + self._bias
        return result


def sparse_vector(
    parts: Sequence[Family], number: Mapping[str, int], rarity: Floats, part_weights: Floats
) -> tuple[npt.NDArray[np.int64], Floats]:
    """Weigh features by 1 + log(count), rarity and part: numbers (features,) in rising order and their values."""
    found: dict[int, float] = {}
    for part, weight in zip(parts, part_weights, strict=True):
        counts: dict[int, int] = {}
        for name in part:
            if (place := number.get(name)) is not None:
                counts[place] = counts.get(place, 0) + 1
        raw = {place: (1.0 + np.log(count)) * float(rarity[place]) for place, count in counts.items()}
        length = sum(value * value for value in raw.values()) ** 0.5
        found.update((place, float(weight) * value / length) for place, value in raw.items())
    order = sorted(found)
    return np.asarray(order, dtype=np.int64), np.asarray([found[place] for place in order], dtype=np.float32)
