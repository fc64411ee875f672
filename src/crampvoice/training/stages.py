"""The three stages of training as a whole: which files go in, which come out, and the manifest over them."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from crampvoice import phrasings
from crampvoice.intent.encoder import Encoder, read_arrays
from crampvoice.intent.matcher import Calibration, Matcher
from crampvoice.intent.wordpiece import WordPiece
from crampvoice.library import load
from crampvoice.library_rules import load_rules
from crampvoice.training import data
from crampvoice.training import finetune as encoder_stage
from crampvoice.training import heads as heads_stage
from crampvoice.training.bands import choose_bands
from crampvoice.training.data import Example
from crampvoice.training.manifest import ENCODER_FOLDERS, HEADS_FOLDERS, digest, digest_of_file
from crampvoice.training.weights import base_folder
from crampvoice.understanding import BANDS_FILE

log = logging.getLogger(__name__)

_COMPOSED = 3000
_HOLD = 3.0
"""Strength of the spring that holds the refitted layer near that of the fine-tuning."""
_FILES = ("encoder.npz", "heads.npz", "linear.npz", "lines.tsv", "vocab.txt")
_SEED = 7


def finetune(dialogs: Path, models: Path) -> None:
    """Stage one: write the encoder and the layers it learned with (tens of minutes)."""
    learn, heard, follow_ups = _learned(dialogs), _heard(dialogs), _follow_ups(dialogs)
    recipe = encoder_stage.Recipe()
    confusions = data.read_confusions(dialogs / "phrasings" / "confusions.tsv")
    arrays = encoder_stage.finetune(learn, heard, follow_ups, confusions, recipe)
    models.mkdir(parents=True, exist_ok=True)
    np.savez(models / "encoder.npz", allow_pickle=False, **arrays)
    shutil.copyfile(base_folder() / "vocab.txt", models / "vocab.txt")
    made_from = {"phrasings": digest(dialogs, *ENCODER_FOLDERS), "recipe": asdict(recipe)}
    classes = data.class_names([*learn, *heard])
    text = json.dumps({"classes": classes, **made_from}, indent=1) + "\n"
    (models / "finetune.json").write_text(text, encoding="utf-8")


def heads(dialogs: Path, models: Path) -> None:
    """Stage two: write linear model, layers, nearest lines, calibration and manifest (minutes)."""
    learn, heard, choose = _learned(dialogs), _heard(dialogs), data.read_examples(dialogs / "phrasings" / "choose")
    concepts = data.read_lexicon(dialogs / "lexicon.yaml")
    classes = data.class_names(learn)
    composed = data.compose(learn, _COMPOSED, _SEED)
    log.info("linear model from %d lines, %d heard and %d composed", len(learn), len(heard), len(composed))
    linear = heads_stage.train_linear([*learn, *heard], composed, classes, concepts)
    np.savez(models / "linear.npz", allow_pickle=False, **linear)
    _write_heads(models, classes, learn, _follow_ups(dialogs))
    lines = "".join(f"{example.text}\t{example.id}\n" for example in learn)
    (models / "lines.tsv").write_text(lines, encoding="utf-8")
    level_of = {example.id: example.danger for example in learn}
    manifest: dict[str, Any] = {
        "classes": classes,
        "dangers": [level_of[name] for name in classes],
        "calibration": heads_stage.as_json(
            Calibration(
                danger=tuple(tuple(0.3 * (place % 4 == row) for place in range(16)) for row in range(4)),
                danger_bias=(0.0, 0.0, 0.0, 0.0),
            )
        ),
        "trained": {
            "finetune": json.loads((models / "finetune.json").read_text(encoding="utf-8")),
            "heads": {"phrasings": digest(dialogs, *HEADS_FOLDERS)},
        },
        "files": {name: digest_of_file(models / name) for name in _FILES},
    }
    _write_manifest(models, manifest)
    if choose:
        log.info("calibration on %d lines", len(choose))
        manifest["calibration"] = heads_stage.as_json(heads_stage.calibrate(Matcher.load(models), choose, classes))
        _write_manifest(models, manifest)


def bands(dialogs: Path, models: Path) -> None:
    """Stage three: write where answering, asking and silence begin (a minute)."""
    choose = phrasings.read_all(dialogs / "phrasings" / "choose")
    found = choose_bands(Matcher.load(models), load_rules(dialogs / "rules"), load(dialogs).scripts, choose)
    (models / BANDS_FILE).write_text(json.dumps(asdict(found), indent=1) + "\n", encoding="utf-8")


def _learned(dialogs: Path) -> list[Example]:
    return data.read_examples(dialogs / "phrasings" / "learn")


def _follow_ups(dialogs: Path) -> list[Example]:
    return data.read_examples(dialogs / "phrasings" / "follow-ups")


def _heard(dialogs: Path) -> list[Example]:
    return data.read_examples(dialogs / "phrasings" / "heard")


def _write_manifest(models: Path, manifest: dict[str, Any]) -> None:
    (models / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")


def _write_heads(models: Path, classes: Sequence[str], examples: Sequence[Example], follow_ups: Sequence[Example]) -> None:
    """Refit the layer for the ids on the quantized encoder and turn the learned lines.

    The danger layer stays as the fine-tuning left it: it has seen far more composed talk than fits in here.
    """
    arrays = read_arrays(models / "encoder.npz")
    encoder, wordpiece = Encoder(arrays), WordPiece.load(models / "vocab.txt")
    mean = heads_stage.embed(encoder, wordpiece, [*examples, *follow_ups])
    labels = [classes.index(example.id) for example in (*examples, *follow_ups)]
    learned = json.loads((models / "finetune.json").read_text(encoding="utf-8"))["classes"]
    start, bias = _start(learned, classes, arrays, mean, labels)
    head, head_bias = heads_stage.refit(start, bias, mean, labels, hold=_HOLD, smoothing=0.1)
    np.savez(
        models / "heads.npz",
        allow_pickle=False,
        **{"head": head, "head.bias": head_bias, "danger": arrays["danger"], "danger.bias": arrays["danger.bias"]},
        **heads_stage.turn_lines(mean[: len(examples)]),
    )


def _start(
    learned: Sequence[str], classes: Sequence[str], arrays: dict[str, Any], mean: Any, labels: Sequence[int]
) -> tuple[Any, Any]:
    """Start each class at the layer of the fine-tuning, or, when it is new, at the mean of its lines."""
    rows = np.zeros((len(classes), mean.shape[1]), np.float32)
    bias = np.zeros(len(classes), np.float32)
    for place, name in enumerate(classes):
        if name in learned:
            rows[place] = arrays["head"][learned.index(name)]
            bias[place] = arrays["head.bias"][learned.index(name)]
        else:
            centre = mean[[row for row, label in enumerate(labels) if label == place]].mean(axis=0)
            rows[place] = centre / np.linalg.norm(centre) * np.linalg.norm(arrays["head"], axis=1).mean()
    return rows, bias
