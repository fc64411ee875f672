"""Running commands, and the sounds they are given."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

from crampvoice.messages import RATE_HZ

ROOT = Path(__file__).parents[2]
RECORDINGS = ROOT / "tests" / "recordings"
Sound = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def objects(self) -> list[dict[str, Any]]:
        """Every line of standard output as JSON; anything else there fails."""
        return [json.loads(line) for line in self.out.splitlines()]


Run = Callable[..., Ran]


def start(environment: dict[str, str], *arguments: str | Path, **options: Any) -> subprocess.Popen[bytes]:
    """Start a command in a process of its own."""
    command = [sys.executable, "-m", "crampvoice", *map(str, arguments)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, stderr=pipe, preexec_fn=_hear_ctrl_c, **options)


def _hear_ctrl_c() -> None:
    """Undo what a shell does to programs in its background: they ignore SIGINT, and so would their children."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def alone(environment: dict[str, str], *arguments: str | Path, stdin: bytes = b"", **options: Any) -> Ran:
    """Run a command in a process of its own to its end."""
    with start(environment, *arguments, **options) as process:
        out, err = process.communicate(stdin, timeout=120)
    return Ran(process.returncode, out.decode(), err.decode())


def words(name: str) -> Sound:
    """Give a recording, float32, (samples,), at 16 kHz."""
    samples: Sound = soundfile.read(RECORDINGS / f"{name}.ogg", dtype="float32")[0]
    return samples


def quiet(seconds: float) -> Sound:
    """Give digital silence at 16 kHz."""
    return np.zeros(round(seconds * RATE_HZ), dtype=np.float32)


def write(path: Path, samples: Sound, *, rate_hz: int = RATE_HZ, channels: int = 1, subtype: str = "PCM_16") -> Path:
    """Write 16 kHz samples to a file of another kind."""
    resampled = soxr.resample(samples, RATE_HZ, rate_hz)
    soundfile.write(path, np.repeat(resampled[:, None], channels, axis=1), rate_hz, subtype=subtype)
    return path
