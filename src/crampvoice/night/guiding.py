"""The clock of guided routines and open questions: when to go on, to remind, or to take silence for an answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from crampvoice.dialog import routine
from crampvoice.dialog.reply import Reply
from crampvoice.dialog.script import Script, Step, Topic
from crampvoice.dialog.talk import ANSWER_WITHIN, CRAMP_TOO_LONG, Place, Talk
from crampvoice.messages import RATE_HZ
from crampvoice.night.events import Journal

BEFORE_STEPS = RATE_HZ
"""Pause between an answer and the first step of its routine, in samples: a breath."""

STILL_CRAMPING_FOR = 2 * 60 * RATE_HZ
"""Without a routine, a cramp counts as going on for this long after something was last said about it, in samples."""

RELIEVING = ("relief", "pregnancy", "child", "after_surgery")
"""Families whose routines are about a cramp that is there now."""

Due = Literal["advance", "silence", "halfway", "too_long"]


def was_just_said(talk: Talk, now: int) -> bool:
    """Tell whether a cramp that was told of counts as going on without a routine."""
    return now - talk.heard_at <= STILL_CRAMPING_FOR


@dataclass(slots=True)
class _Wait:
    what: Literal["hold", "question"]
    total: int
    """Length as the script gives it, in samples; 0 is the breath before the first step."""
    left: int
    halfway_at: int | None = None
    """Samples left when the halfway line is due."""


class Guide:
    """Keeps the time of one conversation; counts only while nothing is being said, asides apart."""

    def __init__(self, scripts: Mapping[str, Script], journal: Journal) -> None:
        """Begin without anything to wait for."""
        self._scripts = scripts
        self._journal = journal
        self._wait: _Wait | None = None

    @property
    def waiting(self) -> bool:
        """Whether a hold or a question is under way."""
        return self._wait is not None

    def step(self, place: Place) -> Step | None:
        """Give the step of a routine at a place; None before the first."""
        topic = self._scripts[place.routine]
        assert isinstance(topic, Topic)
        return topic.steps[place.step] if place.step >= 0 else None

    def follow(self, before: Talk, reply: Reply, now: int) -> None:
        """Set the clock after a turn; one that changes neither place nor question leaves it as it is."""
        talk = reply.talk
        moved = before.place != talk.place or before.question != talk.question
        if not moved and reply.turn.id != "control.repeat":
            return
        self._note(self._wait, now, "end")
        self._wait = self._waiting_for(talk)
        step = self.step(talk.place) if talk.place else None
        if talk.place is not None and step is not None and before.place != talk.place:
            self._journal.note("step", now, routine=talk.place.routine, step=talk.place.step + 1, hold_s=step.hold_s)
        self._note(self._wait, now, "start")

    def rest(self) -> None:
        """Wait for nothing until the next turn."""
        self._wait = None

    def tick(self, talk: Talk, now: int, samples: int, *, counting: bool, speech: bool) -> Due | None:
        """Move time on; give what is due. Nothing becomes due while somebody speaks, but time passes."""
        if self._is_too_long(talk, now):
            return "too_long"
        wait = self._wait
        if wait is None or not counting:
            return None
        wait.left -= samples
        if wait.halfway_at is not None and wait.left <= wait.halfway_at and not speech:
            wait.halfway_at = None
            return "halfway"
        if wait.left > 0 or speech or not self._may_advance(talk, now):
            return None
        self._wait = None
        self._note(wait, now, "end")
        return "silence" if wait.what == "question" else "advance"

    def _note(self, wait: _Wait | None, now: int, state: str) -> None:
        if wait is not None and wait.total:
            self._journal.note("timer", now, what=wait.what, state=state, left=max(wait.left, 0))

    def _waiting_for(self, talk: Talk) -> _Wait | None:
        step = self.step(talk.place) if talk.place else None
        if talk.question is not None:
            in_routine = talk.place is not None and talk.question.about == talk.place.routine and step is not None
            left = step.hold_s * RATE_HZ if in_routine and step is not None else ANSWER_WITHIN
            return _Wait("question", left, left)
        if talk.place is None:
            return None
        if step is None:
            return _Wait("hold", 0, BEFORE_STEPS)
        hold = step.hold_s * RATE_HZ
        return _Wait("hold", hold, hold, hold // 2 if routine.halfway(step) else None)

    def _may_advance(self, talk: Talk, now: int) -> bool:
        if talk.place is None or talk.question is not None or talk.began is None:
            return True
        topic = self._scripts[talk.place.routine]
        assert isinstance(topic, Topic)
        after = routine.after(topic, talk.place)
        at_s = topic.steps[after.step].at_s if isinstance(after, Place) else None
        return at_s is None or now >= talk.began + at_s * RATE_HZ

    def _is_too_long(self, talk: Talk, now: int) -> bool:
        if talk.began is None or now - talk.began < CRAMP_TOO_LONG or talk.emergency is not None:
            return False
        about = talk.place.routine if talk.place else talk.topic or ""
        going_on = talk.place is not None or was_just_said(talk, now)
        return about.partition(".")[0] in RELIEVING and going_on
