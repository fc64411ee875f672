"""What noise suppression takes away, and what it leaves."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from crampvoice.adapters.audio_files import AudioFile
from crampvoice.adapters.webrtc_suppressor import WebrtcSuppressor
from crampvoice.audio.pcm import level_dbfs, to_pcm, to_samples
from crampvoice.messages import CHUNK_SAMPLES, AudioChunk


def noise(chunks: int) -> list[AudioChunk]:
    """Make white noise at -40 dBFS."""
    rows = np.random.default_rng(5).normal(0, 0.01, (chunks, CHUNK_SAMPLES))
    return [AudioChunk(start=i * CHUNK_SAMPLES, pcm=to_pcm(row)) for i, row in enumerate(rows)]


def test_steady_noise_is_made_at_least_8_db_softer() -> None:
    suppressor = WebrtcSuppressor()
    cleaned = [suppressor.process(chunk) for chunk in noise(150)]
    assert level_dbfs(to_samples(cleaned[-1].pcm)) < -48


def test_every_chunk_comes_out_in_its_place_and_whole() -> None:
    suppressor = WebrtcSuppressor()
    chunks = noise(30)
    cleaned = [suppressor.process(chunk) for chunk in chunks]
    assert [chunk.start for chunk in cleaned] == [chunk.start for chunk in chunks]
    assert {len(chunk.pcm) for chunk in cleaned} == {2 * CHUNK_SAMPLES}


def test_clean_speech_keeps_its_level(recordings: Path) -> None:
    chunks = list(AudioFile(recordings / "is it a clot or a cramp.ogg").chunks())
    suppressor = WebrtcSuppressor()
    cleaned = b"".join(suppressor.process(chunk).pcm for chunk in chunks)
    before = level_dbfs(to_samples(b"".join(chunk.pcm for chunk in chunks)))
    assert abs(level_dbfs(to_samples(cleaned)) - before) < 3


def test_reset_forgets_the_room() -> None:
    suppressor = WebrtcSuppressor()
    first = [suppressor.process(chunk).pcm for chunk in noise(20)]
    suppressor.reset()
    assert [suppressor.process(chunk).pcm for chunk in noise(20)] == first
