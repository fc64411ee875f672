"""The Vosk model: which files it needs, whether they are the right ones, and the words it knows."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from crampvoice.errors import EngineError
from crampvoice.messages import RATE_HZ

SUMS_FILE = "SHA256SUMS"
"""Lies beside the model folders, in the format of `sha256sum`, with paths relative to itself."""

_KALDI, _FST, _TEXT = b"\0B", (2125659606).to_bytes(4, "little"), b""
_FILES = {
    "am/final.mdl": _KALDI,
    "conf/mfcc.conf": _TEXT,
    "conf/model.conf": _TEXT,
    "graph/Gr.fst": _FST,
    "graph/HCLr.fst": _FST,
    "graph/disambig_tid.int": _TEXT,
    "ivector/final.dubm": _KALDI,
    "ivector/final.ie": _KALDI,
    "ivector/final.mat": _KALDI,
    "ivector/global_cmvn.stats": _TEXT,
    "ivector/online_cmvn.conf": _TEXT,
    "ivector/splice.conf": _TEXT,
}
"""The files of a model with a dynamic graph, and how each begins (Kaldi's binary mark, OpenFst's magic number)."""

_CHECKED_AT_LOAD_BYTES = 10_000
"""Files up to this size are summed at every load: cut off, two of them make Vosk crash."""
_OTHER = "Name the folder of an unpacked Vosk model with a dynamic graph, or reinstall crampvoice."
_NO_WORD = frozenset("<>[]#!\0")


class SpeechModel:
    """One loaded model, shared by every recognizer."""

    def __init__(self, folder: Path) -> None:
        """Load the model in `folder`: 0.4 to 0.6 s, 150 MB. Raises EngineError that names a file missing or wrong."""
        self.folder = folder
        _check_files(folder)
        import vosk

        vosk.SetLogLevel(-1)
        self._vosk = vosk
        try:
            with _quiet_standard_error():
                self._model = vosk.Model(str(folder))
        except Exception as error:  # Vosk raises bare Exceptions
            raise self._unusable(error) from error

    def recognizer(self, phrases: Sequence[str] = ()) -> Any:
        """Make a Vosk recognizer: of the open graph, or of a grammar of phrases whose words are all known.

        Raises EngineError.
        """
        grammar = (json.dumps(list(phrases)),) if phrases else ()
        try:
            with _quiet_standard_error():
                return self._vosk.KaldiRecognizer(self._model, RATE_HZ, *grammar)
        except Exception as error:
            raise self._unusable(error) from error

    def knows(self, word: str) -> bool:
        """Tell whether the word is in the vocabulary; no decode can produce one that is not."""
        return bool(word) and _NO_WORD.isdisjoint(word) and bool(self._model.vosk_model_find_word(word) >= 0)

    def unknown_words(self, phrases: Iterable[str]) -> list[str]:
        """List the words of some phrases that cannot be heard, sorted."""
        return sorted(word for word in {word for phrase in phrases for word in phrase.split()} if not self.knows(word))

    def known_part(self, phrases: Iterable[str]) -> list[str]:
        """Give the phrases without the words that are not known and without repeats, as a grammar needs them."""
        shortened = (" ".join(word for word in phrase.split() if self.knows(word)) for phrase in phrases)
        return list(dict.fromkeys(phrase for phrase in shortened if phrase))

    def _unusable(self, error: Exception) -> EngineError:
        wrong = wrong_files(self.folder)
        what = f"{wrong[0]} is not the file it should be" if wrong else f"{self.folder} is not a usable Vosk model ({error})"
        return EngineError(f"{what}. {_OTHER}")


def wrong_files(folder: Path, *, up_to_bytes: int | None = None) -> list[Path]:
    """List the files of the model that are missing or whose SHA-256 is not the one in `SUMS_FILE`; 0.2 s.

    A model without sums beside it has none to be wrong. Files above `up_to_bytes` are left out. Raises EngineError if
    the sums cannot be read.
    """
    wrong = []
    for path, expected in _sums(folder):
        try:
            if up_to_bytes is not None and path.stat().st_size > up_to_bytes:
                continue
            with path.open("rb") as file:
                matches = hashlib.file_digest(file, "sha256").hexdigest() == expected
        except OSError:
            matches = False
        if not matches:
            wrong.append(path)
    return wrong


def read_words(path: Path) -> list[str]:
    """Read a word list, one word a line. Raises EngineError."""
    return _read(path).split()


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise EngineError(f"{path} cannot be read ({error}): reinstall crampvoice.") from error


def _sums(folder: Path) -> Iterator[tuple[Path, str]]:
    folder = folder.resolve()
    listed = folder.parent / SUMS_FILE
    if not listed.exists():
        return
    for line in _read(listed).splitlines():
        expected, _, name = line.partition("  ")
        if name.startswith(f"{folder.name}/"):
            yield folder.parent / name, expected


def _check_files(folder: Path) -> None:
    if not folder.is_dir():
        raise EngineError(f"No speech model at {folder}. {_OTHER}")
    for name, beginning in _FILES.items():
        path = folder / name
        try:
            with path.open("rb") as file:
                found = file.read(max(1, len(beginning)))
        except OSError as error:
            reason = "is missing" if isinstance(error, FileNotFoundError) else f"cannot be read: {error.strerror}"
            raise EngineError(f"{path} {reason}. {_OTHER}") from error
        if not found or not found.startswith(beginning):
            raise EngineError(f"{path} is {'not part of a Vosk model' if found else 'empty'}. {_OTHER}")
    for path in wrong_files(folder, up_to_bytes=_CHECKED_AT_LOAD_BYTES):
        raise EngineError(f"{path} is not the file it should be. {_OTHER}")


@contextmanager
def _quiet_standard_error() -> Iterator[None]:
    """Keep Vosk's stack traces, which it writes past Python, out of sight: the EngineError says it in one line."""
    try:
        kept = os.dup(2)
    except OSError:
        yield
        return
    try:
        with Path(os.devnull).open("wb") as nowhere:
            os.dup2(nowhere.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
