"""A sentence encoder of the MiniLM family in plain numpy: word pieces in, one vector per text out. Reads one file.

Six transformer layers of width 384 (Wang et al., 2020; sentence-transformers/all-MiniLM-L6-v2, Apache-2.0), fine-tuned
on the phrasings. Weights lie in the file as int8 with one scale per row; the layers are unpacked to float32 at load,
the rows of the big table of pieces only when they are looked up.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from crampvoice.errors import EngineError

Floats = npt.NDArray[np.float32]

WIDTH = 384
"""Length of a text's vector."""
LAYERS = 6
HEADS = 12
_EPSILON = np.float32(1e-12)
_MATRICES = ("query_key_value", "output", "widen", "narrow")


@dataclass(frozen=True, slots=True)
class Encoded:
    """What the encoder makes of some texts."""

    mean: Floats
    """Mean over the pieces, scaled to length 1; (texts, 384)."""
    peak: Floats
    """Largest value over the pieces; (texts, 384). Keeps one sharp word in long talk that the mean would wash out."""


def quantize(matrix: npt.NDArray[Any]) -> tuple[npt.NDArray[np.int8], Floats]:
    """Round a matrix (rows, columns) to int8 with one scale per row, so that `values * scales[:, None]` is near it."""
    scales = np.maximum(np.abs(matrix).max(axis=1), 1e-12).astype(np.float32) / np.float32(127)
    return np.rint(matrix / scales[:, None]).astype(np.int8), scales


def read_arrays(path: Path) -> dict[str, npt.NDArray[Any]]:
    """Read all arrays of an .npz file. Raises EngineError naming it when it is missing or damaged."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}
    except (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile) as error:
        raise EngineError(f"The model file {path} is missing or damaged ({error}): reinstall crampvoice.") from error


class Encoder:
    """The trained encoder, ready to run on one or two cores without any library but numpy."""

    def __init__(self, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        """Unpack the layers from the arrays of the model file. Raises KeyError when one is missing."""
        self._pieces = arrays["pieces"]
        self._piece_scales = arrays["pieces.scale"]
        self._positions = arrays["positions"].astype(np.float32)
        self._first_norm = (arrays["norm.gain"], arrays["norm.shift"])
        self._layers = [_layer(arrays, f"layer{number}.") for number in range(LAYERS)]

    @classmethod
    def load(cls, path: Path) -> Encoder:
        """Read the model file. Raises EngineError."""
        arrays = read_arrays(path)
        try:
            return cls(arrays)
        except KeyError as error:
            raise EngineError(f"The model file {path} lacks {error}: reinstall crampvoice.") from error

    def encode(self, texts: Sequence[Sequence[int]], begins: Sequence[int] | None = None) -> Encoded:
        """Encode texts given as piece numbers (with [CLS] and [SEP], each at most 512 long).

        `begins` tells where each text's own pieces begin, over which mean and peak go; those before are what it follows.

        All texts share the matrix products, laid end to end; only the attention is computed text by text.
        """
        lengths = [len(text) for text in texts]
        ends = np.cumsum(lengths)
        spans = [slice(end - length, end) for end, length in zip(ends, lengths, strict=True)]
        numbers = np.concatenate([np.asarray(text, dtype=np.int64) for text in texts])
        places = np.concatenate([np.arange(length) for length in lengths])
        hidden: Floats = self._pieces[numbers] * self._piece_scales[numbers][:, None] + self._positions[places]
        hidden = _normalize(hidden, *self._first_norm)
        for layer in self._layers:
            hidden = layer.apply(hidden, spans)
        owns = [slice(span.start + begin, span.stop) for span, begin in zip(spans, begins or [0] * len(spans), strict=True)]
        mean = np.stack([hidden[own].mean(axis=0) for own in owns])
        peak = np.stack([hidden[own].max(axis=0) for own in owns])
        return Encoded(mean / np.linalg.norm(mean, axis=1, keepdims=True), peak)


@dataclass(frozen=True, slots=True)
class _Layer:
    """One transformer layer; matrices are (inputs, outputs)."""

    query_key_value: Floats
    query_key_value_bias: Floats
    output: Floats
    output_bias: Floats
    attention_norm: tuple[Floats, Floats]
    widen: Floats
    widen_bias: Floats
    narrow: Floats
    narrow_bias: Floats
    norm: tuple[Floats, Floats]

    def apply(self, hidden: Floats, spans: Sequence[slice]) -> Floats:
        """Run the layer over texts laid end to end, (pieces, 384)."""
        mixed = hidden @ self.query_key_value + self.query_key_value_bias
        seen: Floats = np.concatenate([_attend(mixed[span]) for span in spans])
        attended: Floats = hidden + seen @ self.output + self.output_bias
        hidden = _normalize(attended, *self.attention_norm)
        wide = _gelu(hidden @ self.widen + self.widen_bias)
        return _normalize(hidden + wide @ self.narrow + self.narrow_bias, *self.norm)


def _layer(arrays: Mapping[str, npt.NDArray[Any]], prefix: str) -> _Layer:
    parts: dict[str, Any] = {}
    for name in _MATRICES:
        scale = arrays[f"{prefix}{name}.scale"]
        parts[name] = np.ascontiguousarray((arrays[prefix + name] * scale[:, None]).T, dtype=np.float32)
        parts[f"{name}_bias"] = arrays[f"{prefix}{name}.bias"]
    for name in ("attention_norm", "norm"):
        parts[name] = (arrays[f"{prefix}{name}.gain"], arrays[f"{prefix}{name}.shift"])
    return _Layer(**parts)


def _attend(mixed: Floats) -> Floats:
    """Attention of one text: (pieces, 3 · 384) queries, keys and values side by side → (pieces, 384)."""
    pieces = len(mixed)
    query, key, value = mixed.reshape(pieces, 3, HEADS, WIDTH // HEADS).transpose(1, 2, 0, 3)
    scores = query @ key.transpose(0, 2, 1) * np.float32((WIDTH // HEADS) ** -0.5)
    scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
    scores /= scores.sum(axis=-1, keepdims=True)
    seen: Floats = (scores @ value).transpose(1, 0, 2).reshape(pieces, WIDTH)
    return seen


def _normalize(hidden: Floats, gain: Floats, shift: Floats) -> Floats:
    centred = hidden - hidden.mean(axis=-1, keepdims=True)
    variance = (centred * centred).mean(axis=-1, keepdims=True)
    normalized: Floats = centred / np.sqrt(variance + _EPSILON) * gain + shift
    return normalized


def _gelu(values: Floats) -> Floats:
    """Gaussian error linear unit in the tanh form (Hendrycks and Gimpel, 2016); the fine-tuning uses the same form."""
    cubed = values * values * values
    half: Floats = np.float32(0.5) * values
    result: Floats = half * (1 + np.tanh(np.float32(0.7978845608) * (values + np.float32(0.044715) * cubed)))
    return result
