"""What the trained files were made from, and whether that has changed since. Needs none of the training packages."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

from crampvoice.errors import EngineError
from crampvoice.training import data

ENCODER_FOLDERS = ("learn", "heard", "follow-ups")
"""Phrasings the encoder learns from."""
HEADS_FOLDERS = (*ENCODER_FOLDERS, "choose")
"""Phrasings everything on top of it is made from."""
LANGUAGE_MODEL_FILE = "language-model.json"
"""Lies beside the speech model: what its language model was mixed from."""


def stale(dialogs: Path, models: Path) -> list[str]:
    """Name the stages whose phrasings have changed since they ran: `finetune`, `heads`.

    Stale heads must be learned anew; the encoder may be older, since the heads are fitted on it as it is. Raises EngineError
    without a manifest.
    """
    path = models / "manifest.json"
    try:
        trained = json.loads(path.read_text(encoding="utf-8"))["trained"]
    except (OSError, ValueError, KeyError) as error:
        raise EngineError(f"{path} is missing or damaged: run 'crampvoice train'.") from error
    now = {"finetune": digest(dialogs, *ENCODER_FOLDERS), "heads": digest(dialogs, *HEADS_FOLDERS)}
    return [stage for stage, found in now.items() if trained[stage]["phrasings"] != found]


def language_model_is_stale(phrases: Iterable[str], speech_model: Path) -> bool:
    """Tell whether the language model of a speech model was mixed from other phrases than these.

    One without a manifest beside it has the language model it came with. Raises EngineError for a damaged manifest.
    """
    path = speech_model.parent / LANGUAGE_MODEL_FILE
    try:
        return bool(json.loads(path.read_text(encoding="utf-8"))["phrasings"] != digest_of_phrases(phrases))
    except FileNotFoundError:
        return False
    except (OSError, ValueError, KeyError) as error:
        raise EngineError(f"{path} is damaged: run 'crampvoice train --language-model FILE'.") from error


def digest_of_phrases(phrases: Iterable[str]) -> str:
    """Give one SHA-256 over some phrases, in the order given."""
    return hashlib.sha256("\n".join(phrases).encode()).hexdigest()


def digest_of_file(path: Path) -> str:
    """Give the SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def digest(dialogs: Path, *folders: str) -> str:
    """Give the sum of the phrasings of some folders; with `choose` that of the lexicon too."""
    files = [file for folder in folders for file in sorted((dialogs / "phrasings" / folder).glob("*.tsv"))]
    return data.digest([*files, *(path for path in [dialogs / "lexicon.yaml"] if "choose" in folders)])
