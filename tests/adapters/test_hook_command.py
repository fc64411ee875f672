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


def test_what_it_is_told_already_is_not_told_twice(tmp_path: Path) -> None:
    hook = HookCommand(["sh", "-c", f"echo $CRAMPVOICE_ID >> {tmp_path}/told; sleep 0.3"], 10)
    for id_ in ("a", "a", "b", "b", "a"):
        hook.run({"CRAMPVOICE_ID": id_})
    eventually(lambda: (tmp_path / "told").exists() and "b" in (tmp_path / "told").read_text())
    time.sleep(0.5)
    assert (tmp_path / "told").read_text() == "a\nb\n"


def test_what_happens_while_it_runs_is_told_afterwards_the_most_urgent_first(tmp_path: Path) -> None:
    line = f"echo begin $CRAMPVOICE_LEVEL >> {tmp_path}/told; sleep 0.2; echo end >> {tmp_path}/told"
    hook = HookCommand(["sh", "-c", line], 10)
    for urgency, level in ((2, "today"), (1, "later"), (3, "now")):
        hook.run({"CRAMPVOICE_LEVEL": level}, urgency)
    eventually(lambda: (tmp_path / "told").exists() and (tmp_path / "told").read_text().count("end") == 3)
    assert (tmp_path / "told").read_text().split() == ["begin", "today", "end", "begin", "now", "end", "begin", "later", "end"]


def test_a_program_that_cannot_be_named_does_not_hold_up_what_follows(caplog: pytest.LogCaptureFixture) -> None:
    hook = HookCommand(["no\0name"], 1)
    hook.run({"CRAMPVOICE_ID": "a"})
    hook.run({"CRAMPVOICE_ID": "b"})
    eventually(lambda: caplog.text.count("cannot be run: embedded null byte") == 2)


def test_no_program_is_no_program() -> None:
    HookCommand([], 1).run({})
