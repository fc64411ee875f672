"""A bedroom without a sound card: PulseAudio servers with a microphone to speak into and a loudspeaker to hear.

Each server has two null sinks. `room` is the air in front of the microphone `mic`; `speaker` is the loudspeaker. ALSA
devices `bedmic` and `bedspeaker` lead there, by a configuration of our own, so that nothing of the machine is touched.
`norewinds` keeps the null sinks from rendering two seconds ahead.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from crampvoice.adapters.clip_cache import write_clip
from crampvoice.messages import RATE_HZ, Clip

ROOT = Path(__file__).parents[2]

MODULES = (
    "module-native-protocol-unix",
    "module-null-sink sink_name=speaker rate=22050 channels=1 norewinds=1",
    "module-null-sink sink_name=room rate=16000 channels=1 norewinds=1",
    "module-remap-source master=room.monitor source_name=mic",
)

ALSA = """
pcm.bedmic {{ type pulse server "unix:{mic}" device mic hint {{ show on description "microphone" }} }}
pcm.bedspeaker {{ type pulse server "unix:{speaker}" device speaker hint {{ show on description "loudspeaker" }} }}
pcm.default {{ type asym playback.pcm "bedspeaker" capture.pcm "bedmic" }}
"""


class PulseServer:
    """One PulseAudio server with its own runtime folder; end it with `stop`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.socket = folder / "pulse" / "native"
        self._environment = {**os.environ, "XDG_RUNTIME_DIR": str(folder), "HOME": str(folder)}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.folder.mkdir(mode=0o700, exist_ok=True)
        shutil.rmtree(self.folder / "pulse", ignore_errors=True)
        loads = [part for module in MODULES for part in ("-L", module)]
        command = ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--disallow-exit", *loads]
        quiet = subprocess.DEVNULL
        self._process = subprocess.Popen(command, env=self._environment, stdin=quiet, stdout=quiet, stderr=quiet)
        until = time.monotonic() + 10
        while "mic" not in self._pactl("list", "short", "sources"):
            assert time.monotonic() < until, "PulseAudio does not start"
            time.sleep(0.05)

    def stop(self) -> None:
        """End it as a cable that is pulled out does: without a word."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
            self._process = None

    def play(self, sound: npt.NDArray[np.float32], sink: str = "room") -> subprocess.Popen[bytes]:
        """Begin to play sound at 16 kHz; gives the player, which ends with the sound."""
        path = self.folder / f"{time.monotonic_ns()}.wav"
        pcm = (np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes()
        write_clip(path, Clip(pcm=pcm, rate_hz=RATE_HZ))
        return subprocess.Popen(["paplay", f"--device={sink}", str(path)], env=self._environment)

    def record(self, path: Path, sink: str = "speaker", stdout: int | None = None) -> subprocess.Popen[bytes]:
        """Begin to record what a sink plays, int16 at 16 kHz; end the recorder with `terminate`."""
        form = ["--rate=16000", "--channels=1", "--format=s16le", "--raw", "--latency-msec=20"]
        command = ["parecord", f"--device={sink}.monitor", *form, str(path)]
        return subprocess.Popen(command, env=self._environment, stdout=stdout)

    def _pactl(self, *arguments: str) -> str:
        done = subprocess.run(["pactl", *arguments], env=self._environment, capture_output=True, text=True, check=False)
        return done.stdout


def alsa_configuration(folder: Path, mic: PulseServer, speaker: PulseServer) -> Path:
    """Write an ALSA configuration in which only the two virtual devices exist."""
    path = folder / "asound.conf"
    path.write_text(ALSA.format(mic=mic.socket, speaker=speaker.socket))
    return path


def environment(folder: Path) -> dict[str, str]:
    """Give the environment for a `crampvoice` that keeps its settings, clips and diary in a folder."""
    own = {f"XDG_{kind}_HOME": str(folder / kind) for kind in ("CACHE", "DATA", "CONFIG")}
    return {**os.environ, "PYTHONPATH": str(ROOT / "src"), **own}


def missing_programs(names: Sequence[str] = ("pulseaudio", "pactl", "paplay", "parecord")) -> list[str]:
    """Give the programs that are not installed."""
    return [name for name in names if shutil.which(name) is None]
