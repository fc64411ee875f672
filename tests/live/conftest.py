"""Servers, devices and a loop in its own thread for the live tests."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from bedroom import ROOT, PulseServer, alsa_configuration, missing_programs

from crampvoice.adapters.speech_model import SpeechModel


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder with a short path: the names of sockets are limited to 107 characters."""
    path = Path(tempfile.mkdtemp(prefix="bed-"))
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def servers(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[PulseServer, PulseServer]]:
    """Two servers that are not started yet, one for the microphone and one for the loudspeaker."""
    if missing := missing_programs():
        pytest.skip(f"{', '.join(missing)} missing: apt install pulseaudio pulseaudio-utils libasound2-plugins")
    sd = pytest.importorskip("sounddevice", reason="PortAudio missing: apt install libportaudio2", exc_type=OSError)
    mic, speaker = PulseServer(folder / "m"), PulseServer(folder / "s")
    monkeypatch.setenv("ALSA_CONFIG_PATH", str(alsa_configuration(folder, mic, speaker)))
    for name in [name for name in os.environ if name.startswith("PULSE_")]:
        monkeypatch.delenv(name)
    yield mic, speaker
    mic.stop()
    speaker.stop()
    sd._terminate()
    sd._initialize()


@pytest.fixture
def bedroom(servers: tuple[PulseServer, PulseServer]) -> tuple[PulseServer, PulseServer]:
    """Both servers running, and PortAudio started anew so that it knows the devices."""
    import sounddevice as sd

    for server in servers:
        server.start()
    sd._terminate()
    sd._initialize()
    return servers


@pytest.fixture(scope="session")
def model() -> SpeechModel:
    """The speech model that comes along; skips if it is not there."""
    model_folder = ROOT / "models" / "vosk-model-small-en-us-0.15"
    if not (model_folder / "am" / "final.mdl").exists():
        pytest.skip("needs the speech model: check out models/ (see models/README.md)")
    return SpeechModel(model_folder)
