"""The commands and their exit codes. A command parses, calls, prints; nothing else prints."""

from __future__ import annotations

import io
import logging
import os
import sys
import traceback
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from crampvoice import __version__
from crampvoice.errors import UNEXPECTED_EXIT_CODE, ContentError, CrampvoiceError

_log = logging.getLogger(__name__)
_PACKAGE = Path(__file__).parents[1]

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
    """Run the command line; every failure is one or two lines and the exit code of its kind."""
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
    except Exception as error:
        _tell_unexpected(error)
        sys.exit(UNEXPECTED_EXIT_CODE)
    finally:
        drop_unread()


def drop_unread() -> None:
    """Throw away what nobody reads any more; Python would try to write it at its end, and exit with 120."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _tell(error: CrampvoiceError) -> None:
    lines = [str(problem) for problem in error.problems] if isinstance(error, ContentError) else []
    _write("\n".join([*lines, f"crampvoice: {error}"]))


def _tell_unexpected(error: Exception) -> None:
    """Tell what went wrong and where. Messages and the traceback may hold words that were spoken: they are for DEBUG."""
    _log.debug("unexpected failure", exc_info=error)
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if Path(frame.filename).is_relative_to(_PACKAGE)] or frames
    place = f"{Path(own[-1].filename).name}:{own[-1].lineno}"
    system = f": {error}" if isinstance(error, OSError | ImportError) else ""
    _write(
        f"crampvoice: Unexpected failure ({type(error).__name__} in {place}{system}). What was recorded is kept. "
        "'crampvoice --debug COMMAND' shows the traceback."
    )


def _write(text: str) -> None:
    with suppress(OSError):  # nobody reads it any more; the exit code still tells
        sys.stderr.write(f"{text}\n")
