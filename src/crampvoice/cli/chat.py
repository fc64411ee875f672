"""The command `chat`: a talk by keyboard."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from crampvoice import app
from crampvoice.cli.ask import Spoken
from crampvoice.cli.interpret import show
from crampvoice.cli.options import SettingsFile, notes
from crampvoice.dialog.talk import Talk
from crampvoice.messages import RATE_HZ, Utterance
from crampvoice.settings import load_settings


def chat(
    speak: Annotated[bool, typer.Option("--speak", help="Say the answers aloud too.")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Show the scores, rules and words behind each decision.")] = False,
    settings_file: SettingsFile = None,
) -> None:
    """Type instead of speaking, read the answers.

    An empty line or Ctrl-D ends the talk. The diary is kept as if you had spoken.

    Example: crampvoice chat --speak
    """
    settings = load_settings(settings_file)
    assistant = app.assistant(settings, remember=True)
    spoken = Spoken(settings, play=True) if speak else None
    talk = Talk()
    began = time.monotonic()
    notes.print("Type what you would say. An empty line ends.")
    while line := _typed():
        now = round((time.monotonic() - began) * RATE_HZ)
        heard = assistant.answer(talk, Utterance(hypotheses=Utterance.typed(line).hypotheses, start=now, end=now))
        talk = heard.reply.talk
        show(heard, explain=explain)
        if spoken is not None and heard.turn.say:
            spoken.say(heard.turn.say)


def _typed() -> str:
    try:
        return input("> ").strip()
    except EOFError:
        return ""
