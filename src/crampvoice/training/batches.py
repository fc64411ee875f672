"""Examples → arrays of a few fixed shapes, so that every shape is compiled once."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from crampvoice.intent.wordpiece import WordPiece
from crampvoice.training.data import DANGER, Example, balance
from crampvoice.training.weights import MOST_PIECES

_BUCKETS = (8, 12, 16, 20, 24, 32, 48, 64)
_PIECES_PER_STEP = 1024


@dataclass(frozen=True, slots=True)
class Batch:
    """One step of the training; rows are texts."""

    pieces: npt.NDArray[np.int32]
    mask: npt.NDArray[np.bool_]
    own: npt.NDArray[np.bool_]
    """Pieces of the text itself, without those of what it follows."""
    labels: npt.NDArray[np.int32]
    weights: npt.NDArray[np.float32]
    dangers: npt.NDArray[np.int32]
    danger_weights: npt.NDArray[np.float32]


def batches(examples: Sequence[Example], classes: Sequence[str], wordpiece: WordPiece, rng: random.Random) -> list[Batch]:
    """Sort examples of like length together and cut them into batches of about 1,024 pieces, in random order."""
    number = {name: place for place, name in enumerate(classes)}
    labels = [number[example.id] if example.id else -1 for example in examples]
    dangers = [DANGER.index(example.danger) for example in examples]
    weights = balance(labels, len(classes))
    danger_weights = balance(
        [-1 if example.about else danger for example, danger in zip(examples, dangers, strict=True)], len(DANGER)
    )
    encoded = [wordpiece.encode_after(example.about, example.text, MOST_PIECES) for example in examples]
    texts, begins = [text for text, _ in encoded], [begin for _, begin in encoded]
    order = list(range(len(examples)))
    rng.shuffle(order)
    buckets: dict[int, list[int]] = {}
    for place in order:
        buckets.setdefault(next(size for size in _BUCKETS if size >= len(texts[place])), []).append(place)
    made: list[Batch] = []
    for size, members in sorted(buckets.items()):
        most = _PIECES_PER_STEP // size
        for start in range(0, len(members), most):
            chosen = members[start : start + most]
            made.append(_pad(chosen, most, size, texts, begins, labels, weights, dangers, danger_weights))
    rng.shuffle(made)
    return made


def _pad(
    chosen: Sequence[int],
    most: int,
    size: int,
    texts: Sequence[Sequence[int]],
    begins: Sequence[int],
    labels: Sequence[int],
    weights: npt.NDArray[np.float32],
    dangers: Sequence[int],
    danger_weights: npt.NDArray[np.float32],
) -> Batch:
    """Fill a batch of a fixed shape; rows that are left over weigh nothing."""
    batch = Batch(
        np.zeros((most, size), np.int32),
        np.zeros((most, size), np.bool_),
        np.zeros((most, size), np.bool_),
        np.zeros(most, np.int32),
        np.zeros(most, np.float32),
        np.zeros(most, np.int32),
        np.zeros(most, np.float32),
    )
    batch.mask[:, 0] = batch.own[:, 0] = True
    for row, place in enumerate(chosen):
        batch.pieces[row, : len(texts[place])] = texts[place]
        batch.mask[row, : len(texts[place])] = True
        batch.own[row, : len(texts[place])] = np.arange(len(texts[place])) >= begins[place]
        batch.labels[row] = max(labels[place], 0)
        batch.weights[row] = weights[place]
        batch.dangers[row] = dangers[place]
        batch.danger_weights[row] = danger_weights[place]
    return batch


def plain_batches(
    texts: Sequence[str], wordpiece: WordPiece
) -> Iterator[tuple[tuple[npt.NDArray[np.int32], npt.NDArray[np.bool_]], list[int]]]:
    """Cut texts into padded batches (pieces, mask), each with the places of its texts."""
    pieces = [wordpiece.encode(text, MOST_PIECES) for text in texts]
    for size in _BUCKETS:
        below = max((other for other in _BUCKETS if other < size), default=0)
        members = [place for place, text in enumerate(pieces) if below < len(text) <= size]
        most = 2 * _PIECES_PER_STEP // size
        for start in range(0, len(members), most):
            chosen = members[start : start + most]
            batch = np.zeros((most, size), np.int32)
            mask = np.zeros((most, size), np.bool_)
            mask[:, 0] = True
            for row, place in enumerate(chosen):
                batch[row, : len(pieces[place])] = pieces[place]
                mask[row, : len(pieces[place])] = True
            yield (batch, mask), chosen
