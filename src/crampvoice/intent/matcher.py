"""Hypotheses → one probability for every id, the danger in them, and the learned phrasing that is nearest.

Two opinions are multiplied: a sentence encoder fine-tuned on the phrasings and a linear model over words, letters and
concepts. The danger is judged on the whole text and on overlapping windows of it, since in long talk it often hides in
one clause. Reads the folder of trained files that `crampvoice train` writes.
"""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from crampvoice.errors import EngineError
from crampvoice.intent.encoder import Encoded, Encoder, Floats, read_arrays
from crampvoice.intent.linear import LinearModel
from crampvoice.intent.normalize import normal_form
from crampvoice.intent.wordpiece import WordPiece
from crampvoice.messages import Candidate, Hypothesis

WINDOW_WORDS = 14
"""Length of the windows the danger is looked for in."""
WINDOW_STEP = 10
DANGERS = ("now", "today", "ask", "calm")
_PEAK_SHARE = 10.0
"""The unit mean is stretched by this to stand beside the peak in the danger layer; the fine-tuning does the same."""
_LEAST_CHANCE = 1e-6
"""What a reading leaves to every id at least, so that it cannot rule one out that the other readings speak for."""


class Danger(NamedTuple):
    """How likely it is that a danger sign is reported as present, by the level it has; the four add up to 1."""

    now: float
    """A sign of level `emergency_now`."""
    today: float
    """A sign of level `today`."""
    ask: float
    """A sign that decides nothing alone and needs its one question."""
    calm: float
    """None of these."""


@dataclass(frozen=True, slots=True)
class Scores:
    """What an utterance may mean."""

    candidates: tuple[Candidate, ...]
    """Every id that was learned (`none` and `unclear.*` too), best first; the scores add up to 1."""
    danger: Danger
    nearest: tuple[str, str, float]
    """The learned phrasing that is nearest in meaning, its id, and the cosine of the two, -1 to 1."""
    following: tuple[Candidate, ...] = ()
    """The same as `candidates` when it is taken as a follow-up to what was answered just before; empty without that."""
    elsewhere: float = 0.0
    """Share of `none` by the freely heard readings alone, without the grammar's: it hears the domain everywhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Numbers fitted on the `choose` phrasings."""

    encoder: float = 1.0
    """Power of the encoder's probabilities in the product."""
    linear: float = 1.0
    """Power of the linear model's probabilities in the product."""
    following: tuple[float, float] = (1.0, 0.3)
    """The same two powers for a follow-up, which only the encoder can see behind what it follows."""
    danger: tuple[tuple[float, ...], ...] = ()
    """Weights (4, features) of the danger evidence, as `danger_evidence` orders it."""
    danger_bias: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the models say about one text, before calibration; natural logarithms of probabilities."""

    encoder: Floats
    """(classes,)"""
    linear: Floats
    """(classes,)"""
    danger: Floats
    """(4,) danger layer on the whole text."""
    window: Floats
    """(4,) most alarming of the windows, output by output: the largest of now, today and ask, the least of calm."""
    linear_danger: Floats
    """(4,)"""


class Matcher:
    """The trained understanding. Pure: the same hypotheses always give the same scores."""

    def __init__(
        self,
        manifest: Mapping[str, Any],
        wordpiece: WordPiece,
        encoder: Encoder,
        linear: LinearModel,
        heads: Mapping[str, Any],
        lines: Sequence[tuple[str, str]],
    ) -> None:
        """Put the loaded parts together. Raises KeyError when the manifest or the heads lack something."""
        self._classes: tuple[str, ...] = tuple(manifest["classes"])
        self._calibration = Calibration(**manifest["calibration"])
        places = np.array([DANGERS.index(level) for level in manifest["dangers"]])
        self._of_level = np.stack([places == place for place in range(len(DANGERS))])
        self._wordpiece, self._encoder, self._linear = wordpiece, encoder, linear
        self._heads = heads
        self._lines = lines
        vectors = heads["lines"] * heads["lines.scale"][:, None]
        self._vectors: Floats = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    @classmethod
    def load(cls, folder: Path) -> Matcher:
        """Read the trained files. Raises EngineError naming the file that is missing or damaged."""
        manifest = _read_manifest(folder)
        rows = (folder / "lines.tsv").read_text(encoding="utf-8").split("\n")
        lines = [(text, id_) for text, _, id_ in (row.partition("\t") for row in rows if row)]
        try:
            return cls(
                manifest,
                WordPiece.load(folder / "vocab.txt"),
                Encoder.load(folder / "encoder.npz"),
                LinearModel.load(folder / "linear.npz"),
                read_arrays(folder / "heads.npz"),
                lines,
            )
        except (KeyError, TypeError, ValueError) as error:
            message = f"The trained files in {folder} do not fit together ({error}): reinstall crampvoice."
            raise EngineError(message) from error

    @property
    def classes(self) -> tuple[str, ...]:
        """Every id it can tell, sorted."""
        return self._classes

    def calibrated(self, calibration: Calibration) -> Matcher:
        """Give the same matcher with other calibration numbers."""
        other = copy.copy(self)
        other._calibration = calibration
        return other

    def scores(self, hypotheses: Sequence[Hypothesis], about: str = "") -> Scores:
        """Weigh what an utterance may mean, over all its hypotheses; `about` is the id that was answered just before.

        Texts are brought into normal form; those without a word are left out, and if none is left everything is `none`.
        """
        weights: dict[str, float] = {}
        free: dict[str, float] = {}
        for hypothesis in hypotheses:
            if text := normal_form(hypothesis.text):
                weights[text] = weights.get(text, 0.0) + max(hypothesis.weight, 1e-6)
                if hypothesis.decode != "grammar":
                    free[text] = free.get(text, 0.0) + max(hypothesis.weight, 1e-6)
        if not weights:
            rest = tuple(Candidate(id=id_, score=0.0) for id_ in self._classes if id_ != "none")
            return Scores((Candidate(id="none", score=1.0), *rest), Danger(0.0, 0.0, 0.0, 1.0), ("", "none", 0.0))
        shares = np.array(list(weights.values())) / sum(weights.values())
        evidence, encoded = self.evidence(list(weights))
        each = np.stack([self.chances(item) for item in evidence])
        chances = pooled(shares, each)
        freely = np.array([free.get(text, 0.0) for text in weights])
        none = each[:, self._classes.index("none")]
        elsewhere = float(freely @ none / freely.sum()) if free else 0.0
        danger = shares @ np.stack([self.danger(item) for item in evidence])
        after = self.chances_after(about, list(weights), evidence) if about else None
        return Scores(
            self._ranked(chances),
            Danger(*(float(value) for value in danger)),
            self._nearest(encoded.mean[: len(weights)]),
            () if after is None else self._ranked(pooled(shares, after)),
            elsewhere,
        )

    def evidence(self, texts: Sequence[str]) -> tuple[list[Evidence], Encoded]:
        """Ask all models about texts in normal form; also gives the encoded texts and, after them, their windows."""
        windows = [windows_of(text) for text in texts]
        pieces = [self._wordpiece.encode(text) for text in (*texts, *(part for parts in windows for part in parts))]
        encoded = self._encoder.encode(pieces)
        heads = self._heads
        by_class = self._by_class(encoded.mean[: len(texts)])
        joined = np.concatenate([encoded.mean * np.float32(_PEAK_SHARE), encoded.peak], axis=1)
        danger = log_softmax(joined @ heads["danger"].T + heads["danger.bias"])
        found: list[Evidence] = []
        start = len(texts)
        for place, text in enumerate(texts):
            linear = self._linear.scores(text)
            seen = danger[start : start + len(windows[place])] if windows[place] else danger[place : place + 1]
            start += len(windows[place])
            window = np.append(seen[:, :3].max(axis=0), seen[:, 3].min())
            count = len(self._classes)
            item = Evidence(by_class[place], log_softmax(linear[:count]), danger[place], window, log_softmax(linear[count:]))
            found.append(item)
        return found, encoded

    def evidence_after(self, about: str, texts: Sequence[str]) -> Floats:
        """Ask the encoder about texts in normal form behind the id that was answered before them.

        Gives natural logarithms of probabilities, (texts, classes).
        """
        encoded = [self._wordpiece.encode_after(about, text) for text in texts]
        return self._by_class(self._encoder.encode([pieces for pieces, _ in encoded], [begin for _, begin in encoded]).mean)

    def chances_after(self, about: str, texts: Sequence[str], evidence: Sequence[Evidence]) -> Floats:
        """Give the probability of each class for readings of a follow-up, (texts, classes).

        `evidence` is what the models say about the texts alone: the linear model cannot see what they follow.
        """
        powers = self._calibration.following
        linear = np.stack([item.linear for item in evidence])
        result: Floats = np.exp(log_softmax(powers[0] * self.evidence_after(about, texts) + powers[1] * linear))
        return result

    def chances(self, item: Evidence) -> Floats:
        """Give the probability of each class, (classes,)."""
        scores = self._calibration.encoder * item.encoder + self._calibration.linear * item.linear
        result: Floats = np.exp(log_softmax(scores))
        return result

    def danger(self, item: Evidence) -> Floats:
        """Give the probabilities of now, today, ask and calm, (4,)."""
        weights = np.array(self._calibration.danger)
        scores = weights @ self.danger_evidence(item) + np.array(self._calibration.danger_bias)
        result: Floats = np.exp(log_softmax(scores))
        return result

    def danger_evidence(self, item: Evidence) -> Floats:
        """Line up what speaks about danger: whole text, windows, linear model, and the ids of each level; (16,)."""
        chances = self.chances(item)
        mass = np.log(np.maximum(self._of_level @ chances, 1e-6))
        evidence = np.concatenate([item.danger, item.window, item.linear_danger, mass])
        result: Floats = np.clip(evidence, -8.0, 0.0)
        return result

    def _by_class(self, means: Floats) -> Floats:
        return log_softmax(means @ self._heads["head"].T + self._heads["head.bias"])

    def _ranked(self, chances: npt.NDArray[Any]) -> tuple[Candidate, ...]:
        order = np.argsort(-chances, kind="stable")
        return tuple(Candidate(id=self._classes[place], score=float(chances[place])) for place in order)

    def _nearest(self, means: Floats) -> tuple[str, str, float]:
        turned = means @ self._heads["lines.turn"]
        turned /= np.linalg.norm(turned, axis=1, keepdims=True)
        cosines = turned @ self._vectors.T
        place = int(cosines.max(axis=0).argmax())
        text, id_ = self._lines[place]
        return text, id_, float(cosines[:, place].max())


def windows_of(text: str) -> list[str]:
    """Cut a text that is longer than a window and a quarter into overlapping windows; a shorter one has none."""
    words = text.split()
    if len(words) <= WINDOW_WORDS * 5 // 4:
        return []
    starts = [*range(0, len(words) - WINDOW_WORDS, WINDOW_STEP), len(words) - WINDOW_WORDS]
    return [" ".join(words[start : start + WINDOW_WORDS]) for start in starts]


def pooled(shares: npt.NDArray[np.float64], chances: Floats) -> Floats:
    """Bring the chances of all readings together, (readings, classes) to (classes,): their weighted geometric mean.

    What all readings allow outweighs what one of them is sure of. The result adds up to 1. The danger is averaged instead,
    so that a sign in one reading counts.
    """
    return np.asarray(np.exp(log_softmax(shares @ np.log(np.maximum(chances, _LEAST_CHANCE)))), dtype=np.float32)


def log_softmax(scores: Any) -> Floats:
    """Turn scores along the last axis into natural logarithms of probabilities."""
    shifted = scores - scores.max(axis=-1, keepdims=True)
    result: Floats = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return result


def _read_manifest(folder: Path) -> dict[str, Any]:
    """Read the manifest and compare the sums of the files it names."""
    path = folder / "manifest.json"
    try:
        manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        sums = dict(manifest["files"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EngineError(f"The trained understanding {path} is missing or damaged: reinstall crampvoice.") from error
    for name, expected in sums.items():
        file = folder / name
        try:
            found = hashlib.sha256(file.read_bytes()).hexdigest()
        except OSError as error:
            raise EngineError(f"The model file {file} is missing: reinstall crampvoice.") from error
        if found != expected:
            raise EngineError(f"The model file {file} is damaged (its checksum differs): reinstall crampvoice.")
    return manifest
