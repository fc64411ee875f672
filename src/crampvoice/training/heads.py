"""Stage two: everything on top of the encoder: linear model, refitted layers, nearest lines, calibration."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import numpy.typing as npt
import optax
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from crampvoice.intent.encoder import Encoder, Floats, quantize
from crampvoice.intent.linear import Lexicon, features, sparse_vector
from crampvoice.intent.matcher import Calibration, Evidence, Matcher
from crampvoice.intent.wordpiece import WordPiece
from crampvoice.training.data import DANGER, Example, balance

log = logging.getLogger(__name__)

PART_WEIGHTS = (0.6, 0.6, 0.55)
"""Weights of words, letters and concepts; their squares add up to about 1."""
_LEAST_TEXTS = {"w": 2, "c": 4, "m": 3}
"""A feature must occur in so many texts."""
_STRENGTH = 60.0
"""Inverse strength of the linear model's ridge penalty (C of scikit-learn)."""
_NEAREST_WIDTH = 128
"""Directions kept of the vectors of the learned lines."""


def train_linear(
    examples: Sequence[Example],
    composed: Sequence[Example],
    classes: Sequence[str],
    concepts: Mapping[str, Sequence[str]],
) -> dict[str, npt.NDArray[Any]]:
    """Fit the linear model for ids and, on composed talk too, for danger; gives what the model file holds."""
    lexicon = Lexicon(concepts)
    parts = [features(example.text, lexicon) for example in (*examples, *composed)]
    names, rarity = _vocabulary(parts[: len(examples)])
    number = {name: place for place, name in enumerate(names)}
    weights = np.array(PART_WEIGHTS, np.float32)
    matrix = _matrix([sparse_vector(part, number, rarity, weights) for part in parts], len(names))
    labels = np.array([classes.index(example.id) if example.id else -1 for example in (*examples, *composed)])
    known = np.flatnonzero(labels >= 0)
    by_class = _fit(matrix[known], labels[known], len(classes))
    dangers = np.array([DANGER.index(example.danger) for example in (*examples, *composed)])
    by_danger = _fit(matrix, dangers, len(DANGER))
    coefficients = np.concatenate([by_class[0], by_danger[0]])
    starts, which, values, scales = _sparse_int8(coefficients)
    terms = "\n".join(f"{concept}\t{term}" for concept, all_terms in concepts.items() for term in all_terms)
    return {
        "features": np.frombuffer("\n".join(names).encode(), np.uint8),
        "rarity": rarity.astype(np.float16),
        "part_weights": weights,
        "starts": starts,
        "classes": which,
        "weights": values,
        "scales": scales,
        "bias": np.concatenate([by_class[1], by_danger[1]]).astype(np.float32),
        "lexicon": np.frombuffer(terms.encode(), np.uint8),
    }


def _vocabulary(parts: Sequence[tuple[tuple[str, ...], ...]]) -> tuple[list[str], Floats]:
    counts: dict[str, int] = {}
    for text in parts:
        for name in {name for part in text for name in part}:
            counts[name] = counts.get(name, 0) + 1
    names = sorted(name for name, count in counts.items() if count >= _LEAST_TEXTS[name[0]])
    rarity = np.log(len(parts) / np.array([counts[name] for name in names])) + 1
    return names, rarity.astype(np.float16).astype(np.float32)


def _matrix(rows: Sequence[tuple[npt.NDArray[np.int64], Floats]], width: int) -> csr_matrix:
    starts = np.concatenate([[0], np.cumsum([len(numbers) for numbers, _ in rows])])
    numbers = np.concatenate([numbers for numbers, _ in rows])
    values = np.concatenate([values for _, values in rows])
    return csr_matrix((values, numbers, starts), shape=(len(rows), width))


def _fit(matrix: csr_matrix, labels: npt.NDArray[np.int64], classes: int) -> tuple[Floats, Floats]:
    model = LogisticRegression(C=_STRENGTH, max_iter=60, tol=1e-3)
    model.fit(matrix, labels, sample_weight=balance(labels.tolist(), classes))
    return model.coef_.astype(np.float32), model.intercept_.astype(np.float32)


def _sparse_int8(coefficients: Floats) -> tuple[npt.NDArray[Any], ...]:
    """Round (outputs, features) to int8 with a scale per output and keep, feature by feature, what is not near zero."""
    values, scales = quantize(coefficients)
    rows, columns = np.nonzero((np.abs(values) > 2).T)
    starts = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=coefficients.shape[1]))])
    return starts.astype(np.int32), columns.astype(np.uint8), values.T[rows, columns], scales


def embed(encoder: Encoder, wordpiece: WordPiece, examples: Sequence[Example]) -> Floats:
    """Encode many lines, each behind what it follows: means, (lines, 384)."""
    encoded = [wordpiece.encode_after(example.about, example.text) for example in examples]
    means: list[Floats] = []
    for start in range(0, len(encoded), 64):
        part = encoded[start : start + 64]
        means.append(encoder.encode([pieces for pieces, _ in part], [begin for _, begin in part]).mean)
    return np.concatenate(means)


def refit(
    weights: Floats,
    bias: Floats,
    inputs: Floats,
    labels: Sequence[int],
    *,
    hold: float,
    smoothing: float,
    steps: int = 150,
    rate: float = 0.02,
) -> tuple[Floats, Floats]:
    """Fit a layer anew on frozen vectors, held near the weights it starts from with a spring of strength `hold`."""
    importance = jnp.asarray(balance(labels, len(weights)))
    targets = optax.smooth_labels(jax.nn.one_hot(np.maximum(labels, 0), len(weights)), smoothing)
    start = (jnp.asarray(weights), jnp.asarray(bias))

    def loss(layer: tuple[jax.Array, jax.Array]) -> jax.Array:
        logits = inputs @ layer[0].T + layer[1]
        spring = sum(((new - old) ** 2).sum() for new, old in zip(layer, start, strict=True))
        return (optax.softmax_cross_entropy(logits, targets) * importance).mean() + hold * spring / len(labels)

    optimizer = optax.adam(optax.cosine_decay_schedule(rate, steps))

    def step(layer: Any, state: Any) -> tuple[Any, Any]:
        updates, state = optimizer.update(jax.grad(loss)(layer), state)
        return optax.apply_updates(layer, updates), state

    run = jax.jit(step)
    layer, state = start, optimizer.init(start)
    for _ in range(steps):
        layer, state = run(layer, state)
    return np.asarray(layer[0], np.float32), np.asarray(layer[1], np.float32)


def turn_lines(vectors: Floats) -> dict[str, npt.NDArray[Any]]:
    """Keep the 128 strongest directions of the lines' vectors, as int8."""
    _, basis = np.linalg.eigh(vectors.T @ vectors)
    turn = np.ascontiguousarray(basis[:, ::-1][:, :_NEAREST_WIDTH], dtype=np.float32)
    lines, scales = quantize(vectors @ turn)
    return {"lines": lines, "lines.scale": scales, "lines.turn": turn}


def calibrate(matcher: Matcher, choose: Sequence[Example], classes: Sequence[str]) -> Calibration:
    """Fit the powers of the products and the weights of the danger evidence on phrasings that were not learned from."""
    following = [example for example in choose if example.about]
    choose = [example for example in choose if not example.about]
    accepted = _accepted(choose, classes)
    usable = [example for example, row in zip(choose, accepted, strict=True) if row.any()]
    accepted = accepted[accepted.any(axis=1)]
    evidence = _evidence(matcher, [example.text for example in usable])
    powers = _fit_powers([item.encoder for item in evidence], [item.linear for item in evidence], accepted)
    halfway = Calibration(encoder=powers[0], linear=powers[1])
    inputs = np.stack([matcher.calibrated(halfway).danger_evidence(item) for item in evidence])
    weights, bias = _fit_danger(inputs, [DANGER.index(example.danger) for example in usable])
    return Calibration(
        encoder=powers[0],
        linear=powers[1],
        following=_following(matcher, following, classes),
        danger=tuple(map(tuple, weights.tolist())),
        danger_bias=tuple(bias.tolist()),
    )


def _following(matcher: Matcher, choose: Sequence[Example], classes: Sequence[str]) -> tuple[float, float]:
    if not choose:
        return Calibration().following
    after = [matcher.evidence_after(example.about, [example.text])[0] for example in choose]
    linear = [item.linear for item in _evidence(matcher, [example.text for example in choose])]
    return _fit_powers(after, linear, _accepted(choose, classes))


def _accepted(choose: Sequence[Example], classes: Sequence[str]) -> Floats:
    """Tell for each line which ids are right, (lines, classes) of 0 and 1."""
    return np.array([[_accepts(example, name) for name in classes] for example in choose], np.float32)


def _accepts(example: Example, name: str) -> bool:
    """Tell whether an id is right for a line; `clarify` stands for every unclear case."""
    return name in example.ids or ("clarify" in example.ids and name.startswith("unclear."))


def _evidence(matcher: Matcher, texts: Sequence[str]) -> list[Evidence]:
    found: list[Evidence] = []
    for start in range(0, len(texts), 32):
        found += matcher.evidence(texts[start : start + 32])[0]
    return found


def _fit_powers(encoder: Sequence[Floats], linear: Sequence[Floats], accepted: Floats) -> tuple[float, float]:
    by_encoder, by_linear = np.stack(encoder), np.stack(linear)

    def loss(powers: jax.Array) -> jax.Array:
        logs = jax.nn.log_softmax(powers[0] * by_encoder + powers[1] * by_linear)
        return -jnp.log((jnp.exp(logs) * accepted).sum(axis=1) + 1e-9).mean()

    powers = _descend(loss, jnp.array([0.8, 0.6]), 0.03, 300)
    return round(float(powers[0]), 4), round(float(powers[1]), 4)


def _fit_danger(inputs: Floats, dangers: Sequence[int]) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """Fit the last danger layer, held near the plain mean of the evidence so that few lines suffice."""
    groups = inputs.shape[1] // len(DANGER)
    start = np.tile(np.eye(len(DANGER)) * 0.3, (1, groups)).astype(np.float32)
    targets = jax.nn.one_hot(np.array(dangers), len(DANGER))

    def loss(layer: tuple[jax.Array, jax.Array]) -> jax.Array:
        logits = inputs @ layer[0].T + layer[1]
        spring = ((layer[0] - start) ** 2).sum() * 4.0 + (layer[1] ** 2).sum() * 0.5
        return (optax.softmax_cross_entropy(logits, targets)).mean() + spring / len(dangers)

    weights, bias = _descend(loss, (jnp.asarray(start), jnp.zeros(len(DANGER))), 0.02, 400)
    return np.round(np.asarray(weights, np.float64), 4), np.round(np.asarray(bias, np.float64), 4)


def _descend(loss: Any, start: Any, rate: float, steps: int) -> Any:
    optimizer = optax.adam(optax.cosine_decay_schedule(rate, steps))

    def step(values: Any, state: Any) -> tuple[Any, Any]:
        updates, state = optimizer.update(jax.grad(loss)(values), state)
        return optax.apply_updates(values, updates), state

    run = jax.jit(step)
    state = optimizer.init(start)
    for _ in range(steps):
        start, state = run(start, state)
    return start


def as_json(calibration: Calibration) -> dict[str, Any]:
    """Give a calibration as the manifest holds it."""
    return asdict(calibration)
