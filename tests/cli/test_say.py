"""What something would sound like."""

from __future__ import annotations

from pathlib import Path

import pytest
import soundfile
from running import Run

pytestmark = pytest.mark.needs_voice


def test_a_text_is_written_as_sound(run: Run, tmp_path: Path) -> None:
    ran = run("say", "Breathe out slowly.", "--out", "new folder/a b.wav")
    assert ran.code == 0
    assert ran.out.endswith(" s in new folder/a b.wav\n")
    assert soundfile.info(tmp_path / "new folder" / "a b.wav").duration > 0.5


def test_a_topic_is_said_with_its_first_answer(run: Run, tmp_path: Path) -> None:
    assert run("say", "--topic", "emergency.often", "--out", "a.wav").code == 0
    assert run("say", "--topic", "unclear.lump_in_calf", "--out", "b.wav").code == 0
    assert soundfile.info(tmp_path / "a.wav").duration > 1


def test_the_second_time_gives_the_same_sound(run: Run, tmp_path: Path) -> None:
    for name in ("a.wav", "b.wav"):
        run("say", "Pull your toes up.", "--out", name)
    assert (tmp_path / "a.wav").read_bytes() == (tmp_path / "b.wav").read_bytes()


def test_an_unknown_topic_is_told_with_the_nearest(run: Run) -> None:
    ran = run("say", "--topic", "relief.claf", "--out", "a.wav")
    assert ran.code == 1
    assert "did you mean relief.calf" in ran.err


def test_a_topic_that_only_steers_is_told(run: Run) -> None:
    ran = run("say", "--topic", "control.stop", "--out", "a.wav")
    assert ran.code == 1
    assert "only steers" in ran.err


def test_an_unknown_voice_has_exit_code_4(run: Run, tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text("voice:\n  name: en-us+nobody\n")
    ran = run("say", "hello", "--out", "a.wav", "--settings", "s.yaml")
    assert ran.code == 4
    assert "no voice 'en-us+nobody'" in ran.err
    assert not (tmp_path / "a.wav").exists()


@pytest.mark.parametrize("place", ["taken/a.wav", ".", "x" * 300 + ".wav"])
def test_a_place_that_cannot_be_written_is_told(run: Run, tmp_path: Path, place: str) -> None:
    (tmp_path / "taken").write_text("")
    ran = run("say", "hello", "--out", place)
    assert ran.code == 1
    assert "cannot be written" in ran.err
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]
