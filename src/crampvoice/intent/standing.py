"""Whether a sign that was heard is present and real, or denied, past, supposed, a figure of speech, or elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from crampvoice.intent.clauses import Clause, ClauseSplitter
from crampvoice.intent.rules import StandingRules
from crampvoice.intent.terms import Hit, TermMatcher

Standing = Literal["present", "denied", "past", "hypothetical", "figure", "elsewhere"]

DENIED_NEXT_WORDS = 4
"""How many words "no" or "without" denies at most; chosen on drafted wordings."""


@dataclass(frozen=True, slots=True)
class _Cue:
    start: int
    end: int
    clause: int


class Standings:
    """The standing of every place in one utterance."""

    def __init__(self, clauses: tuple[Clause, ...], hits: Sequence[Hit], signs: Sequence[Hit]) -> None:
        """Sort the cues of an utterance; `signs` keep their own words ("no feeling") from being cues."""
        self._clause_of = [number for number, clause in enumerate(clauses) for _ in range(clause.start, clause.end)]
        self._clauses = clauses
        owned = {place for sign in signs for place in sign.places}
        void = {place for hit in hits if hit.name == "not_cues" for place in hit.places}
        self._cues: dict[str, list[_Cue]] = {}
        for hit in hits:
            clause = self._clause_of[hit.start]
            negates = hit.name in ("denied", "denied_next")
            if hit.start in void or (negates and hit.start in owned):
                continue
            if hit.name == "question_start" and not self._begins(hit, clause):
                continue
            name = hit.name.removesuffix("_start")
            self._cues.setdefault(name, []).append(_Cue(hit.start, hit.end, clause))

    def _begins(self, hit: Hit, clause: int) -> bool:
        return hit.start - self._clauses[clause].start <= int(self._clauses[clause].conjunction)

    @property
    def asks(self) -> bool:
        """Whether the utterance asks for information."""
        return bool(self._cues.get("question"))

    @property
    def figures(self) -> bool:
        """Whether a figure of speech was heard."""
        return bool(self._cues.get("figure"))

    @property
    def over(self) -> bool:
        """Whether something is said to be over."""
        return any(self._ends(cue) for cue in self._cues.get("over", ())) or bool(self._cues.get("brief"))

    @property
    def first_denial(self) -> int | None:
        """Position of the first word that says outright that a sign is missing."""
        return min((cue.start for cue in self._cues.get("denied_sign", ())), default=None)

    def of(self, hit: Hit, *, risk: bool = False, stays: bool = False) -> Standing:
        """Tell the standing of a hit. A risk may be past; a sign that `stays` is not ended by "it's gone now"."""
        core = hit.places[-1]
        clause = self._clause_of[core]
        if self._figure(hit, clause):
            return "figure"
        if self._denied(hit, core, clause):
            return "denied"
        supposed = any(self._before("hypothetical", hit, number) for number in self._joined_back(clause))
        if supposed or self._before("question", hit, clause):
            return "hypothetical"
        if self._elsewhere(hit, clause):
            return "elsewhere"
        return "past" if self._past(hit, clause, risk=risk, stays=stays) else "present"

    def denies(self, hit: Hit) -> bool:
        """Tell whether a hit is denied."""
        return self._denied(hit, hit.places[-1], self._clause_of[hit.places[-1]])

    def long_past(self, hit: Hit) -> bool:
        """Tell whether a hit is said to be long ago, and not of now as well."""
        clause = self._clause_of[hit.places[-1]]
        return self._long_past(clause) and not self._now(clause)

    def contrast_after(self, place: int) -> int | None:
        """Give the position behind the last announcement of the real message after `place`, if there is one."""
        ends = [cue.end for cue in self._cues.get("contrast", ()) if cue.start >= place]
        return max(ends, default=None)

    def _denied(self, hit: Hit, core: int, clause: int) -> bool:
        named = set(hit.places)
        for cue in self._cues.get("denied", ()):
            if cue.start < core and cue.clause == clause and cue.start not in named:
                return True
        for cue in self._cues.get("denied_next", ()):
            near = core - cue.end < DENIED_NEXT_WORDS
            if cue.start < core and near and cue.clause == clause and cue.start not in named:
                return True
        return False

    def _joined_back(self, clause: int) -> range:
        first = clause
        while first > 0 and self._clauses[first].joined and not self._now(first):
            first -= 1
        return range(first, clause + 1)

    def _before(self, name: str, hit: Hit, clause: int) -> bool:
        cues = (cue for cue in self._cues.get(name, ()) if cue.clause == clause and cue.start <= hit.places[-1])
        return any(cue.start not in hit.places for cue in cues)

    def _figure(self, hit: Hit, clause: int) -> bool:
        for cue in self._cues.get("figure", ()):
            if cue.clause == clause and cue.start <= hit.places[-1] and hit.start < cue.end + 2:
                return True
        return False

    def _elsewhere(self, hit: Hit, clause: int) -> bool:
        cues = [cue for cue in self._cues.get("elsewhere", ()) if cue.clause <= clause]
        if not cues:
            return False
        last = max(cue.clause for cue in cues)
        return not any(last < cue.clause <= clause for cue in self._cues.get("here", ()))

    def _past(self, hit: Hit, clause: int, *, risk: bool, stays: bool) -> bool:
        if self._long_past(clause):
            return not self._now(clause)
        if risk:
            return False
        ended = (*self._cues.get("past", ()), *(() if stays else self._cues.get("brief", ())))
        if any(cue.clause == clause and hit.start < cue.start for cue in ended):
            return not self._now(clause)
        return not stays and any(cue.start >= hit.start and self._ends(cue) for cue in self._cues.get("over", ()))

    def _long_past(self, clause: int) -> bool:
        return any(cue.clause == clause for cue in self._cues.get("long_past", ()))

    def _ends(self, cue: _Cue) -> bool:
        return cue.end == self._clauses[cue.clause].end or any(now.end == cue.end for now in self._cues.get("now", ()))

    def _now(self, clause: int) -> bool:
        return any(cue.clause == clause for cue in self._cues.get("now", ()))


class StandingJudge:
    """Makes the `Standings` of an utterance."""

    def __init__(self, rules: StandingRules, groups: Mapping[str, Sequence[str]]) -> None:
        """Compile the cues. Raises ValueError for a term that cannot be used."""
        cues = rules.cues
        names = tuple(type(cues).__dataclass_fields__)
        self._matcher = TermMatcher({name: getattr(cues, name) for name in names}, groups)
        self._splitter = ClauseSplitter(rules.clauses)

    def read(self, words: Sequence[str], signs: Sequence[Hit]) -> Standings:
        """Judge an utterance in which `signs` were found."""
        return Standings(self._splitter.split(words), self._matcher.find(words), signs)

    def names_harmless(self, words: Sequence[str]) -> bool:
        """Tell whether some words name the cramp itself."""
        return any(hit.name == "harmless" for hit in self._matcher.find(words))
