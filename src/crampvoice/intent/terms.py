"""Terms (see `rules`) → a matcher that finds all of them in one pass over the words of an utterance."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

_GAPS = {"..": 3, "...": 6}
_CLITIC = re.compile(r"'(?:s|ve|re|ll|d)$")
_REFERENCE = re.compile(r"^<([a-z_]+)>$")


@dataclass(frozen=True, slots=True)
class Hit:
    """A term that was found."""

    name: str
    """What the term stands for."""
    places: tuple[int, ...]
    """Positions of the words that the term names; words of a gap between them are left out."""

    @property
    def start(self) -> int:
        """Position of its first word."""
        return self.places[0]

    @property
    def end(self) -> int:
        """One past its last word."""
        return self.places[-1] + 1


@dataclass(frozen=True, slots=True)
class _Part:
    words: frozenset[str]
    stems: tuple[str, ...]
    optional: bool = False
    gap: int = 0

    @property
    def certain(self) -> bool:
        return not self.optional

    def meets(self, forms: tuple[str, ...]) -> bool:
        if not self.words.isdisjoint(forms):
            return True
        return bool(self.stems) and any(form.startswith(self.stems) for form in forms)


@dataclass(frozen=True, slots=True)
class _Term:
    name: str
    parts: tuple[_Part, ...]
    needed: tuple[frozenset[str], ...]
    """Words of its parts that cannot be missing; a text without any of a set cannot hold the term."""


class TermMatcher:
    """Finds the terms of many names at once; a term is tried only where its rarest word is there."""

    def __init__(self, terms: Mapping[str, Sequence[str]], groups: Mapping[str, Sequence[str]]) -> None:
        """Compile `terms` by name.

        Raises ValueError for an unknown group, a group that holds itself, or a term that begins with a gap.
        """
        self._groups = groups
        compiled = [self._compile(name, term) for name, written in terms.items() for term in written]
        shared = Counter(word for term in compiled for part in term.parts for word in part.words)
        self._by_word: dict[str, list[_Term]] = {}
        self._by_stem: dict[str, list[_Term]] = {}
        for term in compiled:
            key = min((part for part in term.parts if part.certain), key=lambda part: _commonness(part, shared))
            for word in key.words:
                self._by_word.setdefault(word, []).append(term)
            for stem in key.stems:
                self._by_stem.setdefault(stem, []).append(term)
        self._stem_lengths = sorted({len(stem) for stem in self._by_stem})

    def find(self, words: Sequence[str]) -> tuple[Hit, ...]:
        """Give every hit in the words of an utterance, in order of their first word."""
        forms = [_forms(word) for word in words]
        there = {form for several in forms for form in several}
        hits = [hit for term in self._candidates(there) for hit in _hits(term, forms)]
        return tuple(sorted(hits, key=lambda hit: (hit.places, hit.name)))

    def _candidates(self, there: set[str]) -> Iterator[_Term]:
        # Keyed by place in memory: a term may be led to by several words, and must be tried once.
        found: dict[int, _Term] = {}
        for form in there:
            for term in self._by_word.get(form, ()):
                found[id(term)] = term
            for length in self._stem_lengths:
                for term in self._by_stem.get(form[:length], ()) if length <= len(form) else ():
                    found[id(term)] = term
        for term in found.values():
            if not any(needed.isdisjoint(there) for needed in term.needed):
                yield term

    def _compile(self, name: str, term: str) -> _Term:
        parts = tuple(self._part(token, term) for token in term.split())
        if not parts[0].certain:
            raise ValueError(f"the term '{term}' of '{name}' must begin with a word")
        return _Term(name, parts, tuple(part.words for part in parts if part.certain and not part.stems))

    def _part(self, token: str, term: str) -> _Part:
        if token in _GAPS:
            return _Part(frozenset(), (), optional=True, gap=_GAPS[token])
        optional = token.endswith("?")
        words = frozenset(self._expand(token.rstrip("?"), term, ()))
        stems = tuple(sorted(word[:-1] for word in words if word.endswith("*")))
        return _Part(frozenset(word for word in words if not word.endswith("*")), stems, optional)

    def _expand(self, token: str, term: str, above: tuple[str, ...]) -> Iterator[str]:
        for word in token.split("/"):
            if not (reference := _REFERENCE.match(word)):
                yield word
                continue
            group = reference.group(1)
            if group not in self._groups or group in above:
                raise ValueError(f"the term '{term}' uses the group '<{group}>', which is unknown or holds itself")
            for member in self._groups[group]:
                yield from self._expand(member, term, (*above, group))


def _forms(word: str) -> tuple[str, ...]:
    bare = _CLITIC.sub("", word)
    return (word, bare) if bare != word else (word,)


def _commonness(part: _Part, shared: Counter[str]) -> int:
    return sum(shared[word] for word in part.words) + 1000 * len(part.stems)


def _hits(term: _Term, forms: list[tuple[str, ...]]) -> Iterator[Hit]:
    first = term.parts[0]
    for at, several in enumerate(forms):
        if first.meets(several) and (places := _match(term.parts, 0, forms, at)) is not None:
            yield Hit(term.name, places)


def _match(parts: tuple[_Part, ...], index: int, forms: list[tuple[str, ...]], at: int) -> tuple[int, ...] | None:
    if index == len(parts):
        return ()
    part = parts[index]
    if part.gap:
        for skipped in range(part.gap + 1):
            if (found := _match(parts, index + 1, forms, at + skipped)) is not None:
                return found
        return None
    if at < len(forms) and part.meets(forms[at]) and (found := _match(parts, index + 1, forms, at + 1)) is not None:
        return (at, *found)
    return _match(parts, index + 1, forms, at) if part.optional else None
