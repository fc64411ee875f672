"""Bytes, arrays, loudness."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crampvoice.audio.pcm import SILENCE_DBFS, joined, level_dbfs, mixed_down, padded, to_pcm, to_samples, trim_silence
from crampvoice.messages import CHUNK_SAMPLES, Clip


@given(st.binary(max_size=200).filter(lambda pcm: len(pcm) % 2 == 0))
def test_bytes_survive_the_way_to_samples_and_back(pcm: bytes) -> None:
    assert to_pcm(to_samples(pcm)) == pcm


def test_what_is_beyond_full_scale_is_clipped() -> None:
    assert to_pcm(np.array([2.0, -2.0, 1.0])) == np.array([32767, -32768, 32767], dtype="<i2").tobytes()


def test_channels_are_mixed_by_their_mean() -> None:
    frames = np.array([[0.5, -0.5, 0.3], [0.6, 0.0, 0.0]], dtype=np.float32)
    np.testing.assert_allclose(mixed_down(frames), [0.1, 0.2], atol=1e-6)


def test_levels_are_in_db_below_full_scale() -> None:
    assert level_dbfs(np.ones(100, dtype=np.float32)) == pytest.approx(0.0)
    assert level_dbfs(np.full(100, 0.1, dtype=np.float32)) == pytest.approx(-20.0, abs=1e-4)
    assert level_dbfs(np.zeros(100, dtype=np.float32)) == SILENCE_DBFS
    assert level_dbfs(np.zeros(0, dtype=np.float32)) == SILENCE_DBFS


def test_a_last_chunk_is_filled_with_silence() -> None:
    assert padded(b"\1\2") == b"\1\2" + bytes(2 * CHUNK_SAMPLES - 2)


def test_the_silence_around_a_sentence_is_cut() -> None:
    loud = np.full(1_000, 9_000, dtype="<i2")
    pcm = bytes(2 * 5_000) + loud.tobytes() + bytes(2 * 7_000)
    trimmed = np.frombuffer(trim_silence(pcm, 10_000), dtype="<i2")
    assert trimmed.size == 200 + 1_000 + 1_500
    assert np.flatnonzero(trimmed)[0] == 200


def test_what_is_silent_throughout_stays_as_it_is() -> None:
    for pcm in (b"", bytes(200), np.full(100, 100, dtype="<i2").tobytes()):
        assert trim_silence(pcm, 16_000) == pcm


@given(st.lists(st.integers(-32_768, 32_767), max_size=300), st.sampled_from([8_000, 22_050]))
def test_no_loud_sample_is_cut(samples: list[int], rate_hz: int) -> None:
    pcm = np.array(samples, dtype="<i2").tobytes()
    trimmed = trim_silence(pcm, rate_hz)
    assert trimmed in pcm
    loud = [value for value in samples if abs(value) > 200]
    kept = [value for value in np.frombuffer(trimmed, dtype="<i2").tolist() if abs(value) > 200]
    assert kept == loud


def test_clips_are_joined_with_a_gap_between_them() -> None:
    one, two = (Clip(pcm=bytes([value]) * 4, rate_hz=1_000) for value in (1, 2))
    assert joined([one, two], 0.003) == Clip(pcm=b"\1" * 4 + bytes(6) + b"\2" * 4, rate_hz=1_000)
    assert joined([one], 0.4) == one


def test_clips_of_several_rates_or_none_are_refused() -> None:
    with pytest.raises(ValueError, match="one rate"):
        joined([Clip(pcm=b"", rate_hz=8_000), Clip(pcm=b"", rate_hz=16_000)], 0.1)
    with pytest.raises(ValueError, match="one rate"):
        joined([], 0.1)
