"""Moving through the steps of a guided routine. Pure: where we are and what happened → where we are next."""

from __future__ import annotations

from dataclasses import replace

from crampvoice.dialog.script import Step, Topic
from crampvoice.dialog.talk import Place

HALFWAY = "Halfway. Keep breathing."
"""Spoken in the middle of a long hold (rule 2 of the routines)."""

LONG_HOLD_S = 20
"""Holds from this length on, in seconds, get the halfway line."""

END = "end"


def after(topic: Topic, place: Place, target: str = "next") -> Place | str:
    """Follow `target` (`next`, `end`, a step number, or an id) from the current step.

    Gives the new place, `end` when the routine is over, or the id that goes on.
    """
    if target.isdigit():
        return replace(place, step=int(target) - 1, rounds=0, asked_unsure=False)
    if target not in ("next", END):
        return target
    if target == END:
        return END
    step = topic.steps[place.step] if place.step >= 0 else None
    if step is not None and step.repeat_from is not None and place.rounds + 1 < step.times:
        return replace(place, step=step.repeat_from - 1, rounds=place.rounds + 1, asked_unsure=False)
    rounds = 0 if step is not None and step.repeat_from is not None else place.rounds
    if place.step + 1 >= len(topic.steps):
        return END
    return replace(place, step=place.step + 1, rounds=rounds, asked_unsure=False)


def before(place: Place) -> Place:
    """Go one step back; the first step stays the first."""
    return replace(place, step=max(place.step - 1, 0), rounds=0, asked_unsure=False)


def halfway(step: Step) -> str | None:
    """Give the line in the middle of a step's hold, if there is one."""
    if step.remind is not None:
        return step.remind
    return HALFWAY if step.hold_s >= LONG_HOLD_S and not step.ask else None


def question_ahead(topic: Topic, place: Place) -> int | None:
    """Index of the first step from here on that asks whether it is easing, if the routine still asks that."""
    for i in range(max(place.step, 0), len(topic.steps)):
        if topic.steps[i].ask and topic.steps[i].no not in ("next", END):
            return i
    return None
