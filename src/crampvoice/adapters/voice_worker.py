"""The child process that owns the voice: reads one request a line, answers one line, and can be killed at any time.

pyttsx3 must not be trusted with the parent process: it prints to standard output, speaks only the last of two queued texts,
returns from `runAndWait` before the file is whole, hangs for ever on a path it cannot write, and cannot be interrupted. Here
it gets one `save_to_file` at a time. Run as `python -m crampvoice.adapters.voice_worker`.

Request: `{"text", "voice", "rate_wpm", "path"}`; answer: `{"path"}` or `{"error"}`. A request `{"voices": true}` is answered
with `{"voices": [...]}`.
"""

from __future__ import annotations

import ctypes
import json
import os
import sys
import time
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any

_RATE = 1
"""`espeakRATE` of `speak_lib.h`."""

WHOLE_WITHIN_S = 1.5
"""How long after `runAndWait` the file may take to be whole, in seconds."""


NO_SOUND = "the voice wrote no sound"
"""The answer when nothing came of a request: now and then eSpeak loses one, and only a new process helps."""


def load_speech_library() -> str:
    """Make eSpeak NG known to pyttsx3: the system's own if there is one, otherwise the one that comes from PyPI.

    Gives the path or soname that was loaded. Raises OSError if there is neither.
    """
    for soname in ("libespeak-ng.so.1", "libespeak.so.1"):
        try:
            ctypes.CDLL(soname, mode=ctypes.RTLD_GLOBAL)
            return soname
        except OSError:
            continue
    import espeakng_loader

    path = str(espeakng_loader.get_library_path())
    os.environ.setdefault("ESPEAK_DATA_PATH", str(Path(espeakng_loader.get_data_path()).parent))
    ctypes.CDLL(path, mode=ctypes.RTLD_GLOBAL)
    return path


def voice_names(engine: Any) -> list[str]:
    """List the voice ids the engine knows, short form ("en-us"), sorted."""
    return sorted({str(voice.id).rpartition("/")[2] for voice in engine.getProperty("voices")})


def is_voice(engine: Any, voice: str) -> bool:
    """Tell whether a voice id exists, with its variant if it names one ("en-us+f3"); eSpeak itself ignores a wrong variant."""
    base, _, variant = voice.partition("+")
    known_variant = not variant or ("/" not in variant and (_data_folder() / "voices" / "!v" / variant).is_file())
    return base.lower() in voice_names(engine) and known_variant


def _library() -> ctypes.CDLL:
    return ctypes.CDLL(load_speech_library())


def _data_folder() -> Path:
    library = _library()
    library.espeak_Info.restype = ctypes.c_char_p
    path = ctypes.c_char_p()
    library.espeak_Info(ctypes.byref(path))
    return Path((path.value or b"").decode())


def render(engine: Any, request: dict[str, Any]) -> dict[str, Any]:
    """Render one text to the WAV file named in the request."""
    voice = str(request["voice"])
    if not is_voice(engine, voice):
        return {"error": f"unknown voice '{voice}'"}
    errors: list[str] = []
    finished: list[bool] = []
    rate_wpm, path = int(request["rate_wpm"]), Path(request["path"])
    tokens = [
        engine.connect("started-utterance", lambda name: _set_rate(rate_wpm)),
        engine.connect("finished-utterance", lambda name, completed: finished.append(completed)),
        engine.connect("error", lambda name, exception: errors.append(str(exception))),
    ]
    try:
        engine.setProperty("voice", voice)
        engine.save_to_file(request["text"], str(path))
        engine.runAndWait()
        whole = not errors and _within(WHOLE_WITHIN_S, lambda: bool(finished) and not engine.isBusy() and _is_whole(path))
        _library().espeak_Synchronize()
    finally:
        for token in tokens:
            engine.disconnect(token)
    if errors:
        return {"error": errors[0]}
    return {"path": str(path)} if whole else {"error": NO_SOUND}


def _set_rate(rate_wpm: int) -> None:
    """Set the rate just before a text is spoken, and wait until eSpeak's own thread has taken it.

    pyttsx3 cancels whatever that thread is at when a text begins: a rate that was set before is lost now and then, or the
    text itself.
    """
    library = _library()
    library.espeak_SetParameter(_RATE, rate_wpm, 0)
    library.espeak_Synchronize()


def _within(limit_s: float, ready: Callable[[], bool]) -> bool:
    """Wait until eSpeak's thread is done: a text that comes while it still tidies up would be lost."""
    until = time.monotonic() + limit_s
    while time.monotonic() < until:
        if ready():
            return True
        time.sleep(0.002)
    return False


def _is_whole(path: Path) -> bool:
    try:
        with wave.open(str(path), "rb") as file:
            frames = file.getnframes()
            return frames > 0 and len(file.readframes(frames)) == frames * file.getsampwidth()
    except (OSError, EOFError, wave.Error):
        return False


def main() -> None:
    """Serve requests until standard input closes."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    try:
        load_speech_library()
        import pyttsx3

        engine = pyttsx3.init()
    except Exception as error:  # whatever the library raises is the answer
        print(json.dumps({"error": f"no voice: {error}"}), file=answers, flush=True)
        return
    print(json.dumps({"ready": True}), file=answers, flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = {"voices": voice_names(engine)} if "voices" in request else render(engine, request)
        except Exception as error:  # one bad request must not end the worker
            answer = {"error": str(error) or type(error).__name__}
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
