"""Measure `crampvoice listen` over real PortAudio streams: delay of its answers, and its work while nobody speaks.

    python benchmarks/live_nights.py [--every 3]

A PulseAudio server with a virtual microphone and loudspeaker is started. Both are recorded, each block with the time it came
at; a delay goes from the end of the last word in the room to the first sound of the loudspeaker, buffers of the devices
included. Each recording is said into a new night that was just woken, and replayed into another, so that both figures are
about the same words.
"""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import numpy as np
import psutil

from replay_nights import FOLDERS, ROOT, Bench, delays, last_word, listed, percentile, sound

sys.path.insert(0, str(ROOT.parent / "live"))
from bedroom import PulseServer, alsa_configuration, environment, missing_programs

from crampvoice.audio.pcm import Samples
from crampvoice.messages import RATE_HZ

CRAMPVOICE = (sys.executable, "-m", "crampvoice")
WINDOW_S = 10.0
WINDOWS = 5
"""The work of a quiet night is counted in some windows one after the other: on a shared machine one of them says little."""
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
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--every", type=int, default=3, help="take only every n-th recording")
    options = parser.parse_args()
    if missing := missing_programs():
        sys.exit(f"{', '.join(missing)} missing: apt-get install pulseaudio pulseaudio-utils libasound2-plugins libportaudio2")
    files = listed(*FOLDERS)[:: options.every]
    with tempfile.TemporaryDirectory(prefix="bed-") as name:
        bed = Bed(Path(name))
        try:
            measure(bed, files)
        finally:
            bed.server.stop()


class Bed:
    """A virtual microphone and loudspeaker, both on tape, and nights between them."""

    def __init__(self, folder: Path) -> None:
        """Start the server and render everything that can be said."""
        self.server = PulseServer(folder / "p")
        self.server.start()
        configuration = alsa_configuration(folder, self.server, self.server)
        self._environment = {**environment(folder), "ALSA_CONFIG_PATH": str(configuration)}
        subprocess.run([*CRAMPVOICE, "prerender"], env=self._environment, capture_output=True, check=True)
        self.room, self.speaker = Tape(self.server, "room"), Tape(self.server, "speaker")

    @contextmanager
    def night(self) -> Iterator[subprocess.Popen[str]]:
        """Run `crampvoice listen`, from when both devices carry sound."""
        listening = subprocess.Popen([*CRAMPVOICE, "listen"], env=self._environment, stderr=subprocess.PIPE, text=True)
        assert listening.stderr is not None
        try:
            for _ in range(2):
                listening.stderr.readline()
            time.sleep(1)
            yield listening
        finally:
            listening.terminate()
            listening.communicate(timeout=10)


def measure(bed: Bed, files: Sequence[Path]) -> None:
    """Measure a quiet night, then a new one for each recording, live and replayed."""
    with bed.night() as listening:
        time.sleep(8)
        work = list(shares_of_a_core(psutil.Process(listening.pid)))
    bench = Bench("crampvoice")
    pairs = [(answered(bed, sound(file)), next(delays(bench, [file]))) for file in files]
    both = [(live, replayed) for live, replayed in pairs if live is not None and replayed is not None]
    print(f"answered {sum(live is not None for live, _ in pairs)} of {len(files)}")
    print(f"work in a quiet room: median {median(work):.1f} %, {min(work):.1f} to {max(work):.1f} % of a core")
    for name, seconds in (
        ("live", [live for live, _ in both]),
        ("replayed", [replayed for _, replayed in both]),
        ("live minus replayed", [live - replayed for live, replayed in both]),
    ):
        print(f"last word to first sound, {name}: median {median(seconds):.2f} s, 95 % {percentile(seconds, 0.95):.2f} s")


def shares_of_a_core(process: psutil.Process) -> Iterator[float]:
    """Give the work of a process, window by window, in percent of a core."""
    for _ in range(WINDOWS):
        before = process.cpu_times()
        time.sleep(WINDOW_S)
        after = process.cpu_times()
        yield 100 * (after.user + after.system - before.user - before.system) / WINDOW_S


def answered(bed: Bed, spoken: Samples) -> float | None:
    """Say something into a new night that was just woken; give the seconds to its answer, or None without one."""
    begin = int(np.flatnonzero(np.abs(spoken) > 0.003)[0]) / RATE_HZ
    with bed.night() as listening:
        listening.send_signal(signal.SIGUSR1)
        time.sleep(0.5)
        began_s = time.monotonic()
        bed.server.play(spoken).wait(30)
        time.sleep(1.5)
        heard, said = bed.room.first_sound(began_s), bed.speaker.first_sound(began_s)
    if heard is None or said is None:
        return None
    return said - (heard - begin + last_word(spoken) / RATE_HZ)


if __name__ == "__main__":
    main()
