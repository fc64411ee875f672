"""The command `say`: what something would sound like."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Annotated

import typer

from crampvoice import app
from crampvoice.adapters.audio_files import save_clip
from crampvoice.audio.pcm import joined
from crampvoice.cli.ask import GAP_S, play
from crampvoice.cli.options import SettingsFile, out
from crampvoice.dialog.reply import Scripts
from crampvoice.dialog.script import Script, Unclear
from crampvoice.errors import ContentError
from crampvoice.settings import load_settings


def say(
    text: Annotated[str | None, typer.Argument(help="What to say.")] = None,
    topic: Annotated[str | None, typer.Option("--topic", help="Say the first answer of this id.", metavar="ID")] = None,
    file: Annotated[Path | None, typer.Option("--out", help="Write a WAV file instead of playing.", metavar="FILE")] = None,
    settings_file: SettingsFile = None,
) -> None:
    """Say a text, or the first answer of a topic.

    Example: crampvoice say --topic relief.calf --out calf.wav
    """
    if (text is None) == (topic is None):
        raise typer.BadParameter("give either a text or --topic ID")
    settings = load_settings(settings_file)
    sentences = (text or "",) if topic is None else first_answer(find(app.load_library(settings).scripts, topic))
    if not "".join(sentences).strip():
        raise typer.BadParameter("there is nothing to say")
    voice = app.synthesizer(settings)
    clip = joined([voice.render(settings.phones.fill(sentence)) for sentence in sentences], GAP_S)
    if file is None:
        play(clip)
        return
    save_clip(file, clip)
    out.print(f"{clip.duration_s:.1f} s in {file}")


def find(scripts: Scripts, id_: str) -> Script:
    """Give the script of an id. Raises ContentError that names the nearest ids there are."""
    if id_ in scripts:
        return scripts[id_]
    near = difflib.get_close_matches(id_, list(scripts), n=3, cutoff=0.4)
    hint = f"did you mean {' or '.join(near)}?" if near else "'crampvoice topics' lists them."
    raise ContentError(f"There is no '{id_}'; {hint}")


def first_answer(script: Script) -> tuple[str, ...]:
    """Give what is said first, or the question of an unclear case. Raises ContentError if it says nothing."""
    if isinstance(script, Unclear):
        return (script.ask,)
    if not script.say:
        raise ContentError(f"'{script.id}' says nothing: it only steers.")
    return script.say
