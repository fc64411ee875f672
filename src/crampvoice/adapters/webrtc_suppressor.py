"""Noise suppression by WebRTC (PyPI `webrtc-noise-gain`, Apache-2.0)."""

from __future__ import annotations

from webrtc_noise_gain import AudioProcessor

from crampvoice.messages import CHUNK_SAMPLES, AudioChunk

_BLOCK_BYTES = 2 * 160
"""WebRTC works on 10 ms."""
_DELAY_BYTES = 2 * 128
"""Chunks of 512 samples are no multiple of 160: this much silence in front keeps every chunk that comes out whole."""


class WebrtcSuppressor:
    """Takes steady noise out of 16 kHz sound; it comes out 8 ms later, plus the few milliseconds WebRTC needs."""

    def __init__(self, level: int = 2) -> None:
        """Make one for one stream; `level` is 1 to 4, and 3 or 4 bring no more words than 2."""
        self._level = level
        self.reset()

    def reset(self) -> None:
        """Forget the noise of the room."""
        self._processor = AudioProcessor(0, self._level)
        self._waiting = b""
        self._cleaned = bytes(_DELAY_BYTES)

    def process(self, chunk: AudioChunk) -> AudioChunk:
        """Give the cleaned sound, as long as what came in."""
        self._waiting += chunk.pcm
        whole = len(self._waiting) // _BLOCK_BYTES * _BLOCK_BYTES
        for at in range(0, whole, _BLOCK_BYTES):
            self._cleaned += self._processor.Process10ms(self._waiting[at : at + _BLOCK_BYTES]).audio
        self._waiting = self._waiting[whole:]
        pcm, self._cleaned = self._cleaned[: 2 * CHUNK_SAMPLES], self._cleaned[2 * CHUNK_SAMPLES :]
        return AudioChunk(start=chunk.start, pcm=pcm)
