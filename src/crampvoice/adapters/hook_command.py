"""A program of the owner's that is run when something happens: a bell, a lamp, a message to a carer."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress

_log = logging.getLogger(__name__)


class HookCommand:
    """Runs one program, without a shell, in the background; never holds anything up and never fails loudly."""

    def __init__(self, command: Sequence[str], limit_s: float) -> None:
        """Name the program and its arguments (none: do nothing) and how long it may run, in seconds."""
        self._command = tuple(command)
        self._limit_s = limit_s
        self._running = threading.Lock()

    def run(self, environment: Mapping[str, str]) -> None:
        """Start the program with some more environment variables, unless it still runs from the last time."""
        if self._command and self._running.acquire(blocking=False):
            threading.Thread(target=self._run, args=(dict(environment),), name="crampvoice-hook", daemon=True).start()

    def _run(self, environment: dict[str, str]) -> None:
        name = self._command[0]
        try:
            with subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={**os.environ, **environment},
                start_new_session=True,
            ) as process:
                try:
                    status = process.wait(self._limit_s)
                except subprocess.TimeoutExpired:
                    with suppress(ProcessLookupError):
                        os.killpg(process.pid, signal.SIGKILL)
                    _log.warning("the command '%s' ran longer than %g s and was ended", name, self._limit_s)
                    return
            if status:
                _log.warning("the command '%s' ended with status %d", name, status)
        except OSError as error:
            _log.warning("the command '%s' cannot be run: %s", name, error.strerror)
        finally:
            self._running.release()
