"""Which commands there are. Each lives in a module of its own."""

from __future__ import annotations

import typer

from crampvoice.cli.ask import ask
from crampvoice.cli.chat import chat
from crampvoice.cli.check import check
from crampvoice.cli.devices import list_devices
from crampvoice.cli.evaluate import evaluate
from crampvoice.cli.interpret import interpret
from crampvoice.cli.lint import lint
from crampvoice.cli.listen import listen
from crampvoice.cli.prerender import prerender
from crampvoice.cli.replay import replay
from crampvoice.cli.say import say
from crampvoice.cli.topics import topics
from crampvoice.cli.train import train


def register(app: typer.Typer) -> None:
    """Add every command, in the order of the help."""
    for command in (ask, interpret, chat, say, topics, check, listen, replay, prerender, lint, train):
        app.command()(command)
    app.command("devices")(list_devices)
    app.add_typer(evaluate, name="evaluate")
