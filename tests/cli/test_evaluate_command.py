"""Measuring on wordings and recordings."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from running import RECORDINGS, Run, quiet, write

LINES = (
    "text\tids\tstyle\tlevel\n"
    "why do i get leg cramps\twhy.general\tplain\t\n"
    "my calf is cramping what do i do\trelief.foot\tpanic\t\n"
    "the football starts at eight\tnone\tplain\tnone\n"
)


def test_wordings_are_counted_and_the_misses_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "lines.tsv").write_text(LINES)
    ran = run("evaluate", "text", "lines.tsv")
    assert ran.code == 0
    assert "relief.foot ← relief.calf" in ran.out
    assert "understanding: median" in ran.out
    assert "misses" not in run("evaluate", "text", "lines.tsv", "--no-misses").out


def test_talks_are_counted_whole(run: Run, tmp_path: Path) -> None:
    (tmp_path / "talks.tsv").write_text(
        "my wee is dark\tclarify\nbrown like cola\temergency.dark_urine\n\nstop\tcontrol.stop\n"
    )
    ran = run("evaluate", "text", "talks.tsv", "--conversation")
    assert ran.code == 0
    assert re.search(r"whole conversations right\D+100", ran.out)


def test_wordings_that_cannot_be_used_are_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.tsv").write_text("one\nwhy\twhy.general\ntwo\n")
    (tmp_path / "empty.tsv").write_text("")
    (tmp_path / "latin.tsv").write_bytes(b"\xff\twhy.general\n")
    ran = run("evaluate", "text", "bad.tsv")
    assert ran.code == 1
    assert "bad.tsv:1:1" in ran.err
    assert "bad.tsv:3:1" in ran.err
    for name in ("empty.tsv", "latin.tsv", "missing.tsv", "."):
        assert run("evaluate", "text", name).code == 1


@pytest.mark.needs_model
def test_recordings_are_counted(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "sounds"
    folder.mkdir()
    shutil.copy(RECORDINGS / "why do i get leg cramps.ogg", folder / "a.ogg")
    write(folder / "b.wav", quiet(1))
    (folder / "m.tsv").write_text(
        "file\ttext\tid\na.ogg\twhy do i get leg cramps\twhy.general\nb.wav\t\tnone\nmissing.wav\tx\twhy.general\n"
    )
    ran = run("evaluate", "audio", "sounds")
    assert ran.code == 0
    assert re.search(r"right +100\.0 %", ran.out)
    assert re.search(r"false reactions +0\.0 %", ran.out)
    assert re.search(r"word errors of the open graph +0\.0 %", ran.out)
    assert "missing.wav" in ran.err


@pytest.mark.needs_model
def test_a_manifest_that_cannot_be_used_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "m.tsv").write_text("a.ogg\tonly two\n")
    for name, reason in (
        ("m.tsv", "m.tsv:1:1"),
        ("nowhere", "There is no nowhere"),
        (RECORDINGS / "that's enough.ogg", "UTF-8"),
    ):
        ran = run("evaluate", "audio", name)
        assert ran.code == 1
        assert reason in ran.err
