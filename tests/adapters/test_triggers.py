"""Signals, keys and the trigger command, with a real terminal and real signals."""

from __future__ import annotations

import os
import pty
import signal
import sys
import time
from collections.abc import Callable

import pytest

from crampvoice.adapters import triggers as module
from crampvoice.adapters.triggers import Triggers


def eventually(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.01)


def test_sigusr1_wakes_once() -> None:
    with Triggers() as triggers:
        assert not triggers.pressed()
        os.kill(os.getpid(), signal.SIGUSR1)
        eventually(triggers.pressed)
        assert not triggers.pressed()
        assert not triggers.ending


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_term_and_int_end(number: signal.Signals) -> None:
    with Triggers() as triggers:
        os.kill(os.getpid(), number)
        eventually(lambda: triggers.ending)


def test_a_second_ctrl_c_ends_at_once() -> None:
    with Triggers() as triggers:
        os.kill(os.getpid(), signal.SIGINT)
        eventually(lambda: triggers.ending)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


def test_handlers_are_put_back() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with Triggers():
        assert signal.getsignal(signal.SIGTERM) != before
    assert signal.getsignal(signal.SIGTERM) == before


def test_each_line_of_the_trigger_command_wakes() -> None:
    with Triggers([sys.executable, "-c", "print('edge', flush=True); import time; time.sleep(60)"]) as triggers:
        eventually(triggers.pressed)
        assert not triggers.pressed()


def test_a_trigger_command_that_ends_is_started_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "AGAIN_AFTER_S", 0.05)
    with Triggers(["echo", "edge"]) as triggers:
        eventually(triggers.pressed)
        eventually(triggers.pressed)


def test_a_trigger_command_that_is_missing_ends_nothing() -> None:
    with Triggers(["/no/such/program"]) as triggers:
        time.sleep(0.05)
        assert not triggers.pressed()


@pytest.mark.parametrize(("keys", "woken"), [(b" ", True), (b"\n", True), (b"x", False), (b"abc ", True)])
def test_space_and_enter_on_a_terminal_wake(keys: bytes, woken: bool, tmp_path: object) -> None:
    """In a child that owns a terminal, because the foreground matters."""
    code = (
        "import time\nfrom crampvoice.adapters.triggers import Triggers\n"
        "with Triggers() as t:\n"
        "    print('ready', flush=True)\n"
        "    until = time.monotonic() + 1.0\n"
        "    hit = False\n"
        "    while time.monotonic() < until and not hit:\n"
        "        hit = t.pressed(); time.sleep(0.01)\n"
        "print('woken' if hit else 'asleep', flush=True)\n"
    )
    child, terminal = pty.fork()
    if child == 0:
        os.execv(sys.executable, [sys.executable, "-c", code])
    output = b""
    sent = False
    while True:
        try:
            output += os.read(terminal, 1000)
        except OSError:
            break
        if b"ready" in output and not sent:
            sent = True
            os.write(terminal, keys)
    os.waitpid(child, 0)
    os.close(terminal)
    assert (b"woken" in output) is woken
