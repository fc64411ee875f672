"""When does the device listen to what is said, and what wakes it? Everything else stays without an answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from crampvoice.messages import RATE_HZ, Hypothesis, Reading, Utterance

By = Literal["phrase", "distress", "trigger"]

ABOUT_REMEDIES = frozenset({"relief.folk_remedies", "relief.heat_or_cold", "relief.painkillers"})
"""Topics of the relief family that are questions and no cries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NightBands:
    """How sure the device must be, at night, before it acts; probabilities from 0 to 1 unless a name says otherwise.

    The bars of waking were set on 737 recordings that are not for us (none wakes it) and 961 spoken questions.
    """

    wake_relief: float = 0.55
    """Share of all relief topics together from which a cry about a cramp wakes the device."""
    wake_danger: float = 0.6
    """Danger from which a danger sign wakes it, when no rule found one."""
    wake_danger_with_rule: float = 0.4
    """The same when a rule found a sign that is present and real."""
    wake_unclear: float = 0.9
    """Share of all unclear signs together from which one wakes it."""
    wake_unclear_words: int = 3
    """In fewer words than this only an unclear sign that a rule found wakes it: half of a call to others is heard as two."""
    wake_near: float = 0.65
    """Cosine of the nearest learned phrasing below which nothing wakes it."""
    wake_words: int = 25
    """More words than this are talk between people or a television, and wake nothing."""
    wake_open: float = 0.7
    """How much of each bar the open graph must reach by itself: the grammar alone hears cramps everywhere."""
    quick_relief: float = 0.5
    """Share of the relief topics from which a short silence ends what was said."""
    quick_control: float = 0.6
    """The same for a command."""
    quick_danger: float = 0.5
    """The same for danger."""
    sure_topic: float = 0.6
    """Share of a topic from which a middling silence ends the question."""
    certain_topic: float = 0.85
    """Share of a topic from which a short one does."""


class Window:
    """The time in which everything that is meant for the device is answered."""

    def __init__(self, window_s: float) -> None:
        """Begin closed; it stays open `window_s` seconds after each opening or turn."""
        self._length = round(window_s * RATE_HZ)
        self.until = 0
        """First sample at which it is closed again."""

    def opened_at(self, sample: int) -> bool:
        """Tell whether it is open at a sample."""
        return sample < self.until

    def extend(self, now: int) -> None:
        """Open it, or keep it open, from now on for its length."""
        self.until = max(self.until, now + self._length)

    def close(self, now: int) -> None:
        """Close it at once."""
        self.until = now


def without_phrase(utterance: Utterance, phrase: str) -> Utterance | None:
    """Give what was said behind the wake phrase; None if the phrase was not said.

    Both the open graph, in its best two readings, and the grammar must hold the phrase; a missing decode is not asked.
    """
    if not phrase:
        return None
    for decode in ("open", "grammar", "typed"):
        readings = [hypothesis for hypothesis in utterance.hypotheses if hypothesis.decode == decode]
        if readings and all(_behind(reading.text, phrase) is None for reading in readings[:2]):
            return None
    if not utterance.hypotheses:
        return None
    rest = [(hypothesis, _behind(hypothesis.text, phrase)) for hypothesis in utterance.hypotheses]
    kept = [replace(hypothesis, text=text) for hypothesis, text in rest if text is not None]
    return replace(utterance, hypotheses=weighed(kept))


def open_only(utterance: Utterance) -> Utterance:
    """Give the utterance as the open graph alone heard it."""
    kept = [hypothesis for hypothesis in utterance.hypotheses if hypothesis.decode != "grammar"]
    return replace(utterance, hypotheses=weighed(kept))


def weighed(hypotheses: Sequence[Hypothesis]) -> tuple[Hypothesis, ...]:
    """Bring the weights of some hypotheses to a sum of 1."""
    total = sum(hypothesis.weight for hypothesis in hypotheses) or 1.0
    return tuple(replace(hypothesis, weight=hypothesis.weight / total) for hypothesis in hypotheses)


def is_distress(reading: Reading, bands: NightBands, share: float = 1.0) -> bool:
    """Tell whether a reading is a cry for help that wakes the device; `share` lowers every bar."""
    if len(reading.text.split()) > bands.wake_words or reading.nearest[1] < share * bands.wake_near:
        return False
    if is_relief(reading.id):
        return relief_share(reading) >= share * bands.wake_relief
    return is_danger(reading, bands, share)


def is_danger(reading: Reading, bands: NightBands, share: float = 1.0) -> bool:
    """Tell whether a reading reports danger, or asks whether it does, surely enough to wake the device."""
    about = reading.between[0] if reading.between else reading.id
    if not about.startswith(("emergency.", "unclear.")):
        return False
    by_rule = any(finding.standing == "present" for finding in reading.findings)
    bar = bands.wake_danger_with_rule if by_rule else bands.wake_danger
    unclear = sum(candidate.score for candidate in reading.candidates if candidate.id.startswith("unclear."))
    if about.startswith("unclear."):
        told = by_rule or len(reading.text.split()) >= bands.wake_unclear_words
        return max(unclear / bands.wake_unclear if told else 0.0, reading.danger / bar) >= share
    return reading.danger + (unclear if by_rule else 0.0) >= share * bar


def is_relief(id_: str) -> bool:
    """Tell whether an id is help with a cramp that is there now."""
    return (id_.startswith("relief.") or id_.endswith(".relief")) and id_ not in ABOUT_REMEDIES


def relief_share(reading: Reading) -> float:
    """Share of all relief topics together."""
    return sum(candidate.score for candidate in reading.candidates if is_relief(candidate.id))


def _behind(text: str, phrase: str) -> str | None:
    _, found, behind = f" {text} ".partition(f" {phrase} ")
    return behind.strip() if found else None
