"""The gain that brings speech to a steady level."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crampvoice.audio.level import AutoGain
from crampvoice.audio.pcm import level_dbfs, to_pcm, to_samples
from crampvoice.messages import CHUNK_SAMPLES, AudioChunk


def noise(dbfs: float, chunks: int, seed: int = 0) -> list[bytes]:
    """Make white noise of some level, chunk by chunk."""
    samples = np.random.default_rng(seed).normal(0, 10 ** (dbfs / 20), (chunks, CHUNK_SAMPLES))
    return [to_pcm(row) for row in samples]


def levels(gain: AutoGain, pcm: list[bytes]) -> list[float]:
    """Run chunks through a gain and give their levels, in dBFS."""
    return [level_dbfs(to_samples(gain.process(AudioChunk(start=i * CHUNK_SAMPLES, pcm=p)).pcm)) for i, p in enumerate(pcm)]


@pytest.mark.parametrize("speech_dbfs", [-50.0, -40.0, -30.0, -20.0, -14.0])
def test_near_and_far_talkers_come_to_the_same_level(speech_dbfs: float) -> None:
    found = levels(AutoGain(), noise(-75, 60) + noise(speech_dbfs, 40))
    assert np.mean(found[-20:]) == pytest.approx(-22, abs=2)


def test_a_steady_background_is_left_alone() -> None:
    assert levels(AutoGain(), noise(-50, 2_000))[-1] == pytest.approx(-50, abs=1)


def test_the_gain_stands_still_in_pauses() -> None:
    gain = AutoGain()
    levels(gain, noise(-75, 60) + noise(-40, 40))
    learned = gain.gain_db
    levels(gain, noise(-75, 300))
    assert gain.gain_db == learned


def test_a_shout_after_a_whisper_is_brought_down_within_a_quarter_of_a_second() -> None:
    found = levels(AutoGain(), noise(-75, 60) + noise(-50, 40) + noise(-12, 9))
    assert found[-1] == pytest.approx(-22, abs=3)
    assert max(found) < 0


def test_a_new_talker_is_learned_after_a_long_pause() -> None:
    found = levels(AutoGain(), noise(-70, 60) + noise(-20, 40) + noise(-70, 80) + noise(-45, 20))
    assert np.mean(found[-5:]) == pytest.approx(-22, abs=3)


def test_silence_stays_silence() -> None:
    gain = AutoGain()
    assert gain.process(AudioChunk(start=0, pcm=bytes(1_024))).pcm == bytes(1_024)


def test_reset_forgets_the_talker() -> None:
    gain = AutoGain()
    levels(gain, noise(-75, 60) + noise(-50, 40))
    gain.reset()
    assert levels(gain, noise(-30, 3)) == levels(AutoGain(), noise(-30, 3))


@given(st.lists(st.sampled_from([-120.0, -70.0, -40.0, -10.0, 0.0]), max_size=60))
def test_whatever_comes_goes_out_as_long_and_unclipped(dbfs: list[float]) -> None:
    gain = AutoGain()
    for i, level in enumerate(dbfs):
        chunk = AudioChunk(start=i * CHUNK_SAMPLES, pcm=noise(level, 1, seed=i)[0])
        processed = gain.process(chunk)
        assert (processed.start, len(processed.pcm)) == (chunk.start, len(chunk.pcm))
