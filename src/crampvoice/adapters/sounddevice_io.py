"""Microphone and loudspeaker through PortAudio: either may be missing, busy or lost at any time; the loop goes on."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import soxr

from crampvoice.adapters.sounddevice_keeper import Keeper, Line, OnState
from crampvoice.audio.pcm import to_pcm, to_samples
from crampvoice.audio.playout import Playout
from crampvoice.messages import CHUNK_SAMPLES, RATE_HZ, AudioChunk

_CHUNK_BYTES = 2 * CHUNK_SAMPLES
_CHUNK_S = CHUNK_SAMPLES / RATE_HZ

QUEUE_S = 4.0
"""How much sound of the microphone may wait for the loop, in seconds; more is dropped and counted."""
SILENT_AFTER_S = 0.4
"""After this long without sound from the device chunks of zeros are given, in seconds."""
CATCH_UP_S = 2.0
"""How much silence is made up for at most, in seconds: when the whole computer has slept, it is not."""
ZEROS_AFTER_S = 10.0
"""After this long with nothing but zeros a microphone is called deaf: even the quietest room has some noise."""
TARGET_S = 0.016
"""How much sound waits in front of the loudspeaker at first, in seconds: a block, for a loop that is busy for as long."""
SLACK_S = 0.064
"""How much more may wait before some silence is left out, in seconds: some microphones deliver in bursts."""
REST_S = 0.2
"""How long sound is gathered before it is given on while the loop has nothing to do, in seconds: six chunks at once are
a third of the work of six one by one, each with a processor that was asleep."""
LIMIT_S = 1.5
"""How much sound may wait at most, in seconds, after the loop was held up while it spoke."""


class Microphone(Line):
    """Chunks from a microphone; implements `ports.AudioSource`.

    While there is no device the chunks are zeros, at the pace of the clock, so that whoever counts samples goes on.
    Its blocks are half a chunk, and two of them are buffered: with twice that PulseAudio hands sound over 40 ms later, and with
    100 ms two or three chunks at a time.
    """

    way = "input"
    block_s = _CHUNK_S / 2
    latency_s = _CHUNK_S

    def __init__(
        self,
        keeper: Keeper,
        wanted: str | int | None = None,
        on_state: OnState | None = None,
        *,
        rates_hz: tuple[int, ...] = (),
    ) -> None:
        """Begin to record; `wanted` is a part of a name or a number, None the default device.

        `on_state` is called from `chunks`, in its thread. `rates_hz` replaces the order of rates that are tried.
        """
        super().__init__(wanted, on_state, rates_hz)
        self.overflows = 0
        """How often sound was lost because the computer was too busy; many devices lose some when they begin."""
        self.at_rest = False
        """Whether the loop can wait for `REST_S` of sound: nobody speaks and nothing is said."""
        self._queue: queue.SimpleQueue[tuple[int, int, bytes]] = queue.SimpleQueue()
        self._put_s = self._taken_s = 0.0
        self._ended = False
        self._deaf = _Deafness()
        self._mono = _Mono()
        self._given_until = 0.0
        self._filling = False
        keeper.add(self)

    def chunks(self) -> Iterator[AudioChunk]:
        """Give chunks in order without a gap, until `end`."""
        start = 0
        rest = b""
        self._given_until = time.monotonic()
        while not self._ended:
            rest += self._next()
            self.tell()
            while len(rest) >= _CHUNK_BYTES and not self._ended:
                yield AudioChunk(start=start, pcm=rest[:_CHUNK_BYTES])
                rest = rest[_CHUNK_BYTES:]
                start += CHUNK_SAMPLES

    def end(self) -> None:
        """End `chunks` at its next chunk."""
        self._ended = True

    def _next(self) -> bytes:
        """Wait for the next sound of the device, or make up for what it did not deliver."""
        if self.at_rest and not self._filling and self._queue.empty():
            time.sleep(REST_S)
        patience = _CHUNK_S if self._filling else SILENT_AFTER_S
        wait_s = max(0.0, self._given_until + patience - time.monotonic())
        try:
            rate_hz, channels, pcm = self._queue.get(timeout=wait_s)
        except queue.Empty:
            self._filling = True
            self._deaf.forget()
            self._given_until = max(self._given_until + _CHUNK_S, time.monotonic() - CATCH_UP_S)
            return bytes(_CHUNK_BYTES)
        self._filling = False
        self._given_until = time.monotonic()
        seconds = len(pcm) / (2 * channels * rate_hz)
        self._taken_s += seconds
        if self._deaf.notices(pcm, seconds):
            self._report("zeros", f"The microphone '{self.name}' delivers only zeros: is it muted, or the wrong one?")
        return self._mono.convert(rate_hz, channels, pcm)

    def _callback(self, rate_hz: int, channels: int) -> Callable[..., None]:
        def copy_and_queue(sound: Any, frames: int, times: Any, status: Any) -> None:
            self._beat()
            if status.input_overflow or self._put_s - self._taken_s > QUEUE_S:
                self.overflows += 1
            if self._put_s - self._taken_s <= QUEUE_S:
                self._put_s += frames / rate_hz
                self._queue.put((rate_hz, channels, bytes(sound)))

        return copy_and_queue


class Loudspeaker(Line):
    """Plays chunks as they are written; what is written while there is no device is not heard."""

    way = "output"
    block_s = 0.016
    latency_s = 0.032

    def __init__(
        self,
        keeper: Keeper,
        wanted: str | int | None = None,
        on_state: OnState | None = None,
        *,
        rates_hz: tuple[int, ...] = (),
    ) -> None:
        """Begin to play silence; `wanted` is a part of a name or a number, None the default device.

        `on_state` is called from `write`, in its thread. `rates_hz` replaces the order of rates that are tried.
        """
        super().__init__(wanted, on_state, rates_hz)
        self.underflows = 0
        """How often the device ran out of sound because the computer was too busy."""
        self._out: tuple[int, Playout] | None = None
        self._before = (0, 0.0)
        self._resampler: tuple[int, Any] = (RATE_HZ, None)
        keeper.add(self)

    @property
    def gaps(self) -> int:
        """How often speech was held up because the loop was late."""
        return self._before[0] + (self._out[1].gaps if self._out else 0)

    @property
    def left_out_s(self) -> float:
        """How much speech was left out because too much was waiting, in seconds."""
        return self._before[1] + (self._out[1].left_out / self._out[0] if self._out else 0.0)

    @property
    def sounding(self) -> bool:
        """Whether something is being spoken."""
        return self.running and self._out is not None and self._out[1].sounding

    def write(self, pcm: bytes) -> None:
        """Play the next chunk, int16 mono at 16 kHz, after what was written before. Returns at once, raises nothing."""
        self.tell()
        out = self._out
        if out is not None and self.running:
            rate_hz, playout = out
            playout.write(self._at_rate(rate_hz, pcm), silent=not pcm.strip(b"\0"))

    def _at_rate(self, rate_hz: int, pcm: bytes) -> bytes:
        if rate_hz == RATE_HZ:
            return pcm
        if self._resampler[0] != rate_hz:
            self._resampler = (rate_hz, soxr.ResampleStream(RATE_HZ, rate_hz, 1, dtype="float32", quality="LQ"))
        return to_pcm(self._resampler[1].resample_chunk(to_samples(pcm)))

    def _callback(self, rate_hz: int, channels: int) -> Callable[..., None]:
        playout = Playout(target=int(TARGET_S * rate_hz), slack=int(SLACK_S * rate_hz), limit=int(LIMIT_S * rate_hz))
        before = (self.gaps, self.left_out_s)
        self._out = (rate_hz, playout)
        self._before = before

        def take_and_play(sound: Any, frames: int, times: Any, status: Any) -> None:
            self._beat()
            self.underflows += bool(status.output_underflow)
            pcm = playout.take(frames)
            sound[:] = pcm if channels == 1 else np.frombuffer(pcm, dtype="<i2").repeat(channels).tobytes()

        return take_and_play


class _Mono:
    """Turns the sound of a device into mono at 16 kHz: its first channel, where arrays of microphones put the best."""

    def __init__(self) -> None:
        self._rate_hz = RATE_HZ
        self._resampler: Any = None

    def convert(self, rate_hz: int, channels: int, pcm: bytes) -> bytes:
        if rate_hz != self._rate_hz:
            self._rate_hz = rate_hz
            self._resampler = soxr.ResampleStream(rate_hz, RATE_HZ, 1, dtype="float32", quality="MQ")
        if channels == 1 and rate_hz == RATE_HZ:
            return pcm
        samples = np.ascontiguousarray(to_samples(pcm)[::channels])
        return to_pcm(samples if rate_hz == RATE_HZ else self._resampler.resample_chunk(samples))


class _Deafness:
    """Notices, once until told to forget, a device that has delivered only zeros for a while."""

    def __init__(self) -> None:
        self._zeros_s = 0.0
        self._noticed = False

    def notices(self, pcm: bytes, seconds: float) -> bool:
        self._zeros_s = 0.0 if pcm.strip(b"\0") else self._zeros_s + seconds
        if self._noticed or self._zeros_s < ZEROS_AFTER_S:
            return False
        self._noticed = True
        return True

    def forget(self) -> None:
        self._zeros_s = 0.0
        self._noticed = False
