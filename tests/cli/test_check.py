"""The doctor."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from running import ROOT, Run

pytestmark = [pytest.mark.needs_model, pytest.mark.needs_voice]

MODEL = ROOT / "models" / "vosk-model-small-en-us-0.15"


def states(out: str) -> dict[str, str]:
    """Give the mark of each checked part."""
    return {line.split()[1]: line.split()[0] for line in out.splitlines() if line.strip()}


def test_a_line_for_each_part_and_exit_code_0_when_all_is_well(run: Run) -> None:
    ran = run("check")
    assert ran.code == 0, ran.out
    found = states(ran.out)
    assert found.pop("devices") in ("ok", "note")
    assert found == dict.fromkeys(("dialogs", "understanding", "model", "vocabulary", "voice", "cache"), "ok")
    assert "114 topics, 40 danger signs, 20 controls" in ran.out
    assert "sums right" in ran.out


def test_an_unknown_voice_fails_with_those_there_are(run: Run, tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text("voice:\n  name: xx-nobody\n")
    ran = run("check", "--settings", "s.yaml")
    assert ran.code == 4
    assert states(ran.out)["voice"] == "FAIL"
    assert "en-us" in ran.out


def test_a_wake_phrase_that_cannot_be_heard_fails_with_its_word(run: Run, tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text("night:\n  wake_phrase: hey crampvoice\n")
    ran = run("check", "--settings", "s.yaml")
    assert ran.code == 4
    assert states(ran.out)["vocabulary"] == "FAIL"
    assert "night.wake_phrase 'hey crampvoice' cannot be heard: the speech model has no word crampvoice." in ran.out


def test_a_partial_model_fails_and_names_the_file(run: Run, tmp_path: Path) -> None:
    shutil.copytree(MODEL, tmp_path / "model", copy_function=lambda a, b: Path(b).symlink_to(a))
    (tmp_path / "model" / "am" / "final.mdl").unlink()
    ran = run("check", "--model", tmp_path / "model")
    assert ran.code == 4
    assert states(ran.out)["model"] == "FAIL"
    assert "final.mdl" in ran.out


def test_a_cache_that_cannot_be_made_fails(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from crampvoice.cli import check

    (tmp_path / "taken").write_text("")
    monkeypatch.setattr(check, "CACHE_FOLDER", tmp_path / "taken")
    ran = run("check")
    assert ran.code == 4
    assert states(ran.out)["cache"] == "FAIL"


def test_broken_dialogs_fail_with_their_places(run: Run, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "dialogs", tmp_path / "dialogs")
    (tmp_path / "dialogs" / "relief" / "relief.calf.yaml").write_text("id: relief.calf\nsay: [\n")
    (tmp_path / "s.yaml").write_text(f"dialogs: {tmp_path / 'dialogs'}\n")
    ran = run("check", "--settings", "s.yaml")
    assert ran.code != 0
    assert states(ran.out)["dialogs"] == "FAIL"
    assert "relief.calf.yaml:3:1" in ran.out
