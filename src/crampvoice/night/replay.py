"""A recorded night through a session, as fast as the machine can, and what the room would have heard of it."""

from __future__ import annotations

import json
import wave
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from crampvoice.audio.pcm import Samples, to_pcm, to_samples
from crampvoice.errors import ContentError
from crampvoice.messages import CHUNK_SAMPLES, RATE_HZ, AudioChunk
from crampvoice.night.events import Emit, Event
from crampvoice.night.session import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class EchoPath:
    """How the device's own voice comes back into its microphone."""

    level_db: float = -12.0
    """Loudness of the echo, in dB relative to what was played."""
    delay_ms: float = 60.0
    """Way from the output to the microphone, in milliseconds; 0 is the shortest."""

    @property
    def delay(self) -> int:
        """The delay in samples at 16 kHz."""
        return round(self.delay_ms * RATE_HZ / 1000)


@dataclass(frozen=True, slots=True)
class Moment:
    """One chunk of time."""

    chunk: AudioChunk
    """What the microphone heard, echo included."""
    played: bytes
    """What the loudspeaker played meanwhile, int16 mono at 16 kHz, as long as the chunk."""


def replay(
    chunks: Iterable[AudioChunk], session: Session, *, echo: EchoPath | None = None, tail_s: float = 0.0
) -> Iterator[Moment]:
    """Run a session over recorded chunks; give every moment, in order and without a gap.

    After the last chunk the room is quiet for up to `tail_s` seconds, as long as the session has something to say or
    its window is open.
    """
    room = _Room(echo)
    played = bytes(2 * CHUNK_SAMPLES)
    now = 0
    for chunk in chunks:
        heard = room.add_echo(chunk, played)
        yield Moment(heard, played)
        played = session.feed(heard)
        now = chunk.start + CHUNK_SAMPLES
    end = now + round(tail_s * RATE_HZ)
    while now < end and (session.awake or session.speaking or any(played)):
        heard = room.add_echo(AudioChunk(start=now, pcm=bytes(2 * CHUNK_SAMPLES)), played)
        yield Moment(heard, played)
        played = session.feed(heard)
        now += CHUNK_SAMPLES
    session.close()


class _Room:
    """Adds what was played to what is heard, later and softer. `played` sounds during the chunk itself."""

    def __init__(self, echo: EchoPath | None) -> None:
        self._gain = np.float32(10 ** (echo.level_db / 20)) if echo else np.float32(0)
        self._way: Samples = np.zeros(echo.delay if echo else 0, dtype=np.float32)

    def add_echo(self, chunk: AudioChunk, played: bytes) -> AudioChunk:
        if not self._gain:
            return chunk
        self._way = np.concatenate([self._way, to_samples(played)])
        arrived, self._way = self._way[:CHUNK_SAMPLES], self._way[CHUNK_SAMPLES:]
        if not arrived.any():
            return chunk
        return AudioChunk(start=chunk.start, pcm=to_pcm(to_samples(chunk.pcm) + self._gain * arrived))


def write_heard(path: Path, moments: Iterable[Moment], keep: Callable[[Moment], None] | None = None) -> int:
    """Write what was played as a WAV file, 16-bit mono at 16 kHz, while it comes; give its length in samples.

    `keep` gets every moment as well. Raises ContentError if the file cannot be written.
    """
    samples = 0
    with _writing(path, "--out"):
        raw = path.open("wb")
    file = wave.open(raw, "wb")  # noqa: SIM115
    file.setnchannels(1)
    file.setsampwidth(2)
    file.setframerate(RATE_HZ)
    try:
        for moment in moments:
            with _writing(path, "--out"):
                file.writeframes(moment.played)
            samples += len(moment.played) // 2
            if keep is not None:
                keep(moment)
        with _writing(path, "--out"):
            file.close()
            raw.close()
    finally:  # after a failure; it is told already
        with suppress(OSError):
            file.close()
        with suppress(OSError):
            raw.close()
    return samples


@contextmanager
def written_events(path: Path) -> Iterator[Emit]:
    """Give a callable that writes each event as one line of JSON at once, or raises OSError.

    Raises ContentError if the file cannot be opened, and in place of an OSError of the callable that nobody has caught.
    """
    with _writing(path, "--events"):
        file = path.open("w", encoding="utf-8")
    failed: list[OSError] = []

    def write(event: Event) -> None:
        try:
            print(json.dumps(event.as_json(), ensure_ascii=False), file=file, flush=True)
        except OSError as error:
            failed.append(error)
            raise

    try:
        yield write
    except OSError as error:
        if error in failed:
            raise _unwritable(path, "--events", error) from error
        raise
    finally:
        with suppress(OSError):  # every line was flushed, so what is lost here is told already
            file.close()


@contextmanager
def _writing(path: Path, option: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _unwritable(path, option, error) from error


def _unwritable(path: Path, option: str, error: OSError) -> ContentError:
    return ContentError(f"{path} cannot be written ({error.strerror}): name another file with {option}.")
