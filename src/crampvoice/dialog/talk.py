"""What is remembered of a conversation: a value, renewed with each turn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from crampvoice.messages import RATE_HZ, Level

FORGET_AFTER = 5 * 60 * RATE_HZ
"""Silence after which everything is forgotten, in samples: five minutes."""

ANSWER_WITHIN = 8 * RATE_HZ
"""How long an open question waits for its answer, in samples (rule 7 of the red flags: about eight seconds)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One answer to an open question."""

    goto: str
    """Id it leads to."""
    words: tuple[str, ...] = ()
    """Words besides yes and no that mean it."""
    yes_or_no: Literal["yes", "no"] | None = None
    say: tuple[str, ...] = ()
    """Spoken before the answer of `goto`."""
    ask_again_s: int | None = None
    """Seconds after which the question is asked once more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question that waits for its answer."""

    about: str
    """Where it comes from: an `unclear.*` case, an emergency, a topic, or a diary wish."""
    say: str
    options: tuple[Option, ...]
    silence: str | None = None
    """Id that no answer leads to; None lets the question lapse."""
    insist: bool = False
    """Whether silence repeats the question once before it leads on."""
    said_twice: bool = False
    once_more: bool = False
    """Whether it was asked before, some minutes ago."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where we are in a routine."""

    routine: str
    """Id of the topic whose steps are being done."""
    step: int = -1
    """Index of the current step; -1 before the first."""
    rounds: int = 0
    """How often the current repetition was already done."""
    asked_unsure: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """The state of one conversation."""

    topic: str | None = None
    """Id answered last: a topic or an emergency."""
    said: tuple[str, ...] = ()
    """Exactly what was spoken last, for *repeat*."""
    told: int = 0
    """How many sentences of the longer answer were told."""
    at: int = 0
    """Which sentence of the last answer *next* and *back* stand at."""
    person: frozenset[str] = frozenset()
    """Who it is about and where it hurts, as far as it was said."""
    question: Question | None = None
    emergency: str | None = None
    """The emergency that stays open."""
    level: Level | None = None
    """Level of the open emergency."""
    place: Place | None = None
    """The routine that is running."""
    began: int | None = None
    """Sample at which the cramp in hand was first reported."""
    ask_again: tuple[str, int] | None = None
    """Unclear case whose question is to be asked once more, and the sample from which it is time."""
    heard_at: int = 0
    """Sample of the last utterance that meant something."""

    def in_hand(self, now: int) -> str | None:
        """Give the id of what was answered last, unless it is forgotten at sample `now` or something else was asked since."""
        asked_since = self.question is not None and self.question.about != self.topic
        return None if asked_since or now - self.heard_at > FORGET_AFTER else self.topic
