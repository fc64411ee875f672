"""What the trained files were made from, and whether that has changed since. Needs none of the training packages."""

from __future__ import annotations

import json
from pathlib import Path

from crampvoice.errors import EngineError
from crampvoice.training import data

ENCODER_FOLDERS = ("learn", "heard", "follow-ups")
"""Phrasings the encoder learns from."""
HEADS_FOLDERS = (*ENCODER_FOLDERS, "choose")
"""Phrasings everything on top of it is made from."""


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


def digest(dialogs: Path, *folders: str) -> str:
    """Give the sum of the phrasings of some folders; with `choose` that of the lexicon too."""
    files = [file for folder in folders for file in sorted((dialogs / "phrasings" / folder).glob("*.tsv"))]
    return data.digest([*files, *(path for path in [dialogs / "lexicon.yaml"] if "choose" in folders)])
