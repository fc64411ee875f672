"""Bring sound to a steady level, as it comes in: the speech model loses words when speech is weak or loud."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from crampvoice.audio.pcm import level_dbfs, to_pcm, to_samples
from crampvoice.messages import RATE_HZ, AudioChunk


@dataclass(frozen=True, slots=True, kw_only=True)
class GainRules:
    """How a gain follows the talker; levels in dB below full scale, gains in dB."""

    target_dbfs: float = -22.0
    """Where the louder chunks of speech are brought; the mean of speech is about 4 dB lower."""
    max_gain_db: float = 30.0
    min_gain_db: float = -12.0
    above_floor_db: float = 9.0
    """A chunk this far above the background is taken for speech."""
    floor_rise_db_s: float = 1.5
    """How fast the background estimate rises when the room gets louder, in dB per second; it falls at once."""
    attack: float = 0.5
    """Share of the way to a louder level taken per chunk."""
    release: float = 0.04
    """Share of the way to a softer level taken per chunk of speech, once the talker is known."""
    forget: int = 2 * RATE_HZ
    """After this long without speech the next talker is learned anew, in samples."""
    quietest_dbfs: float = -65.0
    """Nothing below this is taken for speech."""


class AutoGain:
    """A causal gain that follows the talker: quick to come down, slow to go up, still while nobody speaks."""

    def __init__(self, rules: GainRules | None = None) -> None:
        """Begin with a gain of 0 dB."""
        self._rules = rules or GainRules()
        self.reset()

    def reset(self) -> None:
        """Forget the talker and the room."""
        self.gain_db = 0.0
        self._floor: float | None = None
        self._speech = self._rules.target_dbfs
        self._learned = 0
        self._since_speech = 0

    def process(self, chunk: AudioChunk) -> AudioChunk:
        """Give the chunk at its new level; same place, same length."""
        samples = to_samples(chunk.pcm)
        before = self.gain_db
        self._follow(level_dbfs(samples), samples.size)
        if before == self.gain_db:
            louder = samples * np.float32(10 ** (before / 20))
        else:
            ramp = np.linspace(before, self.gain_db, samples.size, dtype=np.float32)
            louder = samples * np.power(np.float32(10), ramp / np.float32(20))
        peak = float(np.max(np.abs(louder), initial=0.0))
        return AudioChunk(start=chunk.start, pcm=to_pcm(louder / peak * 0.99 if peak > 0.99 else louder))

    def _follow(self, level: float, samples: int) -> None:
        rules = self._rules
        rise = rules.floor_rise_db_s * samples / RATE_HZ
        self._floor = level if self._floor is None else min(level, self._floor + rise)
        if level < max(self._floor + rules.above_floor_db, rules.quietest_dbfs):
            self._since_speech += samples
            return
        if self._since_speech >= rules.forget:
            self._learned = 0
        self._since_speech = 0
        self._learned += 1
        step = rules.attack if level > self._speech else max(rules.release, 1 / (self._learned + 1))
        self._speech += step * (level - self._speech)
        self.gain_db = float(np.clip(rules.target_dbfs - self._speech, rules.min_gain_db, rules.max_gain_db))
