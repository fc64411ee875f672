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
    hit: Hit | None
    """Where it was heard; None if it is known from before."""
    standing: Standing


_CORRECTS = re.compile(r"^(?:(?:no|nope|sorry|wait|not that|actually|well|oh) )+")
"""Words that correct what was said before; what follows them is not denied: "no the foot"."""
_BY_THE_WAY = re.compile(
    r"\b(?:my|our|the|his|her|their) (?:\w+ )?"
    r"(?:(?:grand|step)?(?:son|daughter|child|children|kids?)|niece|nephew|boy|girl|lad)s? "
    r"(?:gave|bought|brought|got me|rang|installed|taught|showed|lives|visits|takes me|drove|drives)\b"
)
"""A child of the family that acts rather than is the patient: "my grandson gave me this"."""


class DangerRules:
    """The danger rules, ready to read utterances."""

    def __init__(
        self, signs: Signs, combinations: Combinations, unclear: Combinations, standing: StandingRules, people: People
    ) -> None:
        """Compile the rules.

        Raises ValueError for a rule that names an unknown concept or a term that cannot be used.
        """
        self._concepts: dict[str, Concept] = dict(signs.concepts)
        self._lasting = frozenset(people.lasting)
        self._people = frozenset(people.people) | self._lasting
        self._passing = frozenset(people.passing)
        self._facts = self._people | frozenset(people.places)
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
        self._check_names()
        self._needs = [(rule, frozenset(rule.all), frozenset(rule.unless)) for rule in self._rules]
        self.by_name: Mapping[str, Rule] = {rule.rule: rule for rule in self._rules}
        """Every rule by its name."""
        self.staying = frozenset(rule.rule for rule in self._rules if self._stays(rule))
        """Rules about signs that "it's gone now" leaves as they are."""

    def findings(self, text: str, known: frozenset[str] = frozenset()) -> tuple[Finding, ...]:
        """Give every rule that `text` meets, present ones first, each group in the order of urgency of the files.

        `known` are facts about the person from before: they help to meet a rule and hinder none, unless `text` is about
        somebody else. A rule whose signs are heard but not all present and real is given too, with the standing that says
        why. Questions (`unclear.*`) are given only where no danger sign is present.
        """
        words = text.split()
        heard = self._hear(words)
        return self._findings(words, heard, self._still_known(known, heard))

    def says_over(self, text: str) -> bool:
        """Tell whether `text` says that something is over: it's gone now, for a minute."""
        return self._read(text.split(), ()).over

    def raised(self, rule: str) -> Level | None:
        """Tell the level a rule raises its danger sign to; None leaves the level of the script."""
        return self.by_name[rule].level

    def facts(self, text: str) -> frozenset[str]:
        """Tell what `text` says about the person: people, and places of the body."""
        words = _BY_THE_WAY.sub("", _CORRECTS.sub("", text)).split()
        hits = self._hits(words)
        standings = self._read(words, hits)
        names = self._facts - self._lasting if standings.asks else self._facts
        return frozenset(
            name
            for name, items in self._stand(hits, standings).items()
            if name in names and any(item.standing not in ("denied", "past") for item in items)
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
        denials = [item.hit.start for items in heard.values() for item in items if item.hit and item.standing == "denied"]
        if standings.first_denial is not None:
            denials.append(standings.first_denial)
        if denials and (behind := standings.contrast_after(min(denials))) is not None:
            return self._judge.names_harmless(words[behind:])
        said_outright = found or standings.first_denial is not None
        return bool(said_outright) or standings.asks or standings.figures

    def _still_known(self, known: frozenset[str], heard: Mapping[str, list[_Heard]]) -> frozenset[str]:
        """Give the people of `known` that an utterance does not speak of itself, none if it names somebody else."""
        people = known & self._people
        another = "helper" in heard and people.isdisjoint(("helper", "child", "older"))
        return frozenset() if another else people - heard.keys()

    def _findings(
        self, words: Sequence[str], heard: Mapping[str, list[_Heard]], known: frozenset[str] = frozenset()
    ) -> tuple[Finding, ...]:
        there = {**heard, **{name: [_Heard(None, "present")] for name in known}} if heard else heard
        met = [rule for rule, all_, unless in self._needs if all_ <= there.keys() and unless.isdisjoint(heard)]
        found = [finding for rule in met if (finding := _apply(rule, there, words)) is not None]
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
            elif hit.name in self._passing and standings.long_past(hit):
                standing = "past"
            heard.setdefault(hit.name, []).append(_Heard(hit, standing))
        return heard

    def _stays(self, rule: Rule) -> bool:
        return any(self._concepts[name].stays for name in (*rule.all, *rule.any, *rule.also))

    def _check_names(self) -> None:
        if unknown := self._passing - self._people:
            raise ValueError(f"'passing' names '{min(unknown)}', which is none of the people")
        people = {name for name, concept in self._concepts.items() if concept.kind == "person"}
        if unknown := self._lasting - people:
            raise ValueError(f"'lasting' names '{min(unknown)}', which is no concept of kind person")
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
    said = sorted((item.hit for item in chosen if item.hit is not None), key=lambda hit: hit.start)
    met = tuple(dict.fromkeys(" ".join(words[hit.start : hit.end]) for hit in said))
    return Finding(id=rule.id, rule=rule.rule, words=met, standing=standing)


def _best(items: Sequence[_Heard]) -> _Heard:
    return min(items, key=_rank)


def _rank(item: _Heard) -> int:
    return _ORDER[item.standing]
