"""The command `train`: learn anew from the dialogs, what was meant or what may be heard."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Annotated

import typer

from crampvoice import app, resources
from crampvoice.errors import ContentError
from crampvoice.settings import Settings
from crampvoice.training.language_model import mix_into


def train(
    encoder: Annotated[
        bool, typer.Option("--encoder", help="Fine-tune the sentence encoder too: half an hour or more.")
    ] = False,
    general: Annotated[
        Path | None,
        typer.Option(
            "--language-model",
            help="Mix the phrasings into this language model (graph/Gr.fst) for the speech model instead; a minute.",
            metavar="FILE",
        ),
    ] = None,
    dialogs: Annotated[Path, typer.Option(help="Folder of the dialogs.", metavar="FOLDER")] = resources.DIALOGS,
    models: Annotated[Path, typer.Option(help="Where the trained files go.", metavar="FOLDER")] = resources.UNDERSTANDING,
) -> None:
    """Learn the understanding anew from the phrasings; a few minutes. Needs the extra 'train'.

    With --language-model it is the hearing that learns. FILE is the language model as its publisher has it, see
    models/README.md. Needs OpenFst's tools, not the extra.

    The same phrasings give the same files. 'crampvoice lint' says when they have changed since.

    Example: crampvoice train
    """
    logging.getLogger("crampvoice.training").setLevel(logging.INFO)
    if general is not None:
        settings = Settings(dialogs=str(dialogs))
        mix_into(resources.SPEECH_MODEL, general, app.expected(settings, app.speech_model(settings)))
        return
    try:
        from crampvoice.training import stages

        if encoder:
            stages.finetune(dialogs, models)
        stages.heads(dialogs, models)
        stages.bands(dialogs, models)
    except ImportError as error:
        raise ContentError(f"Training needs more packages ({error.name}): pip install 'crampvoice[train]'") from error
