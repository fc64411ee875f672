"""Sounds of a bedroom at night, made from random numbers: for replays of many hours and for speech in noise.

None is a recording. Each has the rhythm and the colour that a detector of speech may trip over: breath, pitch, syllables.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from crampvoice.audio.pcm import Samples
from crampvoice.messages import RATE_HZ

Rng = np.random.Generator


def made(kind: str, length_s: float, rng: Rng, rms: float = 0.02) -> Samples:
    """Make `length_s` seconds of a noise of `KINDS`, with this RMS as a share of full scale."""
    sound = KINDS[kind](round(length_s * RATE_HZ), rng)
    return (sound * (rms / max(float(np.sqrt(np.mean(sound**2))), 1e-9))).astype(np.float32)


def mixed(speech: Samples, noise: Samples, snr_db: float) -> Samples:
    """Add noise to speech; the ratio is that of their powers where there is speech (within 40 dB of its loudest 10 ms)."""
    frame = RATE_HZ // 100
    power = (speech[: speech.size // frame * frame].reshape(-1, frame) ** 2).mean(axis=1)
    spoken = power[power > power.max() * 1e-4].mean()
    gain = np.sqrt(spoken / np.mean(noise[: speech.size] ** 2) * 10 ** (-snr_db / 10))
    result: Samples = (speech + gain * noise[: speech.size]).astype(np.float32)
    return result


def _coloured(samples: int, rng: Rng, shape: Callable[[npt.NDArray[np.float64]], npt.NDArray[np.float64]]) -> Samples:
    """White noise with the amplitude of each frequency in Hz multiplied by `shape`."""
    spectrum = np.fft.rfft(rng.standard_normal(samples))
    frequency = np.fft.rfftfreq(samples, 1 / RATE_HZ)
    return np.fft.irfft(spectrum * shape(np.maximum(frequency, 20.0)), samples).astype(np.float32)


def _fan(samples: int, rng: Rng) -> Samples:
    """Pink noise below 2 kHz with the hum of the blades."""
    time = np.arange(samples) / RATE_HZ
    air = _coloured(samples, rng, lambda f: f**-0.5 / (1 + (f / 2000) ** 4))
    hum = sum(np.sin(2 * np.pi * 92 * n * time + n) / n for n in range(1, 6))
    return np.asarray(air / air.std() + 0.3 * hum, np.float32)


def _cpap(samples: int, rng: Rng) -> Samples:
    """Hiss that swells with each breath, 14 a minute."""
    time = np.arange(samples) / RATE_HZ
    hiss = _coloured(samples, rng, lambda f: 1 / (1 + ((f - 1800) / 1500) ** 2))
    breath = 0.35 + np.maximum(np.sin(2 * np.pi * 14 / 60 * time), -0.3)
    return np.asarray(hiss * np.abs(breath), np.float32)


def _rain(samples: int, rng: Rng) -> Samples:
    """Hiss with drops."""
    hiss = _coloured(samples, rng, lambda f: (f / 3000) ** 0.3)
    drops = np.zeros(samples, np.float32)
    places = rng.integers(0, samples, samples // RATE_HZ * 12)
    drops[places] = rng.exponential(8.0, places.size)
    body = np.exp(-np.arange(400) / 60) * np.sin(2 * np.pi * 2200 * np.arange(400) / RATE_HZ)
    return np.asarray(hiss / hiss.std() + np.convolve(drops, body, "same"), np.float32)


def _snoring(samples: int, rng: Rng) -> Samples:
    """Rattle at 60 to 90 Hz through a throat, in and out, 15 times a minute."""
    time = np.arange(samples) / RATE_HZ
    pitch = np.cumsum(75 + 12 * np.sin(2 * np.pi * 0.25 * time) + 4 * rng.standard_normal(samples).cumsum() / np.sqrt(samples))
    rattle = (pitch / RATE_HZ % 1.0 < 0.15) * 1.0 + 0.15 * rng.standard_normal(samples)
    throat = np.fft.rfft(rattle)
    frequency = np.fft.rfftfreq(samples, 1 / RATE_HZ)
    throat *= 1 / (1 + ((frequency - 450) / 200) ** 2) + 0.4 / (1 + ((frequency - 1300) / 250) ** 2)
    breath = np.maximum(np.sin(2 * np.pi * 0.25 * time), 0) ** 2
    return np.asarray(np.fft.irfft(throat, samples) * breath, np.float32)


def _baby(samples: int, rng: Rng) -> Samples:
    """Cries of a second with a glide around 450 Hz and its overtones, and a breath between."""
    time = np.arange(samples) / RATE_HZ
    pitch = 450 + 80 * np.sin(2 * np.pi * 0.7 * time) + 15 * np.sin(2 * np.pi * 6 * time)
    phase = 2 * np.pi * np.cumsum(pitch) / RATE_HZ
    voice = sum(np.sin(n * phase) / n**0.7 for n in range(1, 9))
    cry = np.clip(np.sin(2 * np.pi * 0.7 * time) + 0.3, 0, 1)
    breath = 0.05 * rng.standard_normal(samples)
    return np.asarray(voice * cry + breath, np.float32)


def _music(samples: int, rng: Rng) -> Samples:
    """Chords and a tune from the next room."""
    out = np.zeros(samples, np.float32)
    note = RATE_HZ // 2
    time = np.arange(note) / RATE_HZ
    fade = np.exp(-time * 3)
    scale = 220 * 2 ** (np.array([0, 2, 4, 5, 7, 9, 11, 12]) / 12)
    for start in range(0, samples - note, note):
        tones = rng.choice(scale, 3)
        out[start : start + note] += (
            sum(np.sin(2 * np.pi * tone * time) + 0.4 * np.sin(4 * np.pi * tone * time) for tone in tones) * fade
        )
    return out


KINDS: dict[str, Callable[[int, Rng], Samples]] = {
    "fan": _fan,
    "cpap": _cpap,
    "rain": _rain,
    "snoring": _snoring,
    "baby": _baby,
    "music": _music,
}
