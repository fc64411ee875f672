"""Chunks of sound → utterances, the same for a file and a microphone.

The sound is cleaned and leveled, speech is found in it, and its words are recognized.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from crampvoice.audio.endpointing import Ended, Endpointer, Started, State, Timing
from crampvoice.messages import CHUNK_SAMPLES, RATE_HZ, AudioChunk, Hypothesis, Utterance
from crampvoice.ports import Recognizer, SpeechDetector

REST_AFTER = 60 * RATE_HZ
"""After so many samples of quiet the recognizer may give back memory: one minute."""


class SoundFilter(Protocol):
    """Changes the sound of a stream chunk by chunk: gain, noise suppression."""

    def process(self, chunk: AudioChunk) -> AudioChunk:
        """Give the changed chunk: same place, same length."""
        ...

    def reset(self) -> None:
        """Forget what was heard before."""
        ...


class Listener:
    """Follows one stream of sound; give it every chunk, in order."""

    def __init__(
        self,
        detector: SpeechDetector,
        recognizer: Recognizer,
        filters: Sequence[SoundFilter] = (),
        timing: Timing | None = None,
    ) -> None:
        """Begin in quiet; the filters are applied in their order."""
        self._detector = detector
        self._recognizer = recognizer
        self._filters = tuple(filters)
        self._endpointer = Endpointer(timing)
        self._recent: deque[AudioChunk] = deque()
        self._quiet = 0

    @property
    def state(self) -> State:
        """Whether somebody is speaking, as of the last chunk."""
        return self._endpointer.state

    @property
    def silence(self) -> int:
        """Samples of silence since the last speech of the utterance under way."""
        return self._endpointer.silence

    def partial(self) -> Sequence[Hypothesis]:
        """Give what was heard so far of the utterance under way; empty in quiet."""
        return self._recognizer.partial() if self.state in (State.SPEAKING, State.STOPPING) else ()

    def feed(self, chunk: AudioChunk, *, silence: int | None = None) -> Started | Utterance | None:
        """Take the next chunk; give `Started` when speech has begun and the utterance when it is over.

        `silence` replaces the silence that ends an utterance for this call, in samples. The utterance has no hypotheses
        if no word was recognized. Raises EngineError.
        """
        for sound_filter in self._filters:
            chunk = sound_filter.process(chunk)
        event = self._endpointer.feed(chunk.start, self._detector.probability(chunk), silence=silence)
        if isinstance(event, Ended):
            self._recognizer.accept(chunk)
            return self._finish(event)
        if self.state in (State.SPEAKING, State.STOPPING):
            self._accept(chunk, event)
        else:
            self._keep(chunk)
        self._quiet = self._quiet + CHUNK_SAMPLES if self.state is State.QUIET else 0
        if self._quiet == REST_AFTER:
            self._recognizer.rest()
        return event

    def flush(self) -> Utterance | None:
        """End the stream; gives the utterance that was under way."""
        event = self._endpointer.flush()
        self._recent.clear()
        return self._finish(event) if event else None

    def _accept(self, chunk: AudioChunk, event: Started | None) -> None:
        if event is not None:
            begin = event.start - self._endpointer.timing.pre_roll
            for earlier in self._recent:
                if earlier.start >= begin:
                    self._recognizer.accept(earlier)
            self._recent.clear()
        self._recognizer.accept(chunk, at_once=self.state is State.STOPPING)

    def _keep(self, chunk: AudioChunk) -> None:
        self._recent.append(chunk)
        if self.state is State.QUIET:
            while chunk.start - self._recent[0].start >= self._endpointer.timing.pre_roll:
                self._recent.popleft()

    def _finish(self, event: Ended) -> Utterance:
        return Utterance(hypotheses=tuple(self._recognizer.finish()), start=event.start, end=event.end)


def hear(chunks: Iterable[AudioChunk], listener: Listener) -> Iterator[Utterance]:
    """Give every utterance with words in a stream, as soon as it is over; the rest of the stream is flushed."""
    for chunk in chunks:
        event = listener.feed(chunk)
        if isinstance(event, Utterance) and event.hypotheses:
            yield event
    last = listener.flush()
    if last and last.hypotheses:
        yield last
