"""When has the person begun to speak, and when have they finished? Counts samples, knows no clock.

| state | goes on to |
|---|---|
| quiet | starting, at the first speech |
| starting | speaking, when there was enough speech; quiet, when it was short |
| speaking | stopping, at silence; quiet, when it is too long |
| stopping | speaking, at speech; quiet, when there was enough silence or it is too long |
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from crampvoice.messages import CHUNK_SAMPLES, RATE_HZ


class State(StrEnum):
    """Where an utterance is."""

    QUIET = "quiet"
    STARTING = "starting"
    SPEAKING = "speaking"
    STOPPING = "stopping"


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """The limits of an utterance, all in samples at 16 kHz unless a name says otherwise."""

    speech_probability: float = 0.5
    """A chunk at or above this counts as speech while it is quiet."""
    silence_probability: float = 0.35
    """A chunk below this counts as silence inside an utterance; lower than the above so that weak syllables stay in."""
    min_speech: int = 4 * CHUNK_SAMPLES
    """Speech needed before it is an utterance; shorter sounds are dropped."""
    max_gap: int = 3 * CHUNK_SAMPLES
    """Silence within which an utterance that is starting is still starting."""
    pre_roll: int = 13 * CHUNK_SAMPLES
    """Sound handed on from before the first speech, so that a soft first consonant survives."""
    silence: int = 22 * CHUNK_SAMPLES
    """Silence that ends an utterance: 704 ms; the live loop passes a shorter one when the meaning is settled."""
    max_utterance: int = 30 * RATE_HZ
    """An utterance this long is cut; what follows is the next one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """Somebody has begun to speak."""

    start: int
    """First sample of the speech."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """They have finished."""

    start: int
    """First sample of the speech."""
    end: int
    """One past the last sample of the speech."""
    cut: bool = False
    """Whether it was cut because it was too long."""


class Endpointer:
    """Follows one stream of speech probabilities, chunk by chunk."""

    def __init__(self, timing: Timing | None = None) -> None:
        """Begin in quiet."""
        self.timing = timing or Timing()
        self.state = State.QUIET
        self.silence = 0
        """Samples of silence since the last speech of this utterance."""
        self._start = 0
        self._speech = 0
        self._speech_end = 0

    def feed(
        self, start: int, probability: float, *, samples: int = CHUNK_SAMPLES, silence: int | None = None
    ) -> Started | Ended | None:
        """Take one chunk: its first sample, and the probability that it holds speech.

        `silence` replaces the silence that ends an utterance for this call, in samples.
        """
        end = start + samples
        quiet = self.state in (State.QUIET, State.STARTING)
        limit = self.timing.speech_probability if quiet else self.timing.silence_probability
        if probability >= limit:
            return self._hear_speech(start, end)
        self.silence += samples
        return self._hear_silence(end, self.timing.silence if silence is None else silence)

    def flush(self) -> Ended | None:
        """End the stream: an utterance that is under way ends with its last speech."""
        if self.state in (State.SPEAKING, State.STOPPING):
            return self._finish()
        self._forget()
        return None

    def _hear_speech(self, start: int, end: int) -> Started | Ended | None:
        if self.state is State.QUIET:
            self.state, self._start, self._speech = State.STARTING, start, 0
        self._speech += end - start
        self._speech_end = end
        self.silence = 0
        if self.state is State.STARTING:
            if self._speech < self.timing.min_speech:
                return None
            self.state = State.SPEAKING
            return Started(start=self._start)
        self.state = State.SPEAKING
        return self._cut_if_long(end)

    def _hear_silence(self, end: int, silence: int) -> Ended | None:
        if self.state is State.STARTING and self.silence > self.timing.max_gap:
            self._forget()
        if self.state in (State.SPEAKING, State.STOPPING):
            self.state = State.STOPPING
            return self._finish() if self.silence >= silence else self._cut_if_long(end)
        return None

    def _cut_if_long(self, end: int) -> Ended | None:
        return self._finish(cut=True) if end - self._start >= self.timing.max_utterance else None

    def _finish(self, *, cut: bool = False) -> Ended:
        ended = Ended(start=self._start, end=self._speech_end, cut=cut)
        self._forget()
        return ended

    def _forget(self) -> None:
        self.state = State.QUIET
        self._speech = self.silence = 0
