"""A talk by keyboard."""

from __future__ import annotations

import stat
from pathlib import Path

from running import Run


def test_each_line_is_a_turn_of_one_talk(run: Run) -> None:
    ran = run("chat", stdin="my wee is dark\nbrown like cola\n\nnever read\n")
    assert ran.code == 0
    assert "Brown like cola, or just strong yellow?" in ran.out
    assert "emergency.dark_urine (emergency now)" in ran.out
    assert "never read" not in ran.out


def test_the_end_of_the_input_ends_it(run: Run) -> None:
    assert run("chat", stdin="").code == 0


def test_a_logged_cramp_is_in_the_diary_the_next_time(run: Run, tmp_path: Path) -> None:
    assert "It is written down." in run("chat", stdin="log a cramp\n").out
    assert "There is no cramp" not in run("chat", stdin="when was the last one\n").out
    assert stat.S_IMODE((tmp_path / "data" / "diary.sqlite3").stat().st_mode) == 0o600


def test_a_diary_that_cannot_be_written_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    ran = run("chat", stdin="log a cramp\n")
    assert ran.code == 1
    assert "The diary" in ran.err
    assert "It is written down." not in ran.out


def test_the_evidence_is_shown_when_asked_for(run: Run) -> None:
    assert "    nearest: " in run("chat", "--explain", stdin="why do i get leg cramps\n").out
