"""Measure `crampvoice listen` over real PortAudio streams: delay of its answers, and its work while nobody speaks.

    python benchmarks/live_nights.py

A PulseAudio server with a virtual microphone and loudspeaker is started (apt install pulseaudio pulseaudio-utils
libasound2-plugins libportaudio2). Both are recorded, each block with the time it came at; a delay goes from the end of the
last word in the room to the first sound of the loudspeaker, buffers of the devices included.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from statistics import median

import numpy as np
import psutil

from replay_nights import ROOT, last_word, percentile, sound

sys.path.insert(0, str(ROOT.parent / "live"))
from bedroom import PulseServer, alsa_configuration

from crampvoice.audio.pcm import Samples
from crampvoice.messages import RATE_HZ

QUIET_S = 30.0
BLOCK = 320
"""Samples read at a time: 20 ms."""


class Tape(threading.Thread):
    """Records a sink; knows when each block came."""

    def __init__(self, server: PulseServer, sink: str) -> None:
        """Begin to record."""
        super().__init__(daemon=True)
        self.blocks: list[tuple[float, Samples]] = []
        self._recorder = server.record(Path("/dev/stdout"), sink, stdout=subprocess.PIPE)
        self.start()

    def run(self) -> None:
        """Read until the recorder ends."""
        assert self._recorder.stdout is not None
        while block := self._recorder.stdout.read(2 * BLOCK):
            pcm = np.frombuffer(block, "<i2").astype(np.float32) / 32768
            self.blocks.append((time.monotonic(), pcm))

    def first_sound(self, after_s: float) -> float | None:
        """Give the time of the first block with sound from a time on."""
        return next((at for at, pcm in list(self.blocks) if at > after_s and np.abs(pcm).max() > 0.003), None)


def main() -> None:
    """Speak recordings of the tests to it, when everything it can say is in the cache."""
    with tempfile.TemporaryDirectory(prefix="bed-") as name:
        folder = Path(name)
        server = PulseServer(folder / "p")
        server.start()
        environment = {key: value for key, value in os.environ.items() if not key.startswith("PULSE_")}
        environment |= {f"XDG_{kind}_HOME": str(folder / kind) for kind in ("CACHE", "DATA", "CONFIG")}
        environment["ALSA_CONFIG_PATH"] = str(alsa_configuration(folder, server, server))
        crampvoice = [sys.executable, "-m", "crampvoice"]
        subprocess.run([*crampvoice, "prerender"], env=environment, capture_output=True, check=True)
        listening = subprocess.Popen([*crampvoice, "listen"], env=environment)
        try:
            measure(server, listening)
        finally:
            listening.terminate()
            listening.wait(10)
            server.stop()


def measure(server: PulseServer, listening: subprocess.Popen[bytes]) -> None:
    """Measure a running night."""
    room, speaker = Tape(server, "room"), Tape(server, "speaker")
    time.sleep(8)
    process = psutil.Process(listening.pid)
    before = process.cpu_times()
    time.sleep(QUIET_S)
    after = process.cpu_times()
    work = after.user + after.system - before.user - before.system
    files = [*sorted(ROOT.glob("*.ogg")), *sorted((ROOT / "topics").glob("*.ogg"))][::6]
    answers = [answered(server, listening, room, speaker, sound(file)) for file in files]
    delays = [delay for delay in answers if delay is not None]
    print(f"answers {len(delays)} of {len(files)}, work in a quiet room {100 * work / QUIET_S:.1f} % of a core")
    print(f"last word to first sound: median {median(delays):.2f} s, 95th percentile {percentile(delays, 0.95):.2f} s")


def answered(
    server: PulseServer, listening: subprocess.Popen[bytes], room: Tape, speaker: Tape, spoken: Samples
) -> float | None:
    """Say something to it; give the seconds to its answer, or None without one."""
    listening.send_signal(signal.SIGUSR1)
    time.sleep(1)
    began_s = time.monotonic()
    server.play(spoken).wait(30)
    time.sleep(1.5)
    heard = room.first_sound(began_s)
    begin = int(np.flatnonzero(np.abs(spoken) > 0.003)[0]) / RATE_HZ
    said = speaker.first_sound(began_s)
    wait_until_silent(speaker)
    if heard is None or said is None:
        return None
    return said - (heard - begin + last_word(spoken) / RATE_HZ)


def wait_until_silent(speaker: Tape) -> None:
    """Wait until nothing has been said for two seconds."""
    until = time.monotonic() + 60
    while time.monotonic() < until and speaker.first_sound(time.monotonic() - 2.0) is not None:
        time.sleep(0.5)


if __name__ == "__main__":
    main()
