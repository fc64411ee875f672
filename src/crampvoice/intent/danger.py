"""Danger signs by rules: which signs are heard, whether they are present and real, and what they mean together.

A second opinion beside the trained classifier, and the explanation of a danger decision. The rules are data
(`dialogs/rules`); everything here is pure. Text is in normal form: lower case words with apostrophes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from crampvoice.intent.rules import Combinations, Concept, People, Rule, Signs, StandingRules
from crampvoice.intent.standing import Standing, StandingJudge, Standings
from crampvoice.intent.terms import Hit, TermMatcher
from crampvoice.messages import Finding, Level

_ORDER: Mapping[Standing, int] = {
    "present": 0,
    "past": 1,
    "hypothetical": 2,
    "elsewhere": 3,
    "figure": 4,
    "denied": 5,
}


@dataclass(frozen=True, slots=True)
class _Heard:
    hit: Hit
    standing: Standing


_CORRECTS = re.compile(r"^(?:(?:no|nope|sorry|wait|not that|actually|well|oh) )+")
"""Words that correct what was said before; what follows them is not denied: "no the foot"."""


class DangerRules:
    """The danger rules, ready to read utterances."""

    def __init__(
        self, signs: Signs, combinations: Combinations, unclear: Combinations, standing: StandingRules, people: People
    ) -> None:
        """Compile the rules.

        Raises ValueError for a rule that names an unknown concept or a term that cannot be used.
        """
        self._concepts: dict[str, Concept] = dict(signs.concepts)
        self._facts = frozenset((*people.people, *people.places))
        terms = {name: concept.terms for name, concept in signs.concepts.items()}
        for name, written in (*people.people.items(), *people.places.items()):
            if name in terms:
                raise ValueError(f"'{name}' is both a concept and a fact about the person")
            terms[name] = written
            self._concepts[name] = Concept(kind="person", terms=written)
        self._matcher = TermMatcher(terms, signs.groups)
        self._voids = TermMatcher({name: one.but_not for name, one in signs.concepts.items()}, signs.groups)
        self._judge = StandingJudge(standing, signs.groups)
        self._rules = (*combinations.rules, *unclear.rules)
        self._needs = [(rule, frozenset(rule.all), frozenset(rule.unless)) for rule in self._rules]
        self._raised = {rule.rule: rule.level for rule in self._rules if rule.level is not None}
        self._check_names()

    def findings(self, text: str) -> tuple[Finding, ...]:
        """Give every rule that `text` meets, present ones first, each group in the order of urgency of the files.

        A rule whose signs are heard but not all present and real is given too, with the standing that says why.
        Questions (`unclear.*`) are given only where no danger sign is present.
        """
        words = text.split()
        return self._findings(words, self._hear(words))

    def raised(self, rule: str) -> Level | None:
        """Tell the level a rule raises its danger sign to; None leaves the level of the script."""
        return self._raised.get(rule)

    def facts(self, text: str) -> frozenset[str]:
        """Tell what `text` says about the person: people, and places of the body."""
        heard = self._hear(_CORRECTS.sub("", text).split())
        return frozenset(
            name for name, hits in heard.items() if name in self._facts and any(item.standing != "denied" for item in hits)
        )

    def is_calm(self, text: str) -> bool:
        """Tell whether nothing in `text` reports a danger sign although one, or a figure of speech, is heard.

        True if every sign is denied, past, supposed, a figure or elsewhere, or if it is a question for information.
        False as soon as one finding is present, if no sign, figure or question is heard at all, and when a row of
        denials ends in a contrast ("… but …") whose message does not name the cramp.
        """
        words = text.split()
        hits = self._hits(words)
        standings = self._read(words, hits)
        heard = self._stand(hits, standings)
        found = self._findings(words, heard)
        if any(finding.standing == "present" for finding in found):
            return False
        denials = [item.hit.start for items in heard.values() for item in items if item.standing == "denied"]
        if standings.first_denial is not None:
            denials.append(standings.first_denial)
        if denials and (behind := standings.contrast_after(min(denials))) is not None:
            return self._judge.names_harmless(words[behind:])
        said_outright = found or standings.first_denial is not None
        return bool(said_outright) or standings.asks or standings.figures

    def _findings(self, words: Sequence[str], heard: Mapping[str, list[_Heard]]) -> tuple[Finding, ...]:
        there = heard.keys()
        met = [rule for rule, all_, unless in self._needs if all_ <= there and unless.isdisjoint(there)]
        found = [finding for rule in met if (finding := _apply(rule, heard, words)) is not None]
        if any(finding.standing == "present" and finding.id.startswith("emergency.") for finding in found):
            found = [finding for finding in found if finding.id.startswith("emergency.")]
        return tuple(sorted(found, key=lambda finding: finding.standing != "present"))

    def _hear(self, words: Sequence[str]) -> dict[str, list[_Heard]]:
        hits = self._hits(words)
        return self._stand(hits, self._read(words, hits)) if hits else {}

    def _read(self, words: Sequence[str], hits: Sequence[Hit]) -> Standings:
        return self._judge.read(words, [hit for hit in hits if self._concepts[hit.name].kind == "sign"])

    def _hits(self, words: Sequence[str]) -> list[Hit]:
        void: dict[str, set[int]] = {}
        for hit in self._voids.find(words):
            void.setdefault(hit.name, set()).update(hit.places)
        return [hit for hit in self._matcher.find(words) if void.get(hit.name, set()).isdisjoint(hit.places)]

    def _stand(self, hits: Iterable[Hit], standings: Standings) -> dict[str, list[_Heard]]:
        heard: dict[str, list[_Heard]] = {}
        for hit in hits:
            concept = self._concepts[hit.name]
            standing: Standing = "present"
            if concept.kind in ("sign", "risk"):
                standing = standings.of(hit, risk=concept.kind == "risk", stays=concept.stays)
            elif concept.kind in ("person", "place") and standings.denies(hit):
                standing = "denied"
            heard.setdefault(hit.name, []).append(_Heard(hit, standing))
        return heard

    def _check_names(self) -> None:
        for rule in self._rules:
            for name in (*rule.all, *rule.any, *rule.also, *rule.unless):
                if name not in self._concepts:
                    raise ValueError(f"the rule '{rule.rule}' names '{name}', which no file of the rules defines")
            if not (rule.all or rule.any):
                raise ValueError(f"the rule '{rule.rule}' needs something under 'all' or 'any'")


def _apply(rule: Rule, heard: Mapping[str, list[_Heard]], words: Sequence[str]) -> Finding | None:
    chosen: list[_Heard] = []
    for names, count in ((rule.any, rule.count), (rule.also, 1)):
        if names:
            best = sorted((_best(heard[name]) for name in names if name in heard), key=_rank)
            if len(best) < count:
                return None
            chosen += best[:count]
    chosen += [_best(heard[name]) for name in rule.all]
    standing = max((item.standing for item in chosen), key=lambda name: _ORDER[name])
    chosen.sort(key=lambda item: item.hit.start)
    met = tuple(dict.fromkeys(" ".join(words[item.hit.start : item.hit.end]) for item in chosen))
    return Finding(id=rule.id, rule=rule.rule, words=met, standing=standing)


def _best(items: Sequence[_Heard]) -> _Heard:
    return min(items, key=_rank)


def _rank(item: _Heard) -> int:
    return _ORDER[item.standing]
