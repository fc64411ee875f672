"""Playing one clip: the errors where there is no loudspeaker, and the sound where there is one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PLAY = """
from crampvoice.adapters.clip_player import play_clip
from crampvoice.errors import DeviceError
from crampvoice.messages import Clip
try:
    play_clip(Clip(pcm=bytes(2000), rate_hz=22_050))
except DeviceError as error:
    print(error)
"""
WITHOUT_PORTAUDIO = """
import ctypes.util
ctypes.util.find_library = lambda name: None
import sys
sys.modules.pop("sounddevice", None)
"""


def play(program: str) -> str:
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT / "src"),
        "PULSE_SERVER": "unix:/nowhere",
    }
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, timeout=60, check=True
    )
    return done.stdout


def test_without_a_loudspeaker_it_says_what_to_do() -> None:
    told = play(PLAY)
    if not told:
        pytest.skip("there is a loudspeaker")
    if "libportaudio2" not in told:
        assert "The loudspeaker cannot be used" in told
        assert "crampvoice devices" in told
    assert len(told.splitlines()) == 1


def test_without_portaudio_it_names_the_package() -> None:
    told = play(WITHOUT_PORTAUDIO + PLAY)
    assert "sudo apt install libportaudio2" in told
    assert len(told.splitlines()) == 1
