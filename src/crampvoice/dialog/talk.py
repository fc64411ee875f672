"""What is remembered of a conversation: a value, renewed with each turn."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from crampvoice.messages import RATE_HZ, Level

FORGET_AFTER = 5 * 60 * RATE_HZ
"""Time without a turn after which topic and person are forgotten, in samples: five minutes."""

OPEN_FOR = 60 * 60 * RATE_HZ
"""Time after which an open emergency is forgotten though there were turns since, in samples: one hour (judgement).

Help may take that long; after a false alarm, the next cramp of the night is helped with again.
"""

CRAMP_TOO_LONG = 10 * 60 * RATE_HZ
"""A cramp that goes on for this long is an emergency, in samples: ten minutes (`emergency.over_ten_minutes`)."""

TAKEN_BACK_WITHIN = 60 * RATE_HZ
"""How long the harmless answer to a question about danger may be taken back, in samples: one minute (judgement)."""

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
    eases: bool = False
    """Whether the person has said that the cramp is easing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """The state of one conversation."""

    topic: str | None = None
    """Id answered last: a topic or an emergency."""
    asked: str | None = None
    """Id of the topic that was asked about; `topic` is another one where the person has an answer of their own."""
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
    opened: int = 0
    """Sample at which the open emergency was last reported."""
    eased: bool = False
    """Whether the open emergency is one that may pass, and was said to have passed: it is forgotten like a topic."""
    place: Place | None = None
    """The routine that is running."""
    began: int | None = None
    """Sample at which the cramp in hand was first reported."""
    lasted: int | None = None
    """How long the cramp took that was over last, in samples."""
    logged: bool = False
    """Whether the cramp in hand is in the diary already."""
    denied: tuple[Question, int] | None = None
    """Question about danger that got a harmless answer, and the sample until which that may be taken back."""
    ask_again: tuple[str, int] | None = None
    """Unclear case whose question is to be asked once more, and the sample from which it is time."""
    heard_at: int = 0
    """Sample of the last turn: an utterance that meant something, a step of a routine, or a question that got no answer."""

    def remembered(self, now: int) -> Talk:
        """Give what is left of it at sample `now`.

        After five minutes that is an open emergency, and when the cramp began as long as it may still go on.
        """
        is_open = self.emergency is not None and now - self.opened <= OPEN_FOR
        if now - self.heard_at <= FORGET_AFTER:
            return self if is_open or self.emergency is None else replace(self, emergency=None, level=None, eased=False)
        if is_open and not self.eased:
            return replace(self, person=frozenset(), question=None, ask_again=None)
        going_on = self.began is not None and now - self.began <= CRAMP_TOO_LONG
        return Talk(began=self.began, logged=self.logged, heard_at=self.heard_at) if going_on else Talk(heard_at=self.heard_at)

    def let_go(self, now: int) -> Talk:
        """Give the talk when the cramp in hand, if there is one, is over at sample `now`."""
        return self if self.began is None else replace(self, began=None, lasted=now - self.began)

    def in_hand(self, now: int) -> str | None:
        """Give the id of what was answered last, unless it is forgotten at sample `now` or something else was asked since."""
        asked_since = self.question is not None and self.question.about != self.topic
        return None if asked_since else self.remembered(now).topic
