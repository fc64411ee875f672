"""The linear model over words, letters and concepts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from crampvoice.errors import EngineError
from crampvoice.intent.linear import Lexicon, LinearModel, features, sparse_vector

LEXICON = Lexicon({"cramp": ["cramp", "charley horse"], "leg": ["leg", "calf"], "place": ["calf"]})


def test_concepts_are_found_in_words_and_phrases_once_each() -> None:
    assert LEXICON.concepts(["a", "charley", "horse", "in", "my", "calf", "my", "calf"]) == ["cramp", "leg", "place"]


def test_part_of_a_phrase_names_no_concept() -> None:
    assert LEXICON.concepts(["horse"]) == []


def test_an_empty_lexicon_finds_nothing() -> None:
    assert Lexicon({}).concepts(["leg"]) == []


def test_features_are_words_with_their_pairs_letters_and_concepts_with_their_pairs() -> None:
    words, letters, meaning = features("calf cramp", LEXICON)
    assert words == ("wcalf", "wcramp", "w< calf", "wcalf cramp", "wcramp >")
    assert {"c cal", "ccramp"} <= set(letters)
    assert meaning == ("mcramp", "mleg", "mplace", "mcramp+leg", "mcramp+place", "mleg+place")


def test_each_part_of_the_vector_has_the_length_of_its_weight() -> None:
    number = {"wa": 0, "wb": 1, "mx": 2}
    places, values = sparse_vector(
        [("wb", "wa", "wa"), ("cnew",), ("mx",)],
        number,
        np.array([1.0, 2.0, 3.0], np.float32),
        np.array([0.5, 0.5, 0.7]),
    )
    assert places.tolist() == [0, 1, 2]
    assert np.isclose(np.hypot(values[0], values[1]), 0.5)
    assert np.isclose(values[2], 0.7)


def arrays() -> dict[str, np.ndarray]:
    return {
        "features": np.frombuffer(b"wcalf\nwcold", np.uint8),
        "rarity": np.ones(2, np.float16),
        "part_weights": np.ones(3, np.float32),
        "starts": np.array([0, 1, 3], np.int32),
        "classes": np.array([0, 0, 1], np.uint8),
        "weights": np.array([100, -50, 127], np.int8),
        "scales": np.array([0.01, 0.02], np.float32),
        "bias": np.array([0.5, -0.5], np.float32),
        "lexicon": np.frombuffer(b"leg\tcalf", np.uint8),
    }


def test_scores_are_sums_of_the_weights_of_the_features() -> None:
    model = LinearModel(arrays())
    assert np.allclose(model.scores("calf"), [1.5, -0.5])
    assert np.allclose(model.scores("cold"), [0.0, 2.04])


def test_a_text_without_known_features_gets_the_bias() -> None:
    assert np.allclose(LinearModel(arrays()).scores("zzz"), [0.5, -0.5])


def test_a_model_file_that_lacks_an_array_is_refused(tmp_path: Path) -> None:
    held = arrays()
    del held["bias"]
    np.savez(tmp_path / "linear.npz", **held)
    with pytest.raises(EngineError, match="bias"):
        LinearModel.load(tmp_path / "linear.npz")
