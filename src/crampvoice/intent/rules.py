"""The danger rules as typed values: what the files in `dialogs/rules` may hold.

A *term* is a short pattern of words, written the way people say it:

    word        the word itself, also with 's, 've, 're, 'll or 'd behind it
    red/pink    one of several words
    swell*      any word that begins so
    <limb>      one of the words of a group
    the?        may be missing
    ..          up to three words of any kind; `...` up to six

The first part of a term must be a word (no gap, nothing that may be missing).
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass

from crampvoice.messages import Level

_STRICT = ConfigDict(extra="forbid")

Term = Annotated[str, Field(min_length=1, pattern=r"^[a-z<][a-z_'/*<>?. ]*$")]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z_]*$")]


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class Concept:
    """One thing that can be heard, in all the ways it is said."""

    kind: Literal["sign", "risk", "person", "place", "talk"] = "sign"
    """A sign must be present to count; a risk may lie in the near past; a person or place (also an illness or medicine
    that the person lives with) must not be denied; talk only needs to be named."""
    terms: Annotated[tuple[Term, ...], Field(min_length=1)]
    but_not: tuple[Term, ...] = ()
    """Terms that make a hit void where they overlap it: `hot water bottle` is not a hot leg."""
    stays: bool = False
    """Whether "it's gone now" leaves it as it is (chest, stroke, fit and faint signs)."""


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class Signs:
    """`signs.yaml`: groups of words, and the concepts that are made of them."""

    groups: dict[Name, tuple[str, ...]]
    """Words by the name that terms use as `<name>`; a group may hold other groups."""
    concepts: dict[Name, Concept]


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class Rule:
    """A combination of concepts that points to a danger sign or to the one question that decides."""

    rule: Name
    id: Annotated[str, Field(pattern=r"^(emergency|unclear)\.[a-z_]+$")]
    all: tuple[Name, ...] = ()
    """Every one of these."""
    any: tuple[Name, ...] = ()
    """And at least `count` of these."""
    count: Annotated[int, Field(ge=1, le=4)] = 1
    also: tuple[Name, ...] = ()
    """And at least one of these."""
    unless: tuple[Name, ...] = ()
    """But none of these, whether present or not."""
    level: Level | None = None
    """Level that replaces the one of the script, when the combination is more urgent."""
    asks: Annotated[str, Field(pattern=r"^[a-z_]+(\.[a-z_]+)+$")] | None = None
    """Topic that "no" leads to; with it, the rule never gives the advice but always asks its question."""


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class Combinations:
    """`combinations.yaml` and `unclear.yaml`: rules, the most urgent first."""

    rules: Annotated[tuple[Rule, ...], Field(min_length=1)]


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class ClauseWords:
    """The words that tell where a clause begins."""

    breaks: tuple[str, ...]
    """Words that always begin a clause: but, because."""
    joins: tuple[str, ...]
    """Words that begin a clause when a subject follows: and, or."""
    subjects: tuple[str, ...]
    """Subjects that begin a clause by themselves: i've, she's."""
    objects: tuple[str, ...]
    """Words that are subjects only before one of `verbs`: it, my."""
    verbs: tuple[str, ...]
    binders: tuple[str, ...]
    """Words after which a subject does not begin a clause: if, that, says."""


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class Cues:
    """Terms that change the standing of what follows them in the same clause, or of the whole clause."""

    denied: tuple[Term, ...]
    """Deny what follows, to the end of the clause."""
    denied_next: tuple[Term, ...]
    """Deny the next few words only: no, without."""
    past: tuple[Term, ...]
    """Put the signs before them in their clause into the past."""
    brief: tuple[Term, ...]
    """The same, but not signs that stay: "for a minute"."""
    long_past: tuple[Term, ...]
    """Put risks of their clause into the past too."""
    over: tuple[Term, ...]
    """Say that everything before is over, where a clause or `now` ends them."""
    now: tuple[Term, ...]
    """Make a clause present again, whatever says past."""
    here: tuple[Term, ...]
    """End what is elsewhere: the speaker is back with the people in the room."""
    hypothetical: tuple[Term, ...]
    """Suppose what follows in the clause, and in clauses joined to it by `and` or `or`."""
    question: tuple[Term, ...]
    """Ask for information; what follows in the clause is not reported."""
    question_start: tuple[Term, ...]
    """The same, but only as the first words of a clause: can cramps, is it a."""
    elsewhere: tuple[Term, ...]
    """Television, reading, and people who are not here."""
    figure: tuple[Term, ...]
    """Figures of speech: a sign inside or after one in the clause is not meant."""
    not_cues: tuple[Term, ...]
    """Make the cues void that they overlap: as if, not only."""
    denied_sign: tuple[Term, ...]
    """Say outright that a sign is missing, also where the bare word would be no sign: it isn't hot."""
    contrast: tuple[Term, ...]
    """Announce the real message after a row of denials."""
    harmless: tuple[Term, ...]
    """Name the cramp itself: a real message that holds one is no danger."""


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class StandingRules:
    """`standing.yaml`: how to tell whether a sign is present and real."""

    clauses: ClauseWords
    cues: Cues


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class People:
    """`people.yaml`: facts about the person, and places of the body, by name."""

    people: dict[Name, Annotated[tuple[Term, ...], Field(min_length=1)]]
    places: dict[Name, Annotated[tuple[Term, ...], Field(min_length=1)]]
    passing: tuple[Name, ...] = ()
    """People that one is for a time only: with "years ago" they are so no more."""
    lasting: tuple[Name, ...] = ()
    """Concepts of `signs.yaml` that are remembered of a person too, unless they were only asked about."""
