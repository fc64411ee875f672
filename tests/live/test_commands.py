"""`crampvoice devices` and `crampvoice check --live` as processes, with a virtual microphone and loudspeaker."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import soundfile
from bedroom import ROOT, PulseServer, environment

pytestmark = [pytest.mark.needs_audio, pytest.mark.timeout(120)]

Servers = tuple[PulseServer, PulseServer]
CRY = ROOT / "tests" / "recordings" / "help me it's cramping.ogg"


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "crampvoice", *arguments]
    return subprocess.run(command, env=environment(folder), capture_output=True, text=True, check=False)


def check_live(folder: Path, microphone: PulseServer | None = None) -> tuple[int, str, str]:
    """Run the check; when it asks for it, speak into the microphone. Gives the exit code and what was written."""
    command = [sys.executable, "-m", "crampvoice", "check", "--live", "--seconds", "4"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, env=environment(folder), stdout=pipe, stderr=pipe, text=True) as process:
        assert process.stdout is not None
        asked = any(line.startswith("Say, ") for line in process.stdout)
        if asked and microphone is not None:
            microphone.play(soundfile.read(CRY, dtype="float32")[0]).wait(30)
        out, err = process.communicate(timeout=60)
    assert asked, err
    return process.returncode, out, err


def test_the_devices_are_listed_with_what_they_can_do(bedroom: Servers, folder: Path) -> None:
    ran = run(folder, "devices")
    assert ran.returncode == 0, ran.stderr
    rows = [re.split(r" {2,}", line.strip()) for line in ran.stdout.splitlines()]
    can = {row[1]: row[3:] for row in rows if len(row) == 5}
    assert can["bedmic"] == ["works", "busy, or no rate fits"]
    assert can["bedspeaker"][1] == "works"
    assert can["default"] == ["works, default", "works, default"]
    assert "--microphone" in ran.stdout


def test_without_any_device_that_is_told(servers: Servers, folder: Path) -> None:
    ran = run(folder, "devices")
    assert ran.returncode == 3
    assert "neither a microphone nor a loudspeaker" in ran.stderr
    assert len(ran.stderr.splitlines()) == 1


@pytest.mark.needs_model
@pytest.mark.needs_voice
def test_the_microphone_is_judged_by_what_is_said_into_it(bedroom: Servers, folder: Path) -> None:
    code, out, err = check_live(folder, bedroom[0])
    assert (code, err) == (0, "")
    assert "Microphone 'default': speech -" in out
    assert "0 samples cut off" in out


@pytest.mark.needs_model
@pytest.mark.needs_voice
def test_a_microphone_of_zeros_is_told(bedroom: Servers, folder: Path) -> None:
    code, out, _ = check_live(folder)
    assert code == 0
    assert "Microphone '" not in out
    assert out.strip()


@pytest.mark.needs_model
@pytest.mark.needs_voice
def test_without_a_microphone_the_check_ends_with_the_exit_code_of_a_device(servers: Servers, folder: Path) -> None:
    code, _, err = check_live(folder)
    assert code == 3
    assert err.startswith("crampvoice: ")
    assert len(err.splitlines()) == 1
