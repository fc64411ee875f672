"""The own voice in the own microphone: it is known sample by sample, so it can be told from everybody else's.

Two means. A frequency domain Kalman filter over partitioned blocks (Kuech, Mabande and Enzner, "State-space
architecture of the partitioned-block-based acoustic echo controller", ICASSP 2014) learns the way from loudspeaker to
microphone, delay and room included, and what it predicts is subtracted; it needs some seconds of speech. Until then the
loudness at which the own voice comes back, bounded until it is learned too, tells what is louder than it can be. Chunks
that hold nothing but the own voice are replaced by a hiss as loud as the room, so that no detector behind is woken by it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from crampvoice.audio.pcm import Samples, mean_square, to_pcm, to_samples
from crampvoice.messages import CHUNK_SAMPLES, RATE_HZ, AudioChunk

_Powers = npt.NDArray[np.float32]

FLOOR_RISE_DB_S = 3.0
"""How fast the estimate of the room's own noise rises, in dB per second; it falls at once."""

_CONSTRAINED_EVERY = 3
"""Each partition is kept causal every third chunk: as good, at a third of the work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EchoRules:
    """Numbers of the echo filter, chosen on eSpeak through a synthetic room (RT60 0.4 s, -20 to -3 dB, 60 ms)."""

    partitions: int = 12
    """Longest way from loudspeaker to microphone, buffers of the devices included, in chunks: 384 ms."""
    forgetting: float = 0.98
    """Share of the learned way that is believed from one chunk to the next, 0 to 1."""
    trust: float = 0.2
    """How much each chunk settles what is learned, 0 to 0.5; the theory says 0.5, which stalls on speech."""
    learn: int = 16
    """Chunks of own voice (0.5 s) in which its loudness is learned; up to `partitions` more while something much louder than
    before may still be on its way."""
    unlearned: float = 0.35
    """Share of its power at which the own voice is taken to come back until its loudness is learned: with `louder`, what is
    above -1.5 dB of it is somebody else's."""
    explained: float = 0.5
    """Share of the power left after subtraction below which a chunk is mostly own voice, as loud as it may be."""
    explained_for: int = 31
    """So many such chunks in a row (1 s) are learned from though they seemed to hold somebody else: the loudspeaker has
    become louder, or comes back louder than `unlearned`."""
    louder: float = 2.0
    """How many times the power of the own voice somebody else needs while the filter is not proven."""
    rest_share: float = 0.4
    """Share of the power left after subtraction from which somebody else is heard, once the filter is proven."""
    beside_own: float = 0.1
    """Share of the most the own voice may have that is left, from which somebody else is heard then."""
    proven_share: float = 0.1
    """Share of the power left of the own voice alone, on average, from which the filter is proven."""
    above_floor: float = 10.0
    """How many times the power of the room's own noise somebody else needs."""
    smoothing: float = 0.6
    """Share of the past in the powers that are compared."""
    hold: int = 6
    """Chunks let through after one with somebody else's voice, so that no syllable is cut."""


class EchoFilter:
    """Takes the own voice out of one microphone; give it every chunk, in order. Costs nothing while it is silent."""

    def __init__(self, rules: EchoRules | None = None) -> None:
        """Begin without knowing the room."""
        self._rules = rules or EchoRules()
        self._way = _Way(self._rules)
        self._gate = _Gate(self._rules)
        self._sounding = 0
        self._floor = 1e-4
        self._hiss = np.random.default_rng(1)

    @property
    def active(self) -> bool:
        """Whether the own voice may be in the microphone."""
        return self._sounding > 0

    def clean(self, chunk: AudioChunk, played: bytes) -> AudioChunk:
        """Give the chunk without the own voice; `played` is what the loudspeaker played during it."""
        heard, own = to_samples(chunk.pcm), to_samples(played)
        audible = bool(own.any())
        self._sounding = self._rules.partitions + 2 if audible else max(self._sounding - 1, 0)
        if not self._sounding:
            level = math.sqrt(mean_square(heard))
            rise = 10 ** (FLOOR_RISE_DB_S / 20 * CHUNK_SAMPLES / RATE_HZ)
            self._floor = max(min(level, self._floor * rise), 1e-5)
            return chunk
        rest = self._way.subtract(heard, own)
        if self._gate.is_own(heard, rest, own, self._floor):
            rest = self._hiss.standard_normal(CHUNK_SAMPLES).astype(np.float32) * np.float32(self._floor)
        elif not self._gate.is_less_left:
            return chunk
        return AudioChunk(start=chunk.start, pcm=to_pcm(rest))


class _Way:
    """The learned way from loudspeaker to microphone."""

    def __init__(self, rules: EchoRules) -> None:
        shape = (rules.partitions, CHUNK_SAMPLES + 1)
        self._rules = rules
        self._played = np.zeros(shape, dtype=np.complex64)
        self._way = np.zeros(shape, dtype=np.complex64)
        self._doubt: _Powers = np.ones(shape, dtype=np.float32)
        self._beside: _Powers = np.full(shape[1], 1e-4, dtype=np.float32)
        self._last: Samples = np.zeros(CHUNK_SAMPLES, dtype=np.float32)
        self._turn = 0

    def subtract(self, heard: Samples, own: Samples) -> Samples:
        self._played = np.roll(self._played, 1, axis=0)
        self._played[0] = np.fft.rfft(np.concatenate([self._last, own]))
        self._last = own
        predicted = np.fft.irfft((self._played * self._way).sum(axis=0))[CHUNK_SAMPLES:]
        rest: Samples = (heard - predicted).astype(np.float32)
        self._learn(rest)
        return rest

    def _learn(self, rest: Samples) -> None:
        error = np.fft.rfft(np.concatenate([np.zeros(CHUNK_SAMPLES, dtype=np.float32), rest]))
        played = np.abs(self._played) ** 2
        power = np.abs(error) ** 2
        unknown = (self._doubt * played).sum(axis=0)
        beside = np.maximum(power - 0.5 * unknown, 0.01 * power)
        self._beside = (0.5 * self._beside + 0.5 * beside).astype(np.float32)
        step = self._doubt / (unknown + 2 * self._beside + 1e-6)
        self._way += step * np.conj(self._played) * error
        turn = slice(self._turn, None, _CONSTRAINED_EVERY)
        self._turn = (self._turn + 1) % _CONSTRAINED_EVERY
        response = np.fft.irfft(self._way[turn], axis=1)
        response[:, CHUNK_SAMPLES:] = 0
        self._way[turn] = np.fft.rfft(response, axis=1)
        keep = self._rules.forgetting
        settled = np.maximum(1 - self._rules.trust * step * played, 0) * self._doubt
        self._doubt = (keep * settled + (1 - keep) * np.abs(self._way) ** 2).astype(np.float32)


class _Gate:
    """Tells chunks with nothing but the own voice from those with somebody else's."""

    def __init__(self, rules: EchoRules) -> None:
        self._rules = rules
        self._powers = np.zeros(rules.partitions)
        self._learned = 0
        self._explained = 0
        self._coupling = 0.0
        self._loudest = self._comes_back = self._settled = 0.0
        self._before, self._after = 1e-9, 1e-9
        self._left = 1.0
        self._let_through = 0

    @property
    def is_less_left(self) -> bool:
        """Whether subtraction takes something away: while the way is learned, somebody else's voice may be taken for it."""
        return self._after < self._before

    def is_own(self, heard: Samples, rest: Samples, own: Samples, floor: float) -> bool:
        rules = self._rules
        self._settled = max(self._settled, float(self._powers[-1]))
        self._powers = np.roll(self._powers, 1)
        self._powers[0] = mean_square(own)
        loudest = float(self._powers.max())
        power = mean_square(heard)
        self._before = rules.smoothing * self._before + (1 - rules.smoothing) * power
        self._after = rules.smoothing * self._after + (1 - rules.smoothing) * mean_square(rest)
        to_come = self._learned < rules.learn + rules.partitions and loudest > rules.louder * self._settled
        learning = self._learned < rules.learn or to_come
        left = self._after / self._before
        most = (max(self._coupling, rules.unlearned) if learning else self._coupling) * loudest
        if self._left < rules.proven_share:
            other = left >= rules.rest_share and self._after > rules.beside_own * most
        else:
            other = power > rules.louder * most
        audible = min(power, self._after) > rules.above_floor * floor**2
        self._explained = self._explained + 1 if audible and left < rules.explained else 0
        if other and audible and self._explained <= rules.explained_for:
            self._let_through = rules.hold
            return False
        self._let_through -= 1
        if self._let_through >= 0 and not (learning and power < most):
            return False
        comes_back = power if power > rules.above_floor * floor**2 else 0.0
        self._learned += bool(own.any())
        if learning:
            self._loudest, self._comes_back = max(self._loudest, loudest), max(self._comes_back, comes_back)
            self._coupling = self._comes_back / max(self._loudest, 1e-7)
        elif loudest > 1e-7:
            self._coupling = max(0.998 * self._coupling, comes_back / loudest)
        if comes_back:
            self._left = 0.95 * self._left + 0.05 * min(left, 1.0)
        return True
