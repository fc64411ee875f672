"""Make the recordings of `night/`: things said at night, by the voices of flite (Debian package `flite`).

    python tests/recordings/make_recordings.py

Each file is named after its words. Ogg Opus, mono, 16 kHz, silence cut from both ends.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import soundfile
import soxr

RATE_HZ = 16_000
FOLDER = Path(__file__).parent / "night"
SPOKEN = {
    "i've got a cramp in my calf": "slt",
    "stop": "slt",
    "next": "slt",
    "louder please": "slt",
    "good night": "slt",
    "my leg hurts": "slt",
    "i can't breathe": "slt",
    "hello night helper": "slt",
    "where is my book": "slt",
    "the tall green house": "rms",
    "can i have a pizza with mushrooms": "rms",
}
"""Words and the voice that says them."""


def main() -> None:
    """Speak every file anew."""
    FOLDER.mkdir(exist_ok=True)
    for text, voice in SPOKEN.items():
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "spoken.wav"
            subprocess.run(["flite", "-voice", voice, "-t", text, "-o", str(path)], check=True)
            sound, rate_hz = soundfile.read(path, dtype="float32")
        sound = soxr.resample(sound, rate_hz, RATE_HZ)
        loud = np.flatnonzero(np.abs(sound) > 0.01)
        sound = sound[loud[0] : loud[-1] + 1] * (0.3 / np.abs(sound).max())
        soundfile.write(FOLDER / f"{text}.ogg", sound, RATE_HZ, format="OGG", subtype="OPUS")


if __name__ == "__main__":
    sys.exit(main())
