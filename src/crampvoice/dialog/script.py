"""The scripts: what one YAML file in `dialogs/` may hold. `docs/writing-dialogs.md` explains it to authors."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass

from crampvoice.messages import Level

_STRICT = ConfigDict(extra="forbid")

Sentence = Annotated[str, Field(min_length=1)]
Id = Annotated[str, Field(pattern=r"^[a-z_0-9]+(\.[a-z_0-9]+)*$")]
SourceKey = Annotated[str, Field(pattern=r"^([A-Z][A-Z0-9-]*|judgement)$")]
Who = Literal["pregnant", "new_mother", "child", "older", "medicine", "surgery", "helper"]
Evidence = Literal["strong", "moderate", "weak", "folk", "judgement"]


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class Fact:
    """One sentence of the longer answer, with where it comes from."""

    say: Sentence
    sources: Annotated[tuple[SourceKey, ...], Field(min_length=1)]
    """Keys of `dialogs/sources.yaml`, or `judgement` for a wording choice without a source."""
    recalled: bool = False
    """Whether it was written from memory, in whole or in part: it is still to be checked against a source."""


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class Variant:
    """Another answer for somebody in particular: other words, or another topic. Exactly one of the two."""

    who: Who
    say: tuple[Sentence, ...] = ()
    answer: Id | None = None


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class Choice:
    """One answer to a question of several, and where it leads."""

    heard: Annotated[tuple[str, ...], Field(min_length=1)]
    """Words or phrases that mean this answer."""
    goto: str
    """`next`, `end`, the number of a step, or an id."""


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class Answer:
    """What one answer to a question leads to: that of an unclear case, or the check of a topic."""

    heard: tuple[str, ...] = ()
    """Words besides yes or no that mean this answer."""
    yes_or_no: Literal["yes", "no"] | None = None
    """Which of the two words means this answer, if one does."""
    goto: Id
    say: tuple[Sentence, ...] = ()
    """Spoken before the answer of `goto`."""
    ask_again_s: Annotated[int, Field(ge=10, le=280)] | None = None
    """Seconds after which the question is asked once more; a conversation is forgotten after 300."""


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class Step:
    """One step of a guided routine: sentences to say, or one question; then a hold."""

    say: tuple[Sentence, ...] = ()
    ask: Sentence | None = None
    hold_s: Annotated[int, Field(ge=0, le=120)] = 0
    """How long to hold after the words, in seconds; for a question, how long to wait for the answer."""
    remind: Sentence | None = None
    """Spoken in the middle of the hold instead of the usual halfway line."""
    at_s: Annotated[int, Field(ge=0)] | None = None
    """Not before this time since the cramp began, in seconds."""
    repeat_from: int | None = None
    """Number of the step to go back to after this one, `times` in all."""
    times: Annotated[int, Field(ge=1, le=6)] = 1
    yes: str = "next"
    no: str = "next"
    unsure: Sentence | None = None
    """Spoken, once, when the person does not know; the question then stands again."""
    silence: str = "next"
    """Where no answer leads; "relief.calf 4" is the fourth step of another routine."""
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class Topic:
    """An answer about leg cramps, with the routine that goes with it if there is one."""

    id: Id
    name: Annotated[str, Field(min_length=3, max_length=50)]
    """What it is about, to fit into "Do you mean …, or …?": a few lower case words."""
    say: Annotated[tuple[Sentence, ...], Field(min_length=1)]
    """The first answer."""
    more: tuple[Fact, ...] = ()
    """The rest of the answer, spoken on *more*, a sentence or two at a time."""
    caveats: tuple[Sentence, ...] = ()
    """Safety limits that travel with the first answer."""
    check: Sentence | None = None
    """A yes or no question asked at the end of the first answer."""
    check_yes: Id | None = None
    check_no: Id | None = None
    check_answers: tuple[Answer, ...] = ()
    """Answers to `check` that yes and no alone do not tell apart."""
    variants: tuple[Variant, ...] = ()
    follows: tuple[Id, ...] = ()
    """What people ask or need next."""
    steps: tuple[Step, ...] = ()
    """The guided routine, if the topic has one."""
    evidence: Evidence
    sources: Annotated[tuple[SourceKey, ...], Field(min_length=1)]
    written: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d$")]


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class Emergency:
    """A danger sign: the action first, then what to do while waiting."""

    id: Id
    level: Level
    say: Annotated[tuple[Sentence, ...], Field(min_length=1)]
    waiting: Annotated[tuple[Sentence, ...], Field(min_length=1)]
    """What to do until help comes, spoken on *more*, *next* or when asked what to do now."""
    why: Sentence
    """The reason in one sentence, spoken on *why*."""
    ask: Sentence | None = None
    """The one yes or no question when the sign was only half heard; yes is the danger. Levels now and today have one."""
    heard: tuple[str, ...] = ()
    """Words besides yes that answer the question with the danger."""
    stays_open: bool = False
    """Whether "it's gone now" leaves the advice as it is (chest, stroke, fit and faint signs)."""
    variants: tuple[Variant, ...] = ()
    """Another danger sign that is meant for somebody in particular."""
    topic: Id | None = None
    """For `this_week` and `routine`: the topic whose answer is spoken on *more*, behind the reason."""
    sources: Annotated[tuple[SourceKey, ...], Field(min_length=1)]
    recalled: bool = False
    """Whether the advice was written from memory, in whole or in part: it is still to be checked against a source."""
    written: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d$")]


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class Unclear:
    """A sign that decides nothing alone: one question, and where its answers lead."""

    id: Id
    ask: Sentence
    danger: Annotated[tuple[Answer, ...], Field(min_length=1)]
    """Answers that mean danger; the first is also taken when nobody answers."""
    harmless: Annotated[tuple[Answer, ...], Field(min_length=1)]
    written: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d$")]


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class Control:
    """A word that steers the assistant, or a wish for the diary."""

    id: Id
    wants: Sentence
    """What the person wants, for people who read the file."""
    say: tuple[Sentence, ...] = ()
    """What is said to it, if anything. `{WHEN}` is filled from the diary."""
    empty: tuple[Sentence, ...] = ()
    """Said instead when it is about the diary and nothing is in it."""
    while_speaking: bool = False
    """Whether it is listened for while the device itself speaks."""
    words: tuple[str, ...] = ()
    """Single words that are this control by themselves; no spoken sentence may hold one that is listened for."""


Script = Topic | Emergency | Unclear | Control


def script_type(id_: str) -> type[Topic] | type[Emergency] | type[Unclear] | type[Control]:
    """Tell which kind of script an id belongs to."""
    families: dict[str, type[Emergency] | type[Unclear] | type[Control]] = {
        "emergency": Emergency,
        "unclear": Unclear,
        "control": Control,
        "diary": Control,
    }
    return families.get(id_.partition(".")[0], Topic)
