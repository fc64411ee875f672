"""Every problem of the dialogs, before the night."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from running import ROOT, Run

pytest.importorskip("textstat", reason="the extra 'lint' is not installed")


@pytest.fixture
def dialogs(tmp_path: Path) -> Path:
    """A copy of the dialogs, with settings that name it."""
    shutil.copytree(ROOT / "dialogs", tmp_path / "dialogs")
    (tmp_path / "s.yaml").write_text(f"dialogs: {tmp_path / 'dialogs'}\n")
    return tmp_path / "dialogs"


def test_the_dialogs_that_come_along_are_fine(run: Run) -> None:
    ran = run("lint", "--no-model")
    assert (ran.code, ran.out, ran.err) == (0, "The dialogs are fine.\n", "")


def test_every_problem_of_every_file_is_told_at_once_with_its_place(run: Run, dialogs: Path) -> None:
    (dialogs / "relief" / "relief.calf.yaml").write_text("id: relief.calf\nsayy: [x]\nsay: 3\n")
    (dialogs / "causes" / "why.age.yaml").write_text("id: why.age\nid: why.age\n")
    (dialogs / "causes" / "why.liver.yaml").write_bytes(b"id: why.liver\nsay: \xff\n")
    (dialogs / "ids.yaml").write_text("a: [\n")
    (dialogs / "rules" / "signs.yaml").write_text("x: 1\n")
    (dialogs / "phrasings" / "learn" / "zz.tsv").write_text("a line without an id\n")
    ran = run("lint", "--no-model", "--settings", "s.yaml")
    assert (ran.code, ran.out) == (1, "")
    for place in (
        "relief.calf.yaml:2:7: 'sayy' is not known here; did you mean 'say'?",
        "relief.calf.yaml:3:6: ",
        "relief.calf.yaml:1:1: 'sources' is missing here",
        "why.age.yaml:2:1: 'id' stands here twice",
        "why.liver.yaml:2:1: not UTF-8",
        "ids.yaml:2:1: not valid YAML",
        "rules/signs.yaml:1:4: 'x' is not known here",
        "learn/zz.tsv:1:1: ",
    ):
        assert place in ran.err


def test_a_wording_with_an_id_that_there_is_not_is_told(run: Run, dialogs: Path) -> None:
    with (dialogs / "phrasings" / "choose" / "zz.tsv").open("w") as file:
        file.write("first odd wording\tnone|clarify|relief.calf|relief.calfx\n")
        file.write("second odd wording\trelief.calf\tplain\t\tfoo.bar\n")
    with (dialogs / "phrasings" / "heard" / "zz.tsv").open("w") as file:
        file.write("third odd wording\twhy.agee\n")
    ran = run("lint", "--no-model", "--settings", "s.yaml")
    assert ran.code == 1
    for line in (
        "phrasings/choose/zz.tsv:1:1: 'relief.calfx' is not one of the fixed ids in dialogs/ids.yaml",
        "phrasings/choose/zz.tsv:2:1: 'foo.bar' is not one of the fixed ids in dialogs/ids.yaml",
        "phrasings/heard/zz.tsv:1:1: 'why.agee' is not one of the fixed ids in dialogs/ids.yaml",
    ):
        assert line in ran.err
    assert ran.err.count("is not one of the fixed ids") == 3


@pytest.mark.needs_model
def test_a_wording_the_trained_files_do_not_know_is_told_for_both(run: Run, dialogs: Path) -> None:
    with (dialogs / "phrasings" / "learn" / "zz.tsv").open("w") as file:
        file.write("my own odd wording about a cramp\trelief.calf\n")
    ran = run("lint", "--settings", "s.yaml")
    assert ran.code == 1
    assert "models/language-model.json:1:1: other phrasings than now: run 'crampvoice train --language-model FILE'" in ran.err
    assert "models/understanding/manifest.json:1:1: other phrasings than now: run 'crampvoice train'" in ran.err


@pytest.mark.parametrize("command", ["topics", "interpret", "chat"])
def test_other_commands_tell_every_problem_of_the_scripts_too(run: Run, dialogs: Path, command: str) -> None:
    (dialogs / "relief" / "relief.calf.yaml").write_text("id: relief.calf\nsayy: [x]\n")
    (dialogs / "causes" / "why.age.yaml").write_text("id: [\n")
    ran = run(command, "--settings", "s.yaml")
    assert (ran.code, ran.out) == (1, "")
    assert "relief.calf.yaml:2:7: " in ran.err
    assert "why.age.yaml:2:1: " in ran.err
    assert "Traceback" not in ran.err
