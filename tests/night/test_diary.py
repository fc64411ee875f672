"""A diary that cannot be used does not end the night."""

from __future__ import annotations

import logging
from pathlib import Path

import nights
import pytest
from nights import SCRIPTS, Night, Say, spend

from crampvoice import app
from crampvoice.adapters.diary_store import SqliteDiary
from crampvoice.assistant import Assistant
from crampvoice.dialog.script import Control
from crampvoice.settings import Phones, Settings

LOG = Control(id="diary.log", wants="write down", say=("It is written down.",))
DELETE = Control(id="diary.delete_last", wants="remove", say=("Remove the cramp from {WHEN}?",))
CRY = Say(1, "cramp in my calf")


@pytest.fixture
def damaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of a diary that is none, and the words that ask for it."""
    monkeypatch.setitem(nights.MEANINGS, "write it down", "diary.log")
    monkeypatch.setitem(nights.MEANINGS, "delete it", "diary.delete_last")
    path = tmp_path / "diary.sqlite3"
    path.write_bytes(b"this is no data base, and never was one" * 100)
    return path


def _spend(path: Path, *said: Say) -> Night:
    scripts = {**SCRIPTS, LOG.id: LOG, DELETE.id: DELETE}
    understanding = app.understanding(Settings(), app.load_library(Settings()))
    talking = Assistant(understanding, scripts, Phones(), SqliteDiary(path))
    return spend(*said, length_s=40, scripts=scripts, finish=lambda reply: talking.finish(reply, "").turn.say)


def test_what_it_refuses_is_logged_and_not_confirmed_and_a_routine_goes_on(
    damaged: Path, caplog: pytest.LogCaptureFixture
) -> None:
    before = damaged.read_bytes()
    with caplog.at_level(logging.WARNING):
        night = _spend(damaged, CRY, Say(16, "write it down"), Say(20, "delete it"))
    assert night.said() == _spend(damaged, CRY).said()
    assert night.said()[-1] == "Is it letting go?"
    refused = [record.message for record in caplog.records]
    assert [message.partition(":")[0] for message in refused] == [
        "'diary.log' was not done",
        "'diary.delete_last' was not done",
    ]
    assert "write it down" not in caplog.text
    assert damaged.read_bytes() == before
