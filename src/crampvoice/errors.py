"""Everything that can go wrong for a person using crampvoice.

    CrampvoiceError
    ├─ ContentError   dialogs, settings or a recording are not usable; exit code 1
    ├─ DeviceError    microphone or loudspeaker missing, busy or lost;   exit code 3
    └─ EngineError    speech model or voice not loadable, or failed;     exit code 4

Exit code 2 is wrong usage of a command, as typer gives it; 70 is any exception that nobody foresaw. Every message says
what happened, where, and what to do next, in one or two lines. Adapters map the errors of their libraries to these and
raise nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

UNEXPECTED_EXIT_CODE = 70
"""Exit code of an exception that nobody foresaw: EX_SOFTWARE of sysexits.h. A service is started again after it."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong in one place of a text file."""

    file: str
    """Path as the author would write it."""
    line: int
    """First line is 1."""
    column: int
    """First column is 1."""
    message: str
    """What is wrong and what to do instead."""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.message}"


class CrampvoiceError(Exception):
    """Any failure that a person can do something about."""

    exit_code: ClassVar[int] = 1


class ContentError(CrampvoiceError):
    """Dialogs, settings, phrasings or recordings that cannot be used; carries every problem found."""

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, problems: Sequence[Problem] = ()) -> None:
        """Carry `problems` beside the message."""
        super().__init__(message)
        self.problems: tuple[Problem, ...] = tuple(problems)


class DeviceError(CrampvoiceError):
    """A microphone or loudspeaker that is missing, busy, lost or refused."""

    exit_code: ClassVar[int] = 3


class EngineError(CrampvoiceError):
    """A speech model or voice that cannot be loaded, or that failed while working."""

    exit_code: ClassVar[int] = 4
