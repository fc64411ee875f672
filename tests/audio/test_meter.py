"""The verdict on a microphone."""

from __future__ import annotations

import numpy as np
import pytest

from crampvoice.audio.meter import judge
from crampvoice.audio.pcm import to_pcm


def recording(*, speech_dbfs: float | None, noise_dbfs: float, seconds: float = 5.0) -> bytes:
    """Noise, with a louder stretch in the middle third."""
    rng = np.random.default_rng(1)
    sound = rng.standard_normal(int(16_000 * seconds)) * 10 ** (noise_dbfs / 20)
    if speech_dbfs is not None:
        third = sound.size // 3
        sound[third : 2 * third] = rng.standard_normal(third) * 10 ** (speech_dbfs / 20)
    return to_pcm(sound)


@pytest.mark.parametrize(
    ("pcm", "verdict"),
    [
        (bytes(160_000), "deaf"),
        (b"\5\0" * 80_000, "deaf"),
        (b"", "deaf"),
        (recording(speech_dbfs=0, noise_dbfs=-50), "clipped"),
        (recording(speech_dbfs=None, noise_dbfs=-50), "nothing"),
        (recording(speech_dbfs=-60, noise_dbfs=-80), "quiet"),
        (recording(speech_dbfs=-30, noise_dbfs=-42), "noisy"),
        (recording(speech_dbfs=-30, noise_dbfs=-60), "fine"),
    ],
    ids=["zeros", "stuck at one value", "empty", "full scale", "nobody speaks", "far away", "fan", "good"],
)
def test_a_recording_gets_its_verdict(pcm: bytes, verdict: str) -> None:
    assert judge(pcm).verdict == verdict


def test_every_verdict_says_what_to_do() -> None:
    assert "Switch the microphone on" in judge(bytes(1024)).advice


def test_levels_are_measured() -> None:
    report = judge(recording(speech_dbfs=-30, noise_dbfs=-60))
    assert report.speech_dbfs == pytest.approx(-30, abs=1)
    assert report.noise_dbfs == pytest.approx(-60, abs=1)
