"""Every failure is one or two lines with what to do, and the exit code of its kind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from running import ROOT, Run, alone, start

from crampvoice.errors import UNEXPECTED_EXIT_CODE, ContentError, DeviceError, EngineError

SEVERAL = ("ask", "interpret", "chat", "say", "topics", "check", "listen", "replay", "prerender", "lint", "train", "devices")


@pytest.mark.parametrize("command", SEVERAL)
def test_the_help_of_every_command_has_an_example(run: Run, command: str) -> None:
    ran = run(command, "--help")
    assert ran.code == 0
    assert f"Example: crampvoice {command}" in ran.out or "Example: echo" in ran.out


@pytest.mark.parametrize(
    "arguments",
    [(), ("nonsense",), ("ask",), ("ask", "--nonsense"), ("say",), ("say", "hello", "--topic", "relief.calf"), ("say", " ")],
)
def test_wrong_usage_has_exit_code_2(run: Run, arguments: tuple[str, ...]) -> None:
    assert run(*arguments).code == 2


def test_settings_that_are_not_there_are_told(run: Run) -> None:
    ran = run("interpret", "--settings", "nowhere.yaml")
    assert (ran.code, ran.out) == (1, "")
    assert "nowhere.yaml" in ran.err
    assert len(ran.err.splitlines()) <= 2


def test_every_problem_of_the_settings_is_told_with_its_place(run: Run, tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text("voice:\n  rate_wpm: fast\n  deadlin_s: 3\nnight:\n  duplex: both\n")
    ran = run("interpret", "--settings", "s.yaml")
    assert ran.code == 1
    *problems, last = ran.err.splitlines()
    assert [line.partition(": ")[0] for line in problems] == ["s.yaml:2:13", "s.yaml:3:14", "s.yaml:5:11"]
    assert last.startswith("crampvoice: s.yaml")


def test_settings_that_are_a_folder_are_told(run: Run, tmp_path: Path) -> None:
    ran = run("say", "hello", "--settings", tmp_path)
    assert ran.code == 1
    assert "Is a directory" in ran.err


def test_dialogs_that_are_not_there_are_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text("dialogs: nowhere\n")
    ran = run("topics", "--settings", "s.yaml")
    assert ran.code == 1
    assert "No dialogs at nowhere" in ran.err


@pytest.mark.needs_voice
def test_without_a_loudspeaker_the_exit_code_is_that_of_a_device(environment: dict[str, str], tmp_path: Path) -> None:
    ran = alone(environment, "say", "…", cwd=tmp_path)
    if ran.code == 0:
        pytest.skip("there is a loudspeaker")
    assert ran.code == 3
    assert "--out" in ran.err or "libportaudio2" in ran.err
    assert len(ran.err.splitlines()) == 1


@pytest.mark.parametrize("options", [(), ("--debug",)])
def test_what_nobody_foresaw_has_an_exit_code_of_its_own(
    environment: dict[str, str], tmp_path: Path, options: tuple[str, ...]
) -> None:
    code = (
        "import sys\nfrom crampvoice import app, cli\n"
        "def fail(settings):\n    raise KeyError('my leg hurts')\n"
        f"app.load_library = fail\nsys.argv = ['crampvoice', *{options}, 'topics']\ncli.main()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == UNEXPECTED_EXIT_CODE == os.EX_SOFTWARE
    *before, last = done.stderr.splitlines()
    assert last.startswith("crampvoice: Unexpected failure (KeyError in topics.py:")
    assert "'crampvoice --debug COMMAND'" in last
    assert ("my leg hurts" in done.stderr, "Traceback (most recent call last):" in before) == (bool(options), bool(options))
    assert bool(before) is bool(options)


def test_the_service_starts_again_after_all_but_mistakes_of_the_user() -> None:
    unit = (ROOT / "packaging" / "systemd" / "crampvoice.service").read_text(encoding="utf-8")
    (line,) = [line for line in unit.splitlines() if line.startswith("RestartPreventExitStatus=")]
    assert line.partition("=")[2].split() == [str(ContentError.exit_code), "2"]
    assert not {UNEXPECTED_EXIT_CODE, DeviceError.exit_code, EngineError.exit_code} & {ContentError.exit_code, 2}


@pytest.mark.needs_model
@pytest.mark.needs_voice
def test_a_wake_phrase_that_cannot_be_heard_is_told(environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text("night:\n  wake_phrase: hey crampvoice\n")
    recording = ROOT / "tests" / "recordings" / "night" / "stop.ogg"
    ran = alone(environment, "replay", recording, "--settings", "s.yaml", cwd=tmp_path)
    assert (ran.code, ran.out) == (1, "")
    assert "night.wake_phrase 'hey crampvoice' cannot be heard" in ran.err
    assert "no word crampvoice." in ran.err
    assert len(ran.err.splitlines()) == 1


def test_output_goes_through_any_encoding(environment: dict[str, str], tmp_path: Path) -> None:
    environment["PYTHONIOENCODING"] = "ascii"
    ran = alone(environment, "interpret", stdin=b"why do i get leg cramps\n", cwd=tmp_path)
    assert ran.code == 0, ran.err
    assert "“why do i get leg cramps”" in ran.out


def test_a_reader_that_goes_away_is_no_traceback(environment: dict[str, str], tmp_path: Path) -> None:
    with start(environment, "topics", cwd=tmp_path) as process:
        assert process.stdout is not None
        process.stdout.read(10)
        process.stdout.close()
        process.stdout = None
        _, err = process.communicate(timeout=60)
    assert b"Traceback" not in err


def test_messages_that_nobody_reads_any_more_change_no_exit_code(environment: dict[str, str]) -> None:
    code = "import sys; from crampvoice.cli import drop_unread; sys.stderr.buffer.write(b'lost'); drop_unread()"
    process = subprocess.Popen([sys.executable, "-c", code], env=environment, stderr=subprocess.PIPE)
    assert process.stderr is not None
    process.stderr.close()
    assert process.wait(30) == 0


def test_ctrl_c_while_it_waits_for_words_ends_it_quietly(environment: dict[str, str], tmp_path: Path) -> None:
    environment["PYTHONUNBUFFERED"] = "1"
    with start(environment, "interpret", cwd=tmp_path) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(b"why do i get leg cramps\n")
        process.stdin.flush()
        assert process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 130
        assert process.stderr is not None
        assert b"Traceback" not in process.stderr.read()


def test_the_text_commands_load_no_sound_library(environment: dict[str, str], tmp_path: Path) -> None:
    code = (
        "import sys\nfrom crampvoice import cli\nsys.argv = ['crampvoice', 'topics', 'relief.calf']\n"
        "try:\n    cli.main()\nexcept SystemExit:\n    print(sorted({'sounddevice', 'pyttsx3'} & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env={**environment, "PATH": os.environ["PATH"]}, capture_output=True, text=True, cwd=ROOT
    )
    assert done.stdout.splitlines()[-1] == "[]", done.stderr
