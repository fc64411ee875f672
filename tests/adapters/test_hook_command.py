"""The owner's programs."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from crampvoice.adapters.hook_command import HookCommand


def eventually(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.01)


def test_the_program_is_run_with_its_arguments_and_learns_what_happened(tmp_path: Path) -> None:
    path = tmp_path / "a name; with $signs"
    HookCommand(["sh", "-c", 'printf %s "$CRAMPVOICE_ID" > "$1"', "sh", str(path)], 10).run(
        {"CRAMPVOICE_ID": "emergency.stroke"}
    )
    eventually(lambda: path.exists() and path.read_text() == "emergency.stroke")


def test_a_program_that_takes_too_long_is_ended_with_its_children(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    HookCommand(["sh", "-c", f"(sleep 1; touch {tmp_path}/late) & sleep 60"], 0.2).run({})
    eventually(lambda: "ran longer than 0.2 s" in caplog.text)
    time.sleep(1.2)
    assert not (tmp_path / "late").exists()


def test_a_program_that_is_missing_or_fails_is_only_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    HookCommand(["/no/such/program"], 1).run({})
    HookCommand(["false"], 1).run({})
    eventually(lambda: "cannot be run: No such file" in caplog.text and "ended with status 1" in caplog.text)


def test_it_is_not_run_twice_at_the_same_time(tmp_path: Path) -> None:
    hook = HookCommand(["sh", "-c", f"echo x >> {tmp_path}/count; sleep 0.3"], 10)
    for _ in range(5):
        hook.run({})
    eventually(lambda: (tmp_path / "count").exists())
    assert (tmp_path / "count").read_text() == "x\n"


def test_no_program_is_no_program() -> None:
    HookCommand([], 1).run({})
