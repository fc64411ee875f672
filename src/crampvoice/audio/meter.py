"""Whether a microphone is good enough: a few seconds of somebody speaking → a verdict and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from crampvoice.audio.level import GainRules
from crampvoice.audio.pcm import SILENCE_DBFS, level_dbfs, to_samples
from crampvoice.messages import CHUNK_SAMPLES

Verdict = Literal["deaf", "clipped", "nothing", "quiet", "noisy", "fine"]

CLIPPED_SAMPLES = 10
"""From this many samples at full scale on speech is called clipped; one door may bang."""

NOISY_UNDER_DB = 15.0
"""Speech less than this above the noise, in dB, is recognized badly: at 10 dB half the words are lost."""

_FULL_SCALE = 32_700 / 32_768

_ADVICE: dict[Verdict, str] = {
    "deaf": "Only zeros arrive. Switch the microphone on, unmute it (alsamixer, F4), or name another one.",
    "clipped": "Too loud: the peaks are cut off. Turn the recording level down (alsamixer, F4), or move it away.",
    "nothing": "No speech stands out of the noise. Say something while it listens, nearer to the microphone.",
    "quiet": "Too quiet. Turn the recording level up (alsamixer, F4), or put the microphone nearer to the pillow.",
    "noisy": "There is much noise. Move the microphone away from the fan or the machine, and nearer to the pillow.",
    "fine": "The microphone is fine.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelReport:
    """What was measured, and what it means."""

    verdict: Verdict
    advice: str
    """What to do, one or two sentences."""
    speech_dbfs: float
    """Level of the loudest twentieth of the chunks, in dB below full scale."""
    noise_dbfs: float
    """Level of the softest tenth."""
    peak_dbfs: float
    clipped: int
    """Samples at full scale."""


def judge(pcm: bytes) -> LevelReport:
    """Judge a recording of some seconds in which somebody speaks, int16 little-endian mono at 16 kHz."""
    samples = to_samples(pcm)
    chunks = samples[: samples.size // CHUNK_SAMPLES * CHUNK_SAMPLES].reshape(-1, CHUNK_SAMPLES)
    levels = np.array([level_dbfs(chunk) for chunk in chunks] or [SILENCE_DBFS])
    loudest = np.abs(samples)
    speech, noise = float(np.percentile(levels, 95)), float(np.percentile(levels, 10))
    clipped = int(np.count_nonzero(loudest >= _FULL_SCALE))
    verdict = _verdict(speech, noise, clipped, varies=bool(samples.size and np.ptp(samples) > 0))
    return LevelReport(
        verdict=verdict,
        advice=_ADVICE[verdict],
        speech_dbfs=speech,
        noise_dbfs=noise,
        peak_dbfs=max(SILENCE_DBFS, 20 * float(np.log10(max(float(np.max(loudest, initial=0.0)), 1e-6)))),
        clipped=clipped,
    )


def _verdict(speech: float, noise: float, clipped: int, *, varies: bool) -> Verdict:
    rules = GainRules()
    if not varies:
        return "deaf"
    if clipped >= CLIPPED_SAMPLES:
        return "clipped"
    if speech - noise < rules.above_floor_db:
        return "nothing"
    if speech < rules.target_dbfs - rules.max_gain_db:
        return "quiet"
    return "noisy" if speech - noise < NOISY_UNDER_DB else "fine"
