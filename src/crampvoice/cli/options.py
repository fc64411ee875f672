"""Options and output that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

SettingsFile = Annotated[Path | None, typer.Option("--settings", help="Settings instead of your own.", metavar="FILE")]
Jsonl = Annotated[bool, typer.Option("--jsonl", help="One JSON object per utterance, for other programs.")]
OneTalk = Annotated[bool, typer.Option("--conversation", help="Take everything as turns of one talk.")]
Model = Annotated[Path | None, typer.Option("--model", help="Folder of another Vosk model.", metavar="FOLDER")]

out = Console(highlight=False, soft_wrap=True, markup=False)
"""For people; files and pipes get the same words without color."""
notes = Console(stderr=True, highlight=False, soft_wrap=True, markup=False)
"""For what is not the result: progress, advice, errors."""
