"""The sentence encoder in numpy, with the weights that come along."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from crampvoice.errors import EngineError
from crampvoice.intent.encoder import WIDTH, Encoder, quantize, read_arrays
from crampvoice.intent.wordpiece import WordPiece

MODELS = Path(__file__).parents[2] / "models" / "understanding"


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder.load(MODELS / "encoder.npz")


@pytest.fixture(scope="module")
def wordpiece() -> WordPiece:
    return WordPiece.load(MODELS / "vocab.txt")


def test_a_quantized_matrix_is_within_half_a_step_of_the_original() -> None:
    matrix = np.random.default_rng(1).normal(size=(5, 40)).astype(np.float32)
    values, scales = quantize(matrix)
    assert values.dtype == np.int8
    assert np.all(np.abs(values * scales[:, None] - matrix) <= scales[:, None] / 2 + 1e-6)


def test_a_row_of_zeros_stays_zeros() -> None:
    values, scales = quantize(np.zeros((1, 3), np.float32))
    assert np.array_equal(values * scales[:, None], np.zeros((1, 3)))


def test_vectors_have_length_one(encoder: Encoder, wordpiece: WordPiece) -> None:
    encoded = encoder.encode([wordpiece.encode("my calf is cramping"), wordpiece.encode("")])
    assert encoded.mean.shape == encoded.peak.shape == (2, WIDTH)
    assert np.allclose(np.linalg.norm(encoded.mean, axis=1), 1, atol=1e-5)


def test_a_text_has_the_same_vector_alone_and_in_company(encoder: Encoder, wordpiece: WordPiece) -> None:
    texts = [wordpiece.encode(text) for text in ("help my calf", "what's the weather like in paris tomorrow", "stop")]
    together = encoder.encode(texts)
    for place, text in enumerate(texts):
        alone = encoder.encode([text])
        assert np.allclose(alone.mean[0], together.mean[place], atol=1e-4)
        assert np.allclose(alone.peak[0], together.peak[place], atol=1e-3)


def test_what_a_text_follows_changes_its_vector_but_is_no_part_of_it(encoder: Encoder, wordpiece: WordPiece) -> None:
    alone = wordpiece.encode("and if i'm pregnant")
    behind, begin = wordpiece.encode_after("prevent.supplements.magnesium", "and if i'm pregnant")
    encoded = encoder.encode([alone, behind], [0, begin])
    assert 0.2 < encoded.mean[0] @ encoded.mean[1] < 0.999
    whole = encoder.encode([behind]).mean[0]
    assert not np.allclose(encoded.mean[1], whole, atol=1e-3)


def test_what_means_the_same_is_nearer_than_what_does_not(encoder: Encoder, wordpiece: WordPiece) -> None:
    texts = ["my calf has gone into spasm", "my lower leg is cramping right now", "how much magnesium should i take"]
    mean = encoder.encode([wordpiece.encode(text) for text in texts]).mean
    assert mean[0] @ mean[1] > mean[0] @ mean[2]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r"encoder\.npz is missing or damaged"):
        Encoder.load(tmp_path / "encoder.npz")


def test_a_file_that_is_no_archive_is_damaged(tmp_path: Path) -> None:
    (tmp_path / "encoder.npz").write_bytes(b"PK\x03\x04 not really")
    with pytest.raises(EngineError, match="damaged"):
        read_arrays(tmp_path / "encoder.npz")


def test_an_archive_without_the_weights_is_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "encoder.npz", pieces=np.zeros((1, 1), np.int8))
    with pytest.raises(EngineError, match="lacks"):
        Encoder.load(tmp_path / "encoder.npz")
