"""The commands and their exit codes. A command parses, calls, prints; nothing else prints."""

from __future__ import annotations

import io
import logging
import sys
from typing import Annotated

import typer

from crampvoice import __version__
from crampvoice.errors import ContentError, CrampvoiceError

app = typer.Typer(
    name="crampvoice",
    help="Offline voice assistant for leg cramps at night. Not a medical device.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"crampvoice {__version__}\n")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[bool, typer.Option("--version", help="Show the version.", callback=_version, is_eager=True)] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Log everything, what was heard too.")] = False,
) -> None:
    """Offline voice assistant for leg cramps at night. Not a medical device."""
    logging.basicConfig(level=logging.DEBUG if debug else logging.WARNING, format="%(levelname)s %(name)s: %(message)s")


def main() -> None:
    """Run the command line; every failure a person can mend is one or two lines and the exit code of its kind."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        from crampvoice.cli import commands

        commands.register(app)
        app()
    except CrampvoiceError as error:
        _tell(error)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)


def _tell(error: CrampvoiceError) -> None:
    lines = [str(problem) for problem in error.problems] if isinstance(error, ContentError) else []
    sys.stderr.write("\n".join([*lines, f"crampvoice: {error}"]) + "\n")
