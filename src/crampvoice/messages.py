"""The values that cross a seam between two parts of crampvoice. All frozen; units are in the names."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal

RATE_HZ = 16_000
"""Sample rate of everything that is heard, in samples per second: the rate of the speech model."""

CHUNK_SAMPLES = 512
"""Length of one chunk of microphone audio, in samples: 32 ms, the window of the Silero voice activity detector."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioChunk:
    """A piece of microphone audio of fixed length."""

    start: int
    """Position of its first sample on the timeline, in samples at 16 kHz."""
    pcm: bytes
    """int16 little-endian mono at 16 kHz, `CHUNK_SAMPLES` samples (the last chunk of a file is padded with zeros)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """A finished piece of audio to play."""

    pcm: bytes
    """int16 little-endian mono."""
    rate_hz: int
    """Samples per second."""

    @property
    def samples(self) -> int:
        """Length in samples at `rate_hz`."""
        return len(self.pcm) // 2

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.samples / self.rate_hz


@dataclass(frozen=True, slots=True, kw_only=True)
class Hypothesis:
    """One reading of an utterance by one decode."""

    text: str
    """Transcript in normal form; empty if no word was recognized."""
    weight: float = 1.0
    """Share of the evidence, 0 to 1; the weights of an utterance add up to 1."""
    decode: Literal["open", "grammar", "typed"] = "typed"
    """Which decode gave it: the open graph, the grammar of the dialogs, or a keyboard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """What the person said in one turn."""

    hypotheses: tuple[Hypothesis, ...]
    """Readings, best of the open graph first; empty if there was no word."""
    start: int = 0
    """First sample of the speech on the timeline, at 16 kHz."""
    end: int = 0
    """One past the last sample of the speech."""

    @property
    def text(self) -> str:
        """The reading to show to a person: the first one."""
        return self.hypotheses[0].text if self.hypotheses else ""

    @classmethod
    def typed(cls, text: str) -> Utterance:
        """Make an utterance from text that was typed or read from a file."""
        return cls(hypotheses=(Hypothesis(text=text),))


class Level(StrEnum):
    """How soon somebody must look at it, as `red-flags` defines the words."""

    EMERGENCY_NOW = "emergency_now"
    TODAY = "today"
    THIS_WEEK = "this_week"
    ROUTINE = "routine"

    @property
    def urgency(self) -> int:
        """3 for `emergency_now` down to 0 for `routine`."""
        return {"emergency_now": 3, "today": 2, "this_week": 1, "routine": 0}[self.value]


Kind = Literal["topic", "emergency", "control", "diary", "clarify", "none"]


def kind_of(id_: str) -> Kind:
    """Tell which kind of thing an id names."""
    if id_ in ("none", "clarify"):
        return "none" if id_ == "none" else "clarify"
    family = id_.partition(".")[0]
    if family in ("emergency", "control", "diary"):
        return family  # type: ignore[return-value]
    return "clarify" if family == "unclear" else "topic"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An id the utterance may mean."""

    id: str
    score: float
    """Probability by the matcher, 0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A danger rule that was met, and by which words: the explanation of a danger decision."""

    id: str
    """Emergency or unclear case the rule points to."""
    rule: str
    """Name of the rule in `dialogs/rules`."""
    words: tuple[str, ...]
    """The words that met it."""
    standing: Literal["present", "denied", "past", "hypothetical", "figure", "elsewhere"] = "present"
    """Whether the sign is reported as present and real, or in which way it is not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What an utterance means by itself, before the conversation is taken into account."""

    text: str
    """The text it was read from."""
    id: str
    """Best id: a topic, emergency, control, diary entry, `unclear.*` case, `clarify`, or `none`."""
    candidates: tuple[Candidate, ...] = ()
    """The ranking, best first; at least two unless nothing was said."""
    level: Level | None = None
    """Level of an emergency when a rule raised it above the level of its script."""
    between: tuple[str, str] | None = None
    """For `clarify`: the two ids the question decides between."""
    findings: tuple[Finding, ...] = ()
    """Danger rules that were met."""
    danger: float = 0.0
    """Probability that a danger sign of level now or today is reported, 0 to 1."""
    nearest: tuple[str, float] = ("", 0.0)
    """The learned phrasing that is nearest in meaning, and its cosine."""
    facts: frozenset[str] = field(default_factory=frozenset)
    """What it says about the person: `pregnant`, `child`, `older`, `medicine`, `surgery`, `helper`, places, …"""

    @property
    def score(self) -> float:
        """Probability of its id by the matcher, 0 to 1; 0 if that is no candidate."""
        return next((candidate.score for candidate in self.candidates if candidate.id == self.id), 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What the assistant does with one utterance."""

    id: str
    """The id that is answered; `clarify` or `none` too."""
    kind: Kind
    level: Level | None = None
    say: tuple[str, ...] = ()
    """Sentences to speak, placeholders filled; empty for silence."""
    alternatives: tuple[Candidate, ...] = ()
    """The ranking, or for `clarify` the two ids it decides between."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DiaryEntry:
    """One cramp in the diary: never what was said."""

    when: datetime
    """With the offset of the local time zone."""
    place: str | None = None
    """Where it was, if it was said: a place of `dialogs/rules/people.yaml`."""
    lasted_s: int | None = None
    """How long it lasted in seconds, if a routine measured it."""


Effect = Literal["log_cramp", "delete_last", "hush", "slower", "faster", "louder", "quieter", "sleep"]
"""What a turn changes besides the words: the diary, the voice, or whether the device goes on listening."""
