"""Rendered speech on disk: the second time a sentence costs nothing.

Files are named by the sum of engine, voice, rate and text, and written under another name first, so a reader never meets a
half-written one; any number of processes may use one folder, and it may be deleted at any time.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import time
import wave
from contextlib import suppress
from pathlib import Path

from crampvoice.messages import Clip

_ABANDONED_S = 3600.0
"""How old a half-written file must be before it is removed, in seconds: its writer was killed."""

_EVERY = 50
"""How many new clips are written between two looks at the size of the folder."""


class ClipCache:
    """A bounded folder of clips."""

    def __init__(self, folder: Path, limit_mb: int) -> None:
        """Use `folder`; it is made when the first clip is kept. `limit_mb` bounds its size in megabytes."""
        self.folder = folder
        self.limit_bytes = limit_mb * 1_000_000
        self._written = 0

    def path(self, key: str) -> Path:
        """Where the clip of `key` is or would be."""
        name = hashlib.sha256(key.encode()).hexdigest()
        return self.folder / name[:2] / f"{name}.wav"

    def get(self, key: str) -> Clip | None:
        """Give the clip of `key`, or None; a damaged file is removed and counts as missing."""
        path = self.path(key)
        try:
            clip = read_clip(path)
        except FileNotFoundError:
            return None
        except (OSError, EOFError, wave.Error, ValueError, RuntimeError):
            with suppress(OSError):
                path.unlink()
            return None
        with suppress(OSError):
            os.utime(path)
        return clip

    def put(self, key: str, clip: Clip) -> None:
        """Keep a clip; a folder that cannot be written (full disk, no permission) is no reason not to speak."""
        with suppress(OSError):
            write_clip(self.path(key), clip)
            self._written += 1
            if self._written % _EVERY == 1:
                self.shrink()

    def shrink(self) -> None:
        """Remove what killed writers left, then the clips used longest ago until the folder is under its limit."""
        for path in self.folder.glob("*/.*.part"):
            with suppress(OSError):
                if time.time() - path.stat().st_mtime > _ABANDONED_S:
                    path.unlink()
        found = []
        for path in self.folder.glob("*/*.wav"):
            with suppress(OSError):
                stat = path.stat()
                found.append((stat.st_mtime, stat.st_size, path))
        total = sum(size for _, size, _ in found)
        for _, size, path in sorted(found):
            if total <= self.limit_bytes:
                return
            with suppress(OSError):
                path.unlink()
                total -= size


def read_clip(path: Path) -> Clip:
    """Read a 16-bit mono WAV file. Raises OSError, EOFError, wave.Error or ValueError."""
    with wave.open(str(path), "rb") as file:
        if (file.getnchannels(), file.getsampwidth()) != (1, 2):
            raise ValueError(f"{path} is not 16-bit mono")
        frames = file.getnframes()
        pcm = file.readframes(frames)
        if not frames or not file.getframerate() or len(pcm) != 2 * frames:
            raise ValueError(f"{path} is cut off or damaged")
        return Clip(pcm=pcm, rate_hz=file.getframerate())


def write_clip(path: Path, clip: Clip) -> None:
    """Write a clip as WAV, whole or not at all. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as raw, wave.open(raw, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(clip.rate_hz)
            file.writeframes(clip.pcm)
        os.chmod(temporary, 0o644)  # noqa: PTH101
        os.replace(temporary, path)  # noqa: PTH105
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)  # noqa: PTH108
        raise
