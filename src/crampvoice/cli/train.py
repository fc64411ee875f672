"""The command `train`: learn the understanding anew from the dialogs."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Annotated

import typer

from crampvoice import resources
from crampvoice.errors import ContentError


def train(
    encoder: Annotated[
        bool, typer.Option("--encoder", help="Fine-tune the sentence encoder too: half an hour or more.")
    ] = False,
    dialogs: Annotated[Path, typer.Option(help="Folder of the dialogs.", metavar="FOLDER")] = resources.DIALOGS,
    models: Annotated[Path, typer.Option(help="Where the trained files go.", metavar="FOLDER")] = resources.UNDERSTANDING,
) -> None:
    """Learn the understanding anew from the phrasings; a few minutes. Needs the extra 'train'.

    The same phrasings give the same files. 'crampvoice lint' says when they have changed since.

    Example: crampvoice train
    """
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    try:
        from crampvoice.training import stages

        if encoder:
            stages.finetune(dialogs, models)
        stages.heads(dialogs, models)
        stages.bands(dialogs, models)
    except ImportError as error:
        raise ContentError(f"Training needs more packages ({error.name}): pip install 'crampvoice[train]'") from error
