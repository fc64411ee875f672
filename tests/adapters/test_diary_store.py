"""The diary: what was confirmed is there, whatever happens to the process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from crampvoice.adapters.diary_store import MemoryDiary, SqliteDiary
from crampvoice.errors import ContentError
from crampvoice.messages import DiaryEntry
from crampvoice.ports import Diary

ROOT = Path(__file__).parents[2]
NOON = datetime(2026, 3, 1, 12, tzinfo=timezone(timedelta(hours=2)))
ADDER = """
import sys
from datetime import datetime, timezone
from pathlib import Path
from crampvoice.adapters.diary_store import SqliteDiary
from crampvoice.messages import DiaryEntry
diary = SqliteDiary(Path(sys.argv[1]))
number = 0
while True:
    diary.add(DiaryEntry(when=datetime.fromtimestamp(number, timezone.utc), place="calf"))
    number += 1
    print(number, flush=True)
"""


def entry(hours: float = 0, place: str | None = None) -> DiaryEntry:
    return DiaryEntry(when=NOON + timedelta(hours=hours), place=place)


@pytest.fixture(params=["sqlite", "memory"])
def diary(request: pytest.FixtureRequest, tmp_path: Path) -> Diary:
    return SqliteDiary(tmp_path / "data" / "diary.sqlite3") if request.param == "sqlite" else MemoryDiary()


def test_an_empty_diary_has_no_last_entry(diary: Diary) -> None:
    assert diary.last() is None
    assert diary.count(NOON) == 0
    diary.delete_last()
    assert diary.last() is None


def test_entries_are_kept_as_they_were(diary: Diary) -> None:
    first = DiaryEntry(when=NOON, place="calf", lasted_s=90)
    diary.add(first)
    assert diary.last() == first
    diary.add(entry(1))
    assert diary.last() == entry(1)


def test_entries_are_counted_from_a_moment_on(diary: Diary) -> None:
    for hours in (0, 1, 2):
        diary.add(entry(hours))
    assert diary.count(NOON) == 3
    assert diary.count(NOON + timedelta(hours=1)) == 2
    assert diary.count((NOON + timedelta(hours=1)).astimezone(UTC)) == 2
    assert diary.count(NOON + timedelta(hours=3)) == 0
    assert diary.count(datetime.min.replace(tzinfo=UTC)) == 3


def test_the_newest_entry_can_be_deleted(diary: Diary) -> None:
    diary.add(entry(0, "foot"))
    diary.add(entry(1, "calf"))
    diary.delete_last()
    assert diary.last() == entry(0, "foot")
    diary.delete_last()
    assert diary.last() is None


def test_looking_does_not_make_a_file(tmp_path: Path) -> None:
    diary = SqliteDiary(tmp_path / "data" / "diary.sqlite3")
    diary.last()
    diary.count(NOON)
    diary.delete_last()
    assert not (tmp_path / "data").exists()


def test_another_process_reads_what_was_written(tmp_path: Path) -> None:
    SqliteDiary(tmp_path / "d").add(entry(0, "shin"))
    assert SqliteDiary(tmp_path / "d").last() == entry(0, "shin")


@pytest.mark.parametrize("mask", [0o000, 0o022])
def test_only_its_owner_may_read_it(tmp_path: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        path = tmp_path / "data" / "diary.sqlite3"
        SqliteDiary(path).add(entry())
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_an_entry_survives_a_kill_right_after_it_was_added(tmp_path: Path) -> None:
    path = tmp_path / "diary.sqlite3"
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    with subprocess.Popen(
        [sys.executable, "-c", ADDER, str(path)], env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        for _ in range(5):
            process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        confirmed = 5 + len(process.stdout.read().splitlines())
    count = SqliteDiary(path).count(datetime.fromtimestamp(0, UTC))
    assert confirmed <= count <= confirmed + 1
    SqliteDiary(path).add(entry())
    assert SqliteDiary(path).last() == entry()


def test_the_words_that_were_said_are_not_in_the_file(tmp_path: Path) -> None:
    SqliteDiary(tmp_path / "d").add(entry(0, "calf"))
    assert b"cramp in my" not in (tmp_path / "d").read_bytes()


def test_a_file_that_is_no_diary_is_told_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "diary.sqlite3"
    path.write_text("something else entirely, of some length")
    for use in (SqliteDiary(path).last, SqliteDiary(path).delete_last, lambda: SqliteDiary(path).add(entry())):
        with pytest.raises(ContentError, match=r"The diary .* cannot be used"):
            use()
    assert path.read_text().startswith("something else")


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(ContentError, match="cannot be used"):
        SqliteDiary(tmp_path / "taken" / "diary.sqlite3").add(entry())


def test_a_name_no_system_takes_is_told(tmp_path: Path) -> None:
    diary = SqliteDiary(tmp_path / ("x" * 300))
    with pytest.raises(ContentError, match="File name too long"):
        diary.last()
    with pytest.raises(ContentError, match="File name too long"):
        diary.count(NOON)
