"""The voice: pyttsx3 in a worker process with a deadline, in front of it a cache of clips."""

from __future__ import annotations

import json
import logging
import queue
import subprocess
import sys
import tempfile
import threading
import wave
from pathlib import Path
from typing import Any

from crampvoice.adapters.clip_cache import ClipCache, read_clip
from crampvoice.adapters.voice_worker import NO_SOUND
from crampvoice.audio.pcm import trim_silence
from crampvoice.errors import EngineError
from crampvoice.messages import Clip
from crampvoice.settings import VoiceSettings

_log = logging.getLogger(__name__)

START_WITHIN_S = 15.0
"""How long the worker may take to say that it is ready, in seconds: importing on a slow board takes a few."""

_NO_VOICE = "Run 'crampvoice check' to see what is missing."
_CLOSED = "The voice is closed: make a new one."


class Pyttsx3Synthesizer:
    """Renders sentences; implements `ports.Synthesizer`.

    One worker process owns the engine, whatever the rate. When it does not answer within the deadline it is killed and a new
    one is tried once, so that a hung engine costs one deadline and not the night.
    """

    def __init__(self, settings: VoiceSettings, cache: ClipCache) -> None:
        """Prepare; the worker starts with the first sentence that is not in the cache."""
        self._settings = settings
        self._cache = cache
        self._worker: _Worker | None = None
        self._closed = False
        self._lock = threading.Lock()

    def render(self, text: str, rate_wpm: int | None = None) -> Clip:
        """Render one sentence to a clip, int16 mono at the rate of the voice (22,050 Hz for eSpeak).

        `rate_wpm` is the speed in words per minute; None is that of the settings. Raises EngineError when there is no voice,
        the voice's name is unknown, it failed twice, its sound cannot be stored, or it is closed.
        """
        rate_wpm = rate_wpm or self._settings.rate_wpm
        text = text.encode("utf-8", "ignore").decode()  # a command line may hold bytes that are no text
        key = f"pyttsx3-2.99|{self._settings.name}|{rate_wpm}|{text}"
        if clip := self._cache.get(key):
            return clip
        with self._lock:
            clip = self._rendered(text, rate_wpm)
        self._cache.put(key, clip)
        return clip

    def voices(self) -> list[str]:
        """List the voice ids there are. Raises EngineError."""
        with self._lock:
            return list(self._ask({"voices": True})["voices"])

    def close(self) -> None:
        """End the worker for good, also while another thread waits for it, which then gets an EngineError."""
        self._closed = True
        self._end_worker()

    def _rendered(self, text: str, rate_wpm: int) -> Clip:
        try:
            temporary = tempfile.TemporaryDirectory(prefix="crampvoice-", ignore_cleanup_errors=True)
        except OSError as error:
            message = f"The voice has no folder for temporary files ({error.strerror}). Make space there, or set TMPDIR."
            raise EngineError(message) from error
        with temporary as folder:
            path = Path(folder) / "speech.wav"
            self._ask({"text": text, "voice": self._settings.name, "rate_wpm": rate_wpm, "path": str(path)})
            try:
                clip = read_clip(path)
            except (OSError, EOFError, wave.Error, ValueError) as error:
                raise EngineError(f"The voice wrote no usable sound ({error}). {_NO_VOICE}") from error
        return Clip(pcm=trim_silence(clip.pcm, clip.rate_hz), rate_hz=clip.rate_hz)

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        for attempt in (1, 2):
            worker = self._started()
            try:
                answer = worker.ask(request, self._settings.deadline_s)
                if answer.get("error") == NO_SOUND:
                    raise _GoneError(NO_SOUND)
            except _GoneError as error:
                self._end_worker()
                if self._closed:
                    raise EngineError(_CLOSED) from error
                _log.warning("the voice did not answer and was started anew (%s)", error)
                if attempt == 2:
                    raise EngineError(f"The voice does not answer ({error}). {_NO_VOICE}") from error
                continue
            if "error" in answer:
                raise EngineError(self._explain(str(answer["error"])))
            return answer
        raise AssertionError("unreachable")

    def _started(self) -> _Worker:
        worker = self._worker
        if worker is None and not self._closed:
            worker = self._worker = _Worker()
            try:
                worker.wait_until_ready()
            except EngineError:
                self._end_worker()
                raise
        if worker is None or self._closed:
            self._end_worker()
            raise EngineError(_CLOSED)
        return worker

    def _end_worker(self) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.kill()

    def _explain(self, error: str) -> str:
        if error.startswith("unknown voice"):
            near = [name for name in self._worker_voices() if name.startswith("en")]
            return f"There is {error.replace('unknown', 'no')}; English ones here: {', '.join(near)}, each with +f1 to +f5 too."
        return f"The voice failed: {error}. {_NO_VOICE}"

    def _worker_voices(self) -> list[str]:
        return list(self._ask({"voices": True})["voices"])


class _GoneError(Exception):
    """The worker has ended or does not answer in time."""


class _Worker:
    def __init__(self) -> None:
        # -P: nothing is imported from the working folder, whatever lies there.
        command = [sys.executable, "-P", "-m", "crampvoice.adapters.voice_worker"]
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                encoding="utf-8",
            )
        except OSError as error:
            raise EngineError(f"The voice does not start ({error.strerror}). {_NO_VOICE}") from error
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        threading.Thread(target=self._read, daemon=True).start()

    def wait_until_ready(self) -> None:
        try:
            ready = self._next(START_WITHIN_S)
        except _GoneError as error:
            raise EngineError(f"The voice does not start ({error}). {_NO_VOICE}") from error
        if "error" in ready:
            raise EngineError(f"There is {ready['error']}. {_NO_VOICE}")

    def ask(self, request: dict[str, Any], deadline_s: float) -> dict[str, Any]:
        stdin = self._process.stdin
        assert stdin is not None
        try:
            stdin.write(json.dumps(request) + "\n")
            stdin.flush()
        except (OSError, ValueError) as error:  # the pipe is broken, or was closed by kill
            raise _GoneError("it has ended") from error
        return self._next(deadline_s)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    continue

    def _read(self) -> None:
        stdout = self._process.stdout
        assert stdout is not None
        try:
            for line in stdout:
                self._lines.put(line)
        except ValueError:
            pass  # the pipe was closed by kill
        self._lines.put("")

    def _next(self, within_s: float) -> dict[str, Any]:
        try:
            line = self._lines.get(timeout=within_s)
        except queue.Empty:
            raise _GoneError(f"nothing for {within_s:g} s") from None
        if not line:
            raise _GoneError("it has ended")
        try:
            answer: dict[str, Any] = json.loads(line)
        except ValueError:
            raise _GoneError("it answers with something else") from None
        return answer
