"""Speech or not, on real sound."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from crampvoice.adapters.audio_files import AudioFile
from crampvoice.adapters.silero_detector import SileroDetector
from crampvoice.audio.pcm import to_pcm, to_samples
from crampvoice.messages import CHUNK_SAMPLES, AudioChunk

_SECONDS_10 = 312


def probabilities(samples: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> list[float]:
    """Run samples, (chunks, CHUNK_SAMPLES), through a new detector."""
    detector = SileroDetector()
    return [detector.probability(AudioChunk(start=0, pcm=to_pcm(row))) for row in samples]


def test_a_spoken_question_is_mostly_speech(recordings: Path) -> None:
    detector = SileroDetector()
    found = [detector.probability(chunk) for chunk in AudioFile(recordings / "is it a clot or a cramp.ogg").chunks()]
    assert np.mean(np.array(found) > 0.5) > 0.5


@pytest.mark.parametrize("amplitude", [0.0, 0.001, 0.1, 1.0])
def test_noise_is_not_speech(amplitude: float) -> None:
    noise = (
        np.random.default_rng(1).normal(0, amplitude, (_SECONDS_10, CHUNK_SAMPLES))
        if amplitude
        else np.zeros((9, CHUNK_SAMPLES))
    )
    assert max(probabilities(np.clip(noise, -1, 1))) < 0.5


def test_a_hum_and_a_clipped_tone_are_not_speech() -> None:
    time = np.arange(_SECONDS_10 * CHUNK_SAMPLES) / 16_000
    for sound in (0.5 * np.sin(2 * np.pi * 50 * time), np.sign(np.sin(2 * np.pi * 200 * time))):
        assert np.mean(np.array(probabilities(sound.reshape(-1, CHUNK_SAMPLES))) > 0.5) < 0.05


def test_reset_forgets_what_was_heard(recordings: Path) -> None:
    chunks = list(AudioFile(recordings / "that's enough.ogg").chunks())
    detector = SileroDetector()
    first = [detector.probability(chunk) for chunk in chunks]
    detector.reset()
    assert [detector.probability(chunk) for chunk in chunks] == first


def test_a_steady_room_is_hardly_looked_at_and_speech_in_it_is_found(recordings: Path) -> None:
    speech = to_samples(b"".join(c.pcm for c in AudioFile(recordings / "is it a clot or a cramp.ogg").chunks()))
    room = np.random.default_rng(4).normal(0, 0.003, speech.size + 1_000 * CHUNK_SAMPLES)
    room[-speech.size :] += speech
    found = np.array(probabilities(room.reshape(-1, CHUNK_SAMPLES)))
    steady = len(found) - speech.size // CHUNK_SAMPLES
    assert np.mean(found[:steady] == 0.0) > 0.9
    assert np.mean(found[steady:] > 0.5) > 0.5
