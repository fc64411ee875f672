"""Recordings to spoken answers."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import numpy as np
import pytest
import soundfile
from running import RECORDINGS, Run, alone, quiet, start, words, write

pytestmark = [pytest.mark.needs_model, pytest.mark.needs_voice]

WHY = RECORDINGS / "why do i get leg cramps.ogg"
CLOT = RECORDINGS / "is it a clot or a cramp.ogg"


def assert_whole(folder: Path) -> list[str]:
    """Check that every file of a folder is a WAV that can be read to its end, and give the names."""
    for path in folder.iterdir():
        with soundfile.SoundFile(path) as file:
            assert len(file.read()) == file.frames > 0
    return sorted(path.name for path in folder.iterdir())


def test_a_recorded_question_is_answered_aloud(run: Run, tmp_path: Path) -> None:
    ran = run("ask", WHY)
    assert ran.code == 0
    assert "“why do i get leg cramps”" in ran.out
    assert "why.general" in ran.out
    assert "Nobody knows for sure." in ran.out
    for told in ("hearing", "understanding", "voice", " ms", "Answers are in answers/"):
        assert told in ran.out
    assert assert_whole(tmp_path / "answers") == ["why do i get leg cramps-1.wav"]


def test_every_field_of_a_result_is_there_with_its_type(run: Run, tmp_path: Path) -> None:
    [result] = run("ask", WHY, "--jsonl", "--out", "spoken").objects
    types = {
        "heard": str,
        "id": str,
        "kind": str,
        "level": type(None),
        "say": list,
        "alternatives": list,
        "understand_ms": float,
        "file": str,
        "turn": int,
        "start_s": float,
        "end_s": float,
        "audio_s": float,
        "decode_ms": float,
        "voice_ms": float,
        "answer": str,
    }
    assert {name: type(value) for name, value in result.items()} == types
    assert (result["heard"], result["id"], result["kind"]) == ("why do i get leg cramps", "why.general", "topic")
    assert result["file"] == str(WHY)
    assert 0 <= result["start_s"] < result["end_s"] <= result["audio_s"]
    assert result["audio_s"] == pytest.approx(soundfile.info(WHY).duration, abs=0.001)
    assert result["decode_ms"] > 0
    assert result["voice_ms"] > 0
    assert result["understand_ms"] > 0
    assert (tmp_path / result["answer"]).is_file()
    assert all(isinstance(sentence, str) for sentence in result["say"])
    assert all(set(one) == {"id", "score"} and isinstance(one["score"], float) for one in result["alternatives"])


def test_a_danger_sign_has_its_kind_and_level(run: Run) -> None:
    [result] = run("ask", RECORDINGS / "i'm pregnant and one leg is swollen.ogg", "--jsonl").objects
    assert (result["id"], result["kind"], result["level"]) == ("emergency.pregnancy_clot", "emergency", "today")
    assert result["answer"] is None
    assert result["voice_ms"] == 0


def test_nothing_but_results_is_on_standard_output(environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "notes.wav").write_text("buy milk")
    ran = alone(environment, "ask", WHY, "notes.wav", "--jsonl", "--out", "spoken", cwd=tmp_path)
    assert ran.code == 1
    assert [sorted(one) == ["error", "file"] for one in ran.objects] == [False, True]
    assert assert_whole(tmp_path / "spoken") == ["why do i get leg cramps-1.wav"]


def test_two_questions_in_one_file_are_two_turns(run: Run, tmp_path: Path) -> None:
    both = np.concatenate([words(WHY.stem), quiet(1.5), words(CLOT.stem), quiet(1)])
    first, second = run("ask", write(tmp_path / "both.wav", both), "--jsonl", "--out", "spoken").objects
    assert [(one["turn"], one["id"]) for one in (first, second)] == [(1, "why.general"), (2, "clot_or_cramp")]
    assert first["end_s"] < second["start_s"] < second["end_s"] <= second["audio_s"]
    assert assert_whole(tmp_path / "spoken") == ["both-1.wav", "both-2.wav"]


def test_files_are_turns_of_one_talk_only_when_asked_for(run: Run) -> None:
    files = (RECORDINGS / "i can't reach my foot.ogg", RECORDINGS / "night" / "next.ogg")
    apart = run("ask", *files, "--jsonl").objects
    together = run("ask", *files, "--jsonl", "--conversation").objects
    assert apart[0]["id"] == together[0]["id"] == "relief.cannot_reach"
    assert apart[1]["say"] == []
    assert together[1]["say"]
    assert together[1]["start_s"] == apart[1]["start_s"]


@pytest.mark.parametrize(
    ("name", "rate_hz", "channels", "subtype"),
    [
        ("phone.wav", 8_000, 1, "PCM_16"),
        ("studio.wav", 48_000, 1, "PCM_24"),
        ("float.wav", 44_100, 1, "FLOAT"),
        ("stereo.wav", 48_000, 2, "PCM_16"),
        ("surround.wav", 48_000, 6, "PCM_24"),
        ("lossless.flac", 48_000, 2, "PCM_24"),
        ("vorbis.ogg", 44_100, 2, "VORBIS"),
    ],
)
def test_any_kind_of_recording_is_understood(
    run: Run, tmp_path: Path, name: str, rate_hz: int, channels: int, subtype: str
) -> None:
    path = write(tmp_path / name, words(CLOT.stem), rate_hz=rate_hz, channels=channels, subtype=subtype)
    assert [one["id"] for one in run("ask", path, "--jsonl").objects] == ["clot_or_cramp"]


def test_silence_noise_and_clipping_give_none(run: Run, tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    noise = random.normal(size=48_000).astype(np.float32)
    files = [
        write(tmp_path / "silence.wav", quiet(3)),
        write(tmp_path / "noise.wav", 0.1 * noise),
        write(tmp_path / "clipping.wav", np.clip(50 * noise, -1, 1)),
        write(tmp_path / "square.wav", np.sign(np.sin(np.arange(48_000, dtype=np.float32)))),
    ]
    ran = run("ask", *files, "--jsonl", "--out", "spoken")
    assert ran.code == 0
    assert [(one["id"], one["kind"], one["say"], one["answer"]) for one in ran.objects] == [("none", "none", [], None)] * 4
    assert {one["turn"] for one in ran.objects} == {0}
    assert not (tmp_path / "spoken").exists()


def test_speech_about_other_things_gives_none(run: Run) -> None:
    others = [RECORDINGS / "night" / f"{name}.ogg" for name in ("where is my book", "the tall green house")]
    assert {one["id"] for one in run("ask", *others, "--jsonl").objects} == {"none"}


def test_a_file_without_speech_is_told(run: Run, tmp_path: Path) -> None:
    assert "silence.wav: no speech found" in run("ask", write(tmp_path / "silence.wav", quiet(1))).out


def test_what_cannot_be_used_is_told_and_the_rest_is_done(run: Run, tmp_path: Path) -> None:
    (tmp_path / "notes.wav").write_text("buy milk")
    (tmp_path / "empty.wav").touch()
    (tmp_path / "folder").mkdir()
    sound = WHY.read_bytes()
    (tmp_path / "headless.ogg").write_bytes(sound[100:])
    (tmp_path / "beginning.ogg").write_bytes(sound[:60])
    bad = ["notes.wav", "empty.wav", "folder", "headless.ogg", "beginning.ogg", "missing.wav", "x" * 300 + ".wav", ""]
    ran = run("ask", *bad, WHY, "--jsonl")
    assert ran.code == 1
    *errors, good = ran.objects
    assert good["id"] == "why.general"
    assert [set(one) for one in errors] == [{"file", "error"}] * len(bad)
    for name, one in zip(bad, errors, strict=True):
        assert (name or ".") in one["error"]
        assert one["error"].count("\n") <= 1
    again = run("ask", *bad, WHY)
    assert again.code == 1
    assert "why.general" in again.out
    assert len(again.err.splitlines()) == len(bad)


def test_a_recording_without_its_end_is_answered_as_far_as_it_goes_and_told(run: Run, tmp_path: Path) -> None:
    path = write(tmp_path / "cut.wav", np.concatenate([words(WHY.stem), quiet(4)]))
    path.write_bytes(path.read_bytes()[:-60_000])
    ran = run("ask", path, "--jsonl")
    assert ran.code == 1
    assert [one.get("id") for one in ran.objects] == ["why.general", None]
    assert "cut off" in ran.objects[1]["error"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_recording_without_permission_is_told(run: Run, tmp_path: Path) -> None:
    path = write(tmp_path / "locked.wav", quiet(1))
    path.chmod(0)
    ran = run("ask", path, "--jsonl")
    assert ran.code == 1
    assert "Permission denied" in ran.objects[0]["error"]


def test_names_may_have_any_characters(run: Run, tmp_path: Path) -> None:
    names = [
        b"a b 'c\".ogg",
        b"two\nlines.ogg",
        "wadenkrämpfe 腿.ogg".encode(),
        b"bytes \xff.ogg",
        b"[bold].ogg",
        b"a" * 251 + b".ogg",
    ]
    for name in names:
        (tmp_path / os.fsdecode(name)).write_bytes(CLOT.read_bytes())
    arguments = [os.fsdecode(name) for name in names]
    assert run("ask", *arguments).code == 0
    ran = run("ask", *arguments, "--jsonl", "--out", "spoken")
    assert ran.code == 0, ran.err
    assert [one["file"].encode() for one in ran.objects] == [name.replace(b"\xff", b"\\udcff") for name in names]
    assert {one["id"] for one in ran.objects} == {"clot_or_cramp"}
    assert len(assert_whole(tmp_path / "spoken")) == len(names)


def test_two_recordings_of_one_name_keep_both_answers(run: Run, tmp_path: Path) -> None:
    other = tmp_path / "other" / WHY.name
    other.parent.mkdir()
    other.write_bytes(CLOT.read_bytes())
    assert run("ask", WHY, other, "--out", "spoken").code == 0
    assert assert_whole(tmp_path / "spoken") == [f"{WHY.stem}-1.wav", f"{WHY.stem}-2-1.wav"]


def test_an_output_folder_that_cannot_be_written_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("kept")
    ran = run("ask", WHY, "--out", "taken")
    assert ran.code == 1
    assert "taken" in ran.err
    assert "cannot be written" in ran.err
    assert (tmp_path / "taken").read_text() == "kept"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["taken"]


def test_an_unknown_voice_is_told_with_those_there_are(run: Run, tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text("voice:\n  name: xx-nobody\n")
    ran = run("ask", WHY, "--settings", "s.yaml")
    assert ran.code == 4
    assert "no voice 'xx-nobody'" in ran.err
    assert "en-us" in ran.err


def test_a_missing_speech_model_is_told_before_the_first_file(run: Run, tmp_path: Path) -> None:
    ran = run("ask", WHY, "--model", tmp_path / "nowhere", "--jsonl")
    assert (ran.code, ran.out) == (4, "")
    assert "nowhere" in ran.err


def test_wrong_usage_has_its_own_code(run: Run) -> None:
    assert run("ask").code == 2
    assert run("ask", WHY, "--loud").code == 2


def test_ctrl_c_stops_at_once_and_leaves_no_half_written_file(environment: dict[str, str], tmp_path: Path) -> None:
    long = write(tmp_path / "long.wav", np.tile(np.concatenate([words(WHY.stem), quiet(1)]), 200))
    environment["PYTHONUNBUFFERED"] = "1"
    with start(environment, "ask", CLOT, long, "--jsonl", "--out", "spoken", cwd=tmp_path) as process:
        assert process.stdout is not None
        assert b"clot_or_cramp" in process.stdout.readline()
        assert b"why.general" in process.stdout.readline()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"Traceback" not in err
    names = assert_whole(tmp_path / "spoken")
    assert len(names) < 20
