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


class Pyttsx3Synthesizer:
    """Renders sentences; implements `ports.Synthesizer`.

    One worker process owns the engine. When it does not answer within the deadline it is killed and a new one is tried once,
    so that a hung engine costs one deadline and not the night.
    """

    def __init__(self, settings: VoiceSettings, cache: ClipCache) -> None:
        """Prepare; the worker starts with the first sentence that is not in the cache."""
        self._settings = settings
        self._cache = cache
        self._worker: _Worker | None = None
        self._lock = threading.Lock()

    def render(self, text: str) -> Clip:
        """Render one sentence to a clip, int16 mono at the rate of the voice (22,050 Hz for eSpeak).

        Raises EngineError when there is no voice, the voice's name is unknown, or it failed twice.
        """
        text = text.encode("utf-8", "ignore").decode()  # a command line may hold bytes that are no text
        key = f"pyttsx3-2.99|{self._settings.name}|{self._settings.rate_wpm}|{text}"
        if clip := self._cache.get(key):
            return clip
        with self._lock:
            clip = self._rendered(text)
        self._cache.put(key, clip)
        return clip

    def voices(self) -> list[str]:
        """List the voice ids there are. Raises EngineError."""
        with self._lock:
            return list(self._ask({"voices": True})["voices"])

    def close(self) -> None:
        """End the worker."""
        if self._worker is not None:
            self._worker.kill()
            self._worker = None

    def _rendered(self, text: str) -> Clip:
        with tempfile.TemporaryDirectory(prefix="crampvoice-") as folder:
            path = Path(folder) / "speech.wav"
            request = {
                "text": text,
                "voice": self._settings.name,
                "rate_wpm": self._settings.rate_wpm,
                "path": str(path),
            }
            self._ask(request)
            try:
                clip = read_clip(path)
            except (OSError, EOFError, wave.Error, ValueError) as error:
                raise EngineError(f"The voice wrote no usable sound ({error}). {_NO_VOICE}") from error
        return Clip(pcm=trim_silence(clip.pcm, clip.rate_hz), rate_hz=clip.rate_hz)

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        for attempt in (1, 2):
            if self._worker is None:
                self._worker = _Worker()
            try:
                answer = self._worker.ask(request, self._settings.deadline_s)
                if answer.get("error") == NO_SOUND:
                    raise _GoneError(NO_SOUND)
            except _GoneError as error:
                self.close()
                _log.warning("the voice did not answer and was started anew (%s)", error)
                if attempt == 2:
                    raise EngineError(f"The voice does not answer ({error}). {_NO_VOICE}") from error
                continue
            if "error" in answer:
                raise EngineError(self._explain(str(answer["error"])))
            return answer
        raise AssertionError("unreachable")

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
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
        )
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        threading.Thread(target=self._read, daemon=True).start()
        try:
            ready = self._next(START_WITHIN_S)
        except _GoneError as error:
            self.kill()
            raise EngineError(f"The voice does not start ({error}). {_NO_VOICE}") from error
        if "error" in ready:
            self.kill()
            raise EngineError(f"There is {ready['error']}. {_NO_VOICE}")

    def ask(self, request: dict[str, Any], deadline_s: float) -> dict[str, Any]:
        stdin = self._process.stdin
        assert stdin is not None
        try:
            stdin.write(json.dumps(request) + "\n")
            stdin.flush()
        except OSError as error:
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
            return  # the pipe was closed by kill
        self._lines.put("")

    def _next(self, within_s: float) -> dict[str, Any]:
        try:
            line = self._lines.get(timeout=within_s)
        except queue.Empty:
            raise _GoneError(f"nothing for {within_s:g} s") from None
        if not line:
            raise _GoneError("it has ended")
        answer: dict[str, Any] = json.loads(line)
        return answer
