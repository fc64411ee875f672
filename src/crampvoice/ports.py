"""What the core needs from the world, as small Protocols. Adapters in `adapters/` implement them; tests have working fakes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol

from crampvoice.messages import AudioChunk, Clip, DiaryEntry, Hypothesis


class AudioSource(Protocol):
    """Where chunks of sound come from: a microphone or a file."""

    def chunks(self) -> Iterator[AudioChunk]:
        """Give chunks in order without a gap, until the source ends.

        Raises ContentError (a file that cannot be read) or DeviceError (a microphone).
        """
        ...


class SpeechDetector(Protocol):
    """Tells speech from other sound, chunk by chunk."""

    def probability(self, chunk: AudioChunk) -> float:
        """Probability that the chunk holds speech, 0 to 1."""
        ...

    def reset(self) -> None:
        """Forget what was heard before."""
        ...


class Recognizer(Protocol):
    """Turns the sound of one utterance into hypotheses; fed chunk by chunk."""

    def accept(self, chunk: AudioChunk, *, at_once: bool = False) -> None:
        """Take one more chunk of the utterance, to be decoded with some others, or `at_once`. Raises EngineError."""
        ...

    def partial(self) -> Sequence[Hypothesis]:
        """Give what was heard so far, best first; the last words may still change."""
        ...

    def finish(self) -> Sequence[Hypothesis]:
        """End the utterance and give its hypotheses, open graph first. The recognizer is then ready for the next one."""
        ...

    def rest(self) -> None:
        """Give back memory that is not needed: nobody has spoken for a while."""
        ...


class Synthesizer(Protocol):
    """Turns a sentence into a clip; may take long, may fail."""

    def render(self, text: str) -> Clip:
        """Render one sentence. Raises EngineError when there is no voice or it does not answer in time."""
        ...


class Player(Protocol):
    """Plays one clip at a time; can be cut off, which is what barge-in needs."""

    def start(self, clip: Clip) -> None:
        """Begin to play; a clip that is playing is cut off. Raises DeviceError."""
        ...

    def stop(self) -> None:
        """Cut off what is playing."""
        ...

    @property
    def playing(self) -> bool:
        """Whether a clip is being played."""
        ...


class Diary(Protocol):
    """Where cramps are written down."""

    def add(self, entry: DiaryEntry) -> None:
        """Keep an entry, for good once this returns. Raises ContentError when it cannot."""
        ...

    def last(self) -> DiaryEntry | None:
        """Give the newest entry."""
        ...

    def count(self, since: datetime) -> int:
        """Count the entries from `since` on."""
        ...

    def delete_last(self) -> None:
        """Remove the newest entry, if there is one."""
        ...
