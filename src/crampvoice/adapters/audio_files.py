"""Sound files in and out: any kind libsndfile reads (WAV, FLAC, Ogg Vorbis and Opus, MP3, AIFF), at any rate."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import soxr

from crampvoice.adapters.clip_cache import write_clip
from crampvoice.audio.pcm import mixed_down, padded, to_pcm
from crampvoice.errors import ContentError
from crampvoice.messages import CHUNK_SAMPLES, RATE_HZ, AudioChunk, Clip

_BLOCK_VALUES = 65_536
"""How many values are read from a file at once, over all channels: 0.25 MB, however long the file is."""
_RATES_HZ = range(1_000, 768_001)
_CHUNK_BYTES = 2 * CHUNK_SAMPLES
_PLAYABLE = "play it in another program to see whether it is a recording, and save it as WAV, FLAC or OGG."
_CUT_OFF = "is cut off: its end is missing. Copy or record it again."
_WAV_DATA = re.compile(r"^data : (\d+) \(should be \d+\)$", re.MULTILINE)
_UNKNOWN_LENGTH = 0x7FFF_0000
"""Programs that write a WAV into a pipe cannot know its length and claim one near 2 or 4 GB; such a file is whole."""


class AudioFile:
    """A recording as an `AudioSource`: mixed to mono, resampled to 16 kHz, in chunks, in bounded memory."""

    def __init__(self, path: Path) -> None:
        """Name the file; it is opened when it is read."""
        self.path = path

    @property
    def duration_s(self) -> float:
        """Length in seconds, as the file itself says. Raises ContentError as `chunks` does."""
        with _opened(self.path) as file:
            return float(file.frames / file.samplerate)

    def chunks(self) -> Iterator[AudioChunk]:
        """Give the recording from its first sample on, the last chunk filled up with zeros.

        Raises ContentError if it is missing, not a file, not readable, not audio or empty; after what could be read,
        also if its end is missing.
        """
        with _opened(self.path) as file:
            whole = 0
            rest = b""
            for pcm in _resampled(self.path, file):
                rest += pcm
                count = len(rest) // _CHUNK_BYTES
                for index in range(count):
                    yield AudioChunk(
                        start=(whole + index) * CHUNK_SAMPLES,
                        pcm=rest[index * _CHUNK_BYTES : (index + 1) * _CHUNK_BYTES],
                    )
                whole += count
                rest = rest[count * _CHUNK_BYTES :]
            if rest:
                yield AudioChunk(start=whole * CHUNK_SAMPLES, pcm=padded(rest))
            if _is_cut_off(file):
                raise ContentError(f"{shown(self.path)} {_CUT_OFF}")


def load_clip(path: Path) -> Clip:
    """Read a short file whole, mixed to mono, at its own rate. Raises ContentError as `AudioFile.chunks` does."""
    with _opened(path) as file:
        pcm = b"".join(to_pcm(mixed_down(frames)) for frames in _blocks(path, file))
        if _is_cut_off(file):
            raise ContentError(f"{shown(path)} {_CUT_OFF}")
        return Clip(pcm=pcm, rate_hz=file.samplerate)


def save_clip(path: Path, clip: Clip) -> None:
    """Write a WAV file, whole or not at all; its folder is made. Raises ContentError (full disk, no permission)."""
    try:
        write_clip(path, clip)
    except OSError as error:
        reason = error.strerror or error
        raise ContentError(f"{shown(path)} cannot be written: {reason}. Free some space or name another folder.") from error


def shown(path: Path) -> str:
    """Write a path so that it fits into one line of a message, whatever characters its name has."""
    return str(path).encode("utf-8", "backslashreplace").decode().translate(_ESCAPES)


_ESCAPES = {code: f"\\x{code:02x}" for code in (*range(0x20), 0x7F)} | {ord("\n"): "\\n", ord("\t"): "\\t"}


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    """Open a file for libsndfile by its descriptor, so that any name will do."""
    try:
        if path.exists() and not path.is_file():
            kind = "a folder" if path.is_dir() else "not a regular file"
            raise ContentError(f"{shown(path)} is {kind}: name a recording.")
        raw = path.open("rb")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ContentError(f"{shown(path)} cannot be read: {reason}. Check its name and its permissions.") from error
    with raw:
        if not os.fstat(raw.fileno()).st_size:
            raise ContentError(f"{shown(path)} is empty (0 bytes): record it again.")
        with _as_sound(path, raw.fileno()) as file:
            yield file


def _as_sound(path: Path, descriptor: int) -> Any:
    try:
        file = soundfile.SoundFile(descriptor, closefd=False)
    except (soundfile.SoundFileError, RuntimeError, TypeError, ValueError) as error:
        raise ContentError(f"{shown(path)} is not audio that can be read; {_PLAYABLE}") from error
    if file.samplerate not in _RATES_HZ:
        file.close()
        raise ContentError(f"{shown(path)} has a sample rate of {file.samplerate} Hz; {_PLAYABLE}")
    if not file.frames:
        cut_off = _is_cut_off(file)
        file.close()
        raise ContentError(f"{shown(path)} " + (_CUT_OFF if cut_off else "holds no sound: record it again."))
    return file


def _blocks(path: Path, file: Any) -> Iterator[Any]:
    """Give frames, float32, (frames, channels), without values that are not numbers."""
    size = max(1, _BLOCK_VALUES // file.channels)
    while True:
        try:
            frames = file.read(size, dtype="float32", always_2d=True)
        except (soundfile.SoundFileError, RuntimeError) as error:
            raise ContentError(f"{shown(path)} is damaged or {_CUT_OFF.removeprefix('is ')}") from error
        if not len(frames):
            return
        yield np.nan_to_num(frames, nan=0.0, posinf=1.0, neginf=-1.0)


def _resampled(path: Path, file: Any) -> Iterator[bytes]:
    """Give int16 bytes at 16 kHz; the resampler carries its state from block to block."""
    stream = soxr.ResampleStream(file.samplerate, RATE_HZ, 1, dtype="float32")
    for frames in _blocks(path, file):
        yield to_pcm(stream.resample_chunk(mixed_down(frames)))
    yield to_pcm(stream.resample_chunk(np.zeros(0, dtype=np.float32), last=True))


def _is_cut_off(file: Any) -> bool:
    """Read from libsndfile's own report whether a WAV is shorter than it claims, or an Ogg ends within a page."""
    report = file.extra_info
    claimed = _WAV_DATA.search(report)
    if claimed:
        return 0 < int(claimed.group(1)) < _UNKNOWN_LENGTH
    return "Junk after the last page" in report
