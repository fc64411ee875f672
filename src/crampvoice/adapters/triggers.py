"""What reaches a running night from outside: signals, a key on the terminal, a program that prints lines."""

from __future__ import annotations

import logging
import os
import select
import signal
import subprocess
import sys
import termios
import threading
import tty
from collections.abc import Sequence
from contextlib import suppress
from types import FrameType
from typing import Any, Self

_log = logging.getLogger(__name__)

AGAIN_AFTER_S = 5.0
"""How long after its end the trigger command is started again, in seconds."""

_KEYS = frozenset(b" \r\n")


class Triggers:
    """Collects wishes to wake or to end while its block runs; a context manager for the main thread.

    SIGTERM and SIGINT end (a second Ctrl-C at once), SIGUSR1 wakes; so do space and enter when standard input is a
    terminal in the foreground, and each line the trigger command prints. The terminal and the signal handlers are
    put back at the end.
    """

    def __init__(self, command: Sequence[str] = ()) -> None:
        """Name a program whose output wakes, with its arguments; none is none."""
        self._command = tuple(command)
        self._pressed = threading.Event()
        self._ending = threading.Event()
        self._handlers: dict[int, Any] = {}
        self._terminal: tuple[int, list[Any]] | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def ending(self) -> bool:
        """Whether the night is to end."""
        return self._ending.is_set()

    def pressed(self) -> bool:
        """Tell, once, whether something asked to wake since the last call."""
        self._read_keys()
        if not self._pressed.is_set():
            return False
        self._pressed.clear()
        return True

    def __enter__(self) -> Self:
        """Take over signals and keys, and start the trigger command."""
        for number in (signal.SIGTERM, signal.SIGINT):
            self._handlers[number] = signal.signal(number, self._end)
        self._handlers[signal.SIGUSR1] = signal.signal(signal.SIGUSR1, self._press)
        self._take_terminal()
        if self._command:
            threading.Thread(target=self._follow_command, name="crampvoice-trigger", daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        """Put everything back."""
        self._ending.set()
        if self._process is not None:
            self._process.terminate()
        if self._terminal is not None:
            with suppress(termios.error):
                termios.tcsetattr(self._terminal[0], termios.TCSADRAIN, self._terminal[1])
        for number, handler in self._handlers.items():
            signal.signal(number, handler)

    def _end(self, number: int, frame: FrameType | None) -> None:
        if self._ending.is_set() and number == signal.SIGINT:
            raise KeyboardInterrupt
        self._ending.set()

    def _press(self, number: int, frame: FrameType | None) -> None:
        self._pressed.set()

    def _take_terminal(self) -> None:
        try:
            descriptor = sys.stdin.fileno()
            if os.isatty(descriptor) and _in_foreground(descriptor):
                self._terminal = (descriptor, termios.tcgetattr(descriptor))
                tty.setcbreak(descriptor)
        except (OSError, ValueError, AttributeError, termios.error):
            self._terminal = None

    def _read_keys(self) -> None:
        if self._terminal is None:
            return
        descriptor = self._terminal[0]
        try:
            while _in_foreground(descriptor) and select.select([descriptor], [], [], 0)[0]:
                keys = os.read(descriptor, 100)
                if not keys:
                    raise OSError("closed")
                if _KEYS & set(keys):
                    self._pressed.set()
        except OSError:
            self._terminal = None  # the terminal was closed; the night goes on without it

    def _follow_command(self) -> None:
        while not self._ending.is_set():
            try:
                with subprocess.Popen(
                    self._command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
                ) as self._process:
                    assert self._process.stdout is not None
                    for _ in self._process.stdout:
                        self._pressed.set()
                problem = f"ended with status {self._process.returncode}"
            except OSError as error:
                problem = f"cannot be run: {error.strerror}"
            if not self._ending.is_set():
                _log.warning("the trigger command '%s' %s; trying again", self._command[0], problem)
            self._ending.wait(AGAIN_AFTER_S)


def _in_foreground(descriptor: int) -> bool:
    """Whether reading the terminal would not stop this process."""
    try:
        return os.tcgetpgrp(descriptor) == os.getpgrp()
    except OSError:
        return False
