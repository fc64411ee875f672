"""What happened in a night, each with its place on the timeline. No spoken words unless the owner asks for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from crampvoice.messages import Reading, Turn, Utterance

EventKind = Literal[
    "speech_start",
    "speech_end",
    "heard",
    "wake",
    "decide",
    "say_start",
    "say_end",
    "interrupted",
    "step",
    "timer",
    "volume",
    "device",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened."""

    sample: int
    """When: position on the timeline of the input, in samples at 16 kHz."""
    kind: EventKind
    data: Mapping[str, Any] = field(default_factory=dict)
    """What is known of it: ids, numbers and flags, fit for JSON."""

    def as_json(self) -> dict[str, Any]:
        """Give the event as one flat object."""
        return {"sample": self.sample, "kind": self.kind, **self.data}


Emit = Callable[[Event], None]


class Journal:
    """Hands events on; drops spoken words unless it may spell them out."""

    def __init__(self, emit: Emit | None = None, *, spell_out: bool = False) -> None:
        """Hand events to `emit`; `spell_out` lets the words that were heard and said through."""
        self._emit = emit
        self.spells_out = spell_out

    def note(self, kind: EventKind, sample: int, *, text: str | None = None, **data: Any) -> None:
        """Report one event."""
        if self._emit is None:
            return
        if text is not None and self.spells_out:
            data["text"] = text
        self._emit(Event(sample=sample, kind=kind, data=data))

    def note_partial(self, sample: int, text: str) -> None:
        """Report what is heard of an utterance so far."""
        self.note("heard", sample, text=text, words=len(text.split()), partial=True)

    def note_heard(self, sample: int, utterance: Utterance) -> None:
        """Report that an utterance is over, and what was heard of it."""
        text, start, end = utterance.text, utterance.start, utterance.end
        self.note("speech_end", sample, start=start, end=end)
        self.note("heard", sample, text=text, words=len(text.split()), partial=False, start=start, end=end)

    def note_decision(
        self, sample: int, reading: Reading, turn: Turn | None, *, acted: bool, over: bool = False, silence: int = 0
    ) -> None:
        """Report what is done about what was read; no turn is nothing.

        `over` says that it was said into a sentence; `silence` is what ended it, in samples, 0 when a clock led to it.
        """
        self.note(
            "decide",
            sample,
            id=turn.id if turn else "none",
            level=turn.level.value if turn and turn.level else None,
            reading=reading.id,
            score=round(reading.score, 3),
            danger=round(reading.danger, 3),
            over=over,
            acted=acted,
            silence=silence,
        )
