"""What is said on after a short silence was taken for the end is one utterance with what was said before. Pure.

A cramp or a clear question is answered after 192 or 384 ms of silence; some people pause as long inside a sentence.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from crampvoice.dialog.talk import Talk
from crampvoice.messages import Hypothesis, Reading, Utterance, kind_of
from crampvoice.night.settling import PATIENT
from crampvoice.night.waking import weighed

ANSWERS = ("topic", "emergency", "clarify")
"""Kinds of what can be told in two parts; a command is over when it is said."""


@dataclass(frozen=True, slots=True)
class Answered:
    """An utterance that was answered before a full silence had passed."""

    utterance: Utterance
    id: str
    """What it was taken for."""
    talk: Talk
    """The talk before it."""

    def goes_on_at(self, start: int) -> bool:
        """Tell whether speech that begins at a sample is more of the same: the silence between would not have ended it."""
        return start - self.utterance.end < PATIENT

    def is_changed_by(self, whole: Reading) -> bool:
        """Tell whether both together mean something else than what was answered, clearly enough to answer that instead.

        A danger sign is never taken back for something harmless.
        """
        if whole.id == self.id or (kind_of(self.id) == "emergency" and kind_of(whole.id) != "emergency"):
            return False
        return kind_of(whole.id) in ANSWERS and not _between_topics(whole)


def is_rest(reading: Reading, *, sure: float) -> bool:
    """Tell whether what came behind, read by itself, needs no answer of its own: no topic that is `sure`, no sign of danger."""
    if kind_of(reading.id) == "topic":
        return reading.score < sure
    return reading.id == "none" or _between_topics(reading)


def joined(first: Utterance, second: Utterance) -> Utterance:
    """Make one utterance of two that follow each other: the n-th readings of each decode belong together.

    The first may be without any: what interrupted the device is confirmed by a partial, and its end may hear nothing.
    """
    if not first.hypotheses:
        return replace(second, start=first.start)
    pairs: list[Hypothesis] = []
    for decode in dict.fromkeys(one.decode for one in first.hypotheses + second.hypotheses):
        before, after = _readings(first, decode), _readings(second, decode)
        for n in range(max(len(before), len(after))):
            one, other = before[min(n, len(before) - 1)], after[min(n, len(after) - 1)]
            pairs.append(Hypothesis(text=f"{one.text} {other.text}", weight=one.weight + other.weight, decode=decode))
    return replace(second, hypotheses=weighed(pairs), start=first.start)


def _readings(utterance: Utterance, decode: str) -> tuple[Hypothesis, ...]:
    return tuple(one for one in utterance.hypotheses if one.decode == decode) or utterance.hypotheses[:1]


def _between_topics(reading: Reading) -> bool:
    return reading.between is not None and kind_of(reading.between[0]) == "topic"
