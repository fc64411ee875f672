"""The command `interpret`: text to meaning, an utterance a line. Needs no speech model and no voice."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from crampvoice import app
from crampvoice.assistant import Heard
from crampvoice.cli.options import Jsonl, OneTalk, SettingsFile, out
from crampvoice.cli.results import emit, result
from crampvoice.dialog.talk import Talk
from crampvoice.errors import ContentError
from crampvoice.messages import RATE_HZ, Utterance
from crampvoice.settings import load_settings

_PAUSE = 4 * RATE_HZ
"""Samples between two typed turns of one talk: typing has no clock of its own."""


def interpret(
    file: Annotated[Path, typer.Argument(help="Text, an utterance a line; - is standard input.", metavar="[FILE|-]")] = Path(
        "-"
    ),
    conversation: OneTalk = False,
    jsonl: Jsonl = False,
    explain: Annotated[bool, typer.Option("--explain", help="Show the scores, rules and words behind each decision.")] = False,
    settings_file: SettingsFile = None,
) -> None:
    """Tell what text means and what would be said, an utterance a line.

    Each line is a fresh conversation; with --conversation a blank line starts a new one.

    Example: echo "my calf is cramping what do i do" | crampvoice interpret
    """
    assistant = app.assistant(load_settings(settings_file))
    talk = Talk()
    for line in _lines(file):
        if not line.strip():
            talk = Talk()
            continue
        utterance = Utterance.typed(line)
        now = talk.heard_at + _PAUSE
        started = time.perf_counter()
        heard = assistant.answer(talk, Utterance(hypotheses=utterance.hypotheses, start=now, end=now))
        took_ms = 1000 * (time.perf_counter() - started)
        talk = heard.reply.talk if conversation else Talk()
        if jsonl:
            why = {"explain": evidence(heard)} if explain else {}
            emit({**result(heard.reading.text, heard.turn, took_ms), **why})
        else:
            show(heard, explain=explain)


def show(heard: Heard, *, explain: bool = False) -> None:
    """Print what was heard, what it means and what is said, for people."""
    turn = heard.turn
    out.print(f"“{heard.reading.text}”", style="bold")
    level = f" ({turn.level.value.replace('_', ' ')})" if turn.level else ""
    out.print(f"  {turn.id}{level}", style="red" if turn.kind == "emergency" else "cyan")
    out.print(f"  {' '.join(turn.say)}" if turn.say else "  (silence)")
    if explain:
        for name, value in evidence(heard).items():
            out.print(f"    {name}: {value}", style="dim")


def evidence(heard: Heard) -> dict[str, object]:
    """Give what a decision rests on: scores, rules and the words that met them, the nearest phrasing."""
    reading = heard.reading
    return {
        "candidates": {one.id: round(one.score, 3) for one in reading.candidates[:5]},
        "danger": round(reading.danger, 3),
        "rules": [f"{f.rule} ({f.id}, {f.standing}): {', '.join(f.words)}" for f in reading.findings],
        "nearest": f"{reading.nearest[0]} ({reading.nearest[1]:.2f})",
        "facts": sorted(reading.facts),
    }


def _lines(file: Path) -> Iterator[str]:
    if str(file) == "-":
        try:
            yield from (line.decode("utf-8").rstrip("\r\n") for line in sys.stdin.buffer)
        except UnicodeDecodeError as error:
            raise ContentError("Standard input is not UTF-8 text: convert it, with 'iconv -t utf-8' for instance.") from error
        return
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8 text"
        raise ContentError(f"{file} cannot be read: {reason}. Name a text file, or - for standard input.") from error
    yield from text.split("\n")
