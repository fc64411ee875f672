"""`crampvoice replay`: what it writes, and what it refuses before it writes anything."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
from running import Run, Sound, quiet, words, write

from crampvoice.cli import replay
from crampvoice.messages import CHUNK_SAMPLES, RATE_HZ

pytestmark = [pytest.mark.needs_model, pytest.mark.needs_voice]


@pytest.fixture
def night(tmp_path: Path) -> Path:
    """Somebody cries for help, and is quiet then."""
    return write(tmp_path / "night.wav", np.concatenate([quiet(1), words("help me it's cramping"), quiet(3)]))


def played(path: Path) -> Sound:
    samples: Sound = soundfile.read(path, dtype="float32")[0]
    return samples


def test_an_answer_is_written_with_its_events_and_a_plot(run: Run, night: Path, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="needs the extra 'plot'")
    ran = run("replay", night, "--events", "events.jsonl", "--plot", "night.png", "--tail", "2")
    assert ran.code == 0, ran.err
    heard = played(tmp_path / "heard.wav")
    assert ran.out.splitlines() == [f"{heard.size / RATE_HZ:.1f} s in heard.wav", "Drawn in night.png"]
    assert heard.size >= soundfile.info(night).frames
    assert heard.any()
    events = [json.loads(line) for line in (tmp_path / "events.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [event["by"] for event in events if event["kind"] == "wake"] == ["distress"]
    begin = next(event for event in events if event["kind"] == "say_start")
    assert begin["text"]
    assert not heard[: begin["sample"]].any()
    assert (tmp_path / "night.png").read_bytes().startswith(b"\x89PNG")


def test_its_own_voice_comes_back_at_the_level_and_the_delay_asked_for(
    run: Run, night: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moments: list[replay.Moment] = []
    write_heard = replay.write_heard
    monkeypatch.setattr(replay, "write_heard", lambda path, some, keep: write_heard(path, some, moments.append))
    ran = run("replay", night, "--echo", "-20", "--delay", "100", "--tail", "0", "--out", "out.wav")
    assert ran.code == 0, ran.err
    room = np.frombuffer(b"".join(moment.chunk.pcm for moment in moments), "<i2") / 32768
    device = played(tmp_path / "out.wav")
    begin = int(np.flatnonzero(device)[0])
    later = begin + RATE_HZ // 10
    length = min(RATE_HZ, device.size - later) // CHUNK_SAMPLES * CHUNK_SAMPLES
    assert length > RATE_HZ // 4
    assert np.allclose(room[later : later + length], 0.1 * device[begin : begin + length], atol=2e-3)


@pytest.mark.parametrize("option", ["--out", "--events", "--plot"])
def test_the_recording_is_not_overwritten(run: Run, night: Path, option: str, tmp_path: Path) -> None:
    before = night.read_bytes()
    (tmp_path / "link.wav").symlink_to(night)
    for same in (night, "night.wav", "link.wav"):
        ran = run("replay", night, option, same)
        assert (ran.code, night.read_bytes() == before) == (1, True)
        assert "is the recording" in ran.err
        assert option in ran.err
    night.rename(tmp_path / "heard.wav")
    assert run("replay", "heard.wav").code == 1
    assert (tmp_path / "heard.wav").read_bytes() == before


@pytest.mark.parametrize("problem", ["too long for a plot", "crampvoice[plot]", "cannot be read"])
def test_what_cannot_be_done_is_told_before_anything_is_written(
    run: Run, night: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, problem: str
) -> None:
    if problem == "too long for a plot":
        monkeypatch.setattr(replay, "LONGEST_PLOT_S", 2.0)
    elif problem == "crampvoice[plot]":
        monkeypatch.delitem(sys.modules, "crampvoice.night.plot", raising=False)
        monkeypatch.setitem(sys.modules, "matplotlib", None)
    else:
        night = tmp_path / "nowhere.wav"
    (tmp_path / "heard.wav").write_text("from yesterday")
    ran = run("replay", night, "--plot", "night.png", "--events", "events.jsonl")
    assert (ran.code, ran.out) == (1, "")
    assert problem in ran.err
    assert (tmp_path / "heard.wav").read_text() == "from yesterday"
    assert not (tmp_path / "events.jsonl").exists()
