"""Which events run the owner's programs, and what these are told."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from crampvoice import app
from crampvoice.live import Hooks, LiveOptions, Reports
from crampvoice.night.events import Event
from crampvoice.settings import Settings

ANSWERED = {"sentence": 0, "repeat": False}


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "log"


@pytest.fixture
def hooks(log: Path) -> Hooks:
    line = f"echo $CRAMPVOICE_EVENT $CRAMPVOICE_ID $CRAMPVOICE_LEVEL >> {log}"
    command = ("sh", "-c", line)
    options = LiveOptions(lock_folder=log.parent, on_wake=command, on_emergency=command)
    return Hooks(app.load_scripts(Settings()), options)


def written(log: Path, lines: int) -> list[str]:
    until = time.monotonic() + 20
    while not log.exists() or log.read_text().count("\n") < lines:
        assert time.monotonic() < until
        time.sleep(0.01)
    return log.read_text().splitlines()


def test_a_danger_sign_is_told_with_its_level(hooks: Hooks, log: Path) -> None:
    hooks.run(Event(sample=0, kind="say_start", data={"id": "emergency.stroke", **ANSWERED}))
    assert written(log, 1) == ["emergency emergency.stroke emergency_now"]


def test_a_level_that_a_rule_raised_counts(hooks: Hooks, log: Path) -> None:
    hooks.run(Event(sample=0, kind="decide", data={"id": "emergency.often", "level": "today"}))
    hooks.run(Event(sample=0, kind="say_start", data={"id": "emergency.often", **ANSWERED}))
    assert written(log, 1) == ["emergency emergency.often today"]


def test_waking_is_told_and_what_woke_it(hooks: Hooks, log: Path) -> None:
    hooks.run(Event(sample=0, kind="wake", data={"by": "distress", "until": 1}))
    assert written(log, 1) == ["wake distress"]


def test_later_sentences_repeats_other_answers_and_low_levels_run_nothing(hooks: Hooks, log: Path) -> None:
    for data in (
        {"id": "emergency.stroke", "sentence": 1, "repeat": False},
        {"id": "emergency.stroke", "sentence": 0, "repeat": True},
        {"id": "relief.calf", **ANSWERED},
        {"id": "emergency.often", **ANSWERED},
        {"id": "gone", **ANSWERED},
    ):
        hooks.run(Event(sample=0, kind="say_start", data=data))
    hooks.run(Event(sample=0, kind="wake", data={"by": "phrase"}))
    assert written(log, 1) == ["wake phrase"]


def test_a_second_danger_sign_is_told_when_the_first_has_been(log: Path) -> None:
    command = ("sh", "-c", f"echo $CRAMPVOICE_ID $CRAMPVOICE_LEVEL >> {log}; sleep 0.3")
    hooks = Hooks(app.load_scripts(Settings()), LiveOptions(lock_folder=log.parent, on_emergency=command))
    hooks.run(Event(sample=0, kind="decide", data={"id": "emergency.often", "level": "today"}))
    hooks.run(Event(sample=0, kind="say_start", data={"id": "emergency.often", **ANSWERED}))
    hooks.run(Event(sample=9, kind="decide", data={"id": "emergency.stroke", "level": "emergency_now"}))
    hooks.run(Event(sample=9, kind="say_start", data={"id": "emergency.stroke", **ANSWERED}))
    assert written(log, 2) == ["emergency.often today", "emergency.stroke emergency_now"]


def test_when_the_disk_is_full_the_night_goes_on_without_events(hooks: Hooks) -> None:
    told: list[str] = []

    def full(event: Event) -> None:
        raise OSError(28, "No space left on device")

    reports = Reports(full, hooks, told.append)
    for _ in range(2):
        reports.take(Event(sample=0, kind="timer"))
    assert told == ["No more events are written (No space left on device)."]
