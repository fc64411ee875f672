"""A program of the owner's that is run when something happens: a bell, a lamp, a message to a carer."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Job:
    environment: dict[str, str]
    urgency: int


class HookCommand:
    """Runs one program, without a shell, in the background; never holds anything up and never fails loudly.

    It runs once at a time. What happens meanwhile waits, the most urgent first.
    """

    def __init__(self, command: Sequence[str], limit_s: float) -> None:
        """Name the program and its arguments (none: do nothing) and how long it may run, in seconds."""
        self._command = tuple(command)
        self._limit_s = limit_s
        self._lock = threading.Lock()
        self._running: _Job | None = None
        self._waiting: list[_Job] = []

    def run(self, environment: Mapping[str, str], urgency: int = 0) -> None:
        """Start the program with some more environment variables, as soon as it does not run any more.

        Nothing happens if it already runs, or is going to, with the same ones.
        """
        job = _Job(dict(environment), urgency)
        with self._lock:
            if not self._command or job == self._running or job in self._waiting:
                return
            if self._running is not None:
                self._waiting.append(job)
                return
            self._running = job
        threading.Thread(target=self._run_all, args=(job,), name="crampvoice-hook", daemon=True).start()

    def _run_all(self, first: _Job) -> None:
        job: _Job | None = first
        while job is not None:
            self._run(job.environment)
            with self._lock:
                job = max(self._waiting, key=lambda waiting: waiting.urgency, default=None)
                if job is not None:
                    self._waiting.remove(job)
                self._running = job

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
        except (OSError, ValueError) as error:
            _log.warning("the command '%s' cannot be run: %s", name, getattr(error, "strerror", None) or error)
