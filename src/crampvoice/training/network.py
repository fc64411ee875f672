"""The encoder once more, in JAX, so that it can be taught; the twin of `intent.encoder`."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from crampvoice.intent.encoder import HEADS, LAYERS, WIDTH
from crampvoice.training.weights import Params


def encode(params: Params, pieces: jax.Array, mask: jax.Array, own: jax.Array) -> tuple[jax.Array, jax.Array]:
    """Encode a padded batch (texts, length): unit mean and peak over the own pieces, each (texts, 384)."""
    hidden = params["pieces"][pieces] + params["positions"][: pieces.shape[1]]
    hidden = _normalize(params, "norm", hidden)
    texts, length = pieces.shape
    blocked = jnp.where(mask, 0.0, -1e9)[:, None, None, :]
    for number in range(LAYERS):
        prefix = f"layer{number}."
        mixed = _dense(params, prefix + "query_key_value", hidden)
        query, key, value = mixed.reshape(texts, length, 3, HEADS, WIDTH // HEADS).transpose(2, 0, 3, 1, 4)
        scores = query @ key.transpose(0, 1, 3, 2) * (WIDTH // HEADS) ** -0.5
        seen = jax.nn.softmax(scores + blocked) @ value
        seen = seen.transpose(0, 2, 1, 3).reshape(texts, length, WIDTH)
        hidden = _normalize(params, prefix + "attention_norm", hidden + _dense(params, prefix + "output", seen))
        wide = jax.nn.gelu(_dense(params, prefix + "widen", hidden), approximate=True)
        hidden = _normalize(params, prefix + "norm", hidden + _dense(params, prefix + "narrow", wide))
    mean = (hidden * own[..., None]).sum(axis=1) / own.sum(axis=1, keepdims=True)
    peak = jnp.where(own[..., None], hidden, -jnp.inf).max(axis=1)
    return mean / jnp.linalg.norm(mean, axis=1, keepdims=True), peak


def _dense(params: Params, name: str, values: jax.Array) -> jax.Array:
    return values @ params[name].T + params[name + ".bias"]


def _normalize(params: Params, name: str, hidden: jax.Array) -> jax.Array:
    centred = hidden - hidden.mean(axis=-1, keepdims=True)
    variance = (centred * centred).mean(axis=-1, keepdims=True)
    return centred * jax.lax.rsqrt(variance + 1e-12) * params[name + ".gain"] + params[name + ".shift"]
