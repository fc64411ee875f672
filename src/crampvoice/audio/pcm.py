"""Bytes ↔ arrays, mixing down, loudness."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from crampvoice.messages import CHUNK_SAMPLES, Clip

Samples = npt.NDArray[np.float32]
"""float32, (samples,), mono; full scale is -1 to 1."""

SILENCE_DBFS = -120.0
"""The level reported for digital silence, in dB below full scale."""

_FULL_SCALE = 32768.0


def to_samples(pcm: bytes) -> Samples:
    """Turn int16 little-endian mono bytes into float32 samples, (samples,), -1 to 1."""
    samples: Samples = np.frombuffer(pcm, dtype="<i2") * np.float32(1 / _FULL_SCALE)
    return samples


def to_pcm(samples: npt.NDArray[Any]) -> bytes:
    """Turn samples of any float type, (samples,), into int16 little-endian bytes, clipped at full scale."""
    return np.rint(samples * _FULL_SCALE).clip(-32768, 32767).astype("<i2").tobytes()


def mixed_down(frames: npt.NDArray[np.float32]) -> Samples:
    """Mix frames, (samples, channels), to mono by the mean of the channels."""
    return np.ascontiguousarray(frames.mean(axis=1, dtype=np.float32))


def mean_square(samples: Samples) -> float:
    """Give the power, 0 to 1; of nothing it is 0. A dot product takes a tenth of the time of `numpy.mean`."""
    return float(np.dot(samples, samples)) / max(samples.size, 1)


def level_dbfs(samples: Samples) -> float:
    """Give the RMS level in dB below full scale: 0 for a full scale square wave, `SILENCE_DBFS` for digital silence."""
    power = mean_square(samples)
    return max(SILENCE_DBFS, 10 * math.log10(power)) if power > 0 else SILENCE_DBFS


def padded(pcm: bytes) -> bytes:
    """Fill up the bytes of a last chunk with zeros to `CHUNK_SAMPLES` samples."""
    return pcm.ljust(2 * CHUNK_SAMPLES, b"\0")


def trim_silence(pcm: bytes, rate_hz: int, *, below_dbfs: float = -50.0, keep_s: float = 0.02, tail_s: float = 0.15) -> bytes:
    """Cut the silence before and behind a rendered sentence, int16 mono bytes.

    `keep_s` seconds stay before the first sample above `below_dbfs`, `tail_s` behind the last; sound that is silent
    throughout is given back as it is.
    """
    samples = np.frombuffer(pcm, dtype="<i2")
    loud = np.flatnonzero(np.abs(samples.astype(np.int32)) > _FULL_SCALE * 10 ** (below_dbfs / 20))
    if not loud.size:
        return pcm
    begin = max(0, int(loud[0]) - round(keep_s * rate_hz))
    end = min(samples.size, int(loud[-1]) + 1 + round(tail_s * rate_hz))
    return samples[begin:end].tobytes()


def joined(clips: Sequence[Clip], gap_s: float) -> Clip:
    """Put clips of one rate one behind the other with `gap_s` seconds of silence between them.

    Raises ValueError when there is none, or the rates differ.
    """
    rates = {clip.rate_hz for clip in clips}
    if len(rates) != 1:
        raise ValueError(f"clips of one rate are needed, got rates {sorted(rates)}")
    rate_hz = rates.pop()
    gap = bytes(2 * round(gap_s * rate_hz))
    return Clip(pcm=gap.join(clip.pcm for clip in clips), rate_hz=rate_hz)
