"""A voice that renders in the background, and what happens when it hangs."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from nights import FALLBACK, Burr

from crampvoice.adapters import pyttsx3_synthesizer
from crampvoice.adapters.clip_cache import ClipCache
from crampvoice.adapters.pyttsx3_synthesizer import Pyttsx3Synthesizer
from crampvoice.errors import EngineError
from crampvoice.messages import Clip
from crampvoice.night.voices import GLANCE_S, HUNG_AFTER_S, BackgroundVoice, PatientVoice, Voice
from crampvoice.settings import VoiceSettings

HANGS = "import time; print('{\"ready\": true}', flush=True); time.sleep(1000)"


def _wait_for(voice: Voice, text: str, limit_s: float = 10.0, *, rate_wpm: int = 150) -> Clip | None:
    until = time.monotonic() + limit_s
    while time.monotonic() < until:
        if clip := voice.clip(text, rate_wpm):
            return clip
        time.sleep(0.01)
    return None


def test_a_clip_comes_out_of_the_background_and_is_kept() -> None:
    voice = BackgroundVoice(Burr, FALLBACK)
    clip = _wait_for(voice, "Ease off.")
    assert clip == Burr(150).render("Ease off.")
    assert voice.clip("Ease off.", 150) is clip
    voice.close()


def test_asking_never_waits_for_a_voice_that_hangs_and_a_new_one_takes_over() -> None:
    made: list[HangsUntilClosed] = []

    class HangsUntilClosed(Burr):
        def __init__(self) -> None:
            super().__init__()
            self.released = threading.Event()
            made.append(self)

        def render(self, text: str, rate_wpm: int | None = None) -> Clip:
            if len(made) == 1:
                self.released.wait(60)
            return super().render(text, rate_wpm)

        def close(self) -> None:
            self.released.set()

    voice = BackgroundVoice(HangsUntilClosed, FALLBACK)
    assert voice.clip("Ease off.", 150) is None
    assert voice.clip("Ease off.", 150) is None
    assert _wait_for(voice, "Ease off.", HUNG_AFTER_S + 8) is not None
    assert len(made) == 2
    assert made[0].released.is_set()
    voice.close()


def test_a_prepared_sentence_that_nobody_fetches_is_no_hang() -> None:
    made: list[Burr] = []
    late = threading.Event()

    class Counted(Burr):
        def __init__(self) -> None:
            super().__init__()
            made.append(self)

        def render(self, text: str, rate_wpm: int | None = None) -> Clip:
            time.sleep(2 * GLANCE_S)
            if text == "Late.":
                late.wait(60)
            return super().render(text, rate_wpm)

    voice = BackgroundVoice(Counted, FALLBACK)
    assert voice.clip("Never mind.", 150) is None
    assert _wait_for(voice, "Ease off.") is not None
    time.sleep(HUNG_AFTER_S + 0.1)
    assert voice.clip("Late.", 150) is None
    assert voice.clip("Late.", 150) is None
    late.set()
    assert _wait_for(voice, "Late.") is not None
    assert len(made) == 1
    voice.close()


@pytest.mark.parametrize("error", [OSError("no space"), ValueError("no JSON")])
def test_any_failure_of_a_sentence_leaves_the_voice_alive(error: Exception) -> None:
    calls: list[str] = []

    class FailsOnce(Burr):
        def render(self, text: str, rate_wpm: int | None = None) -> Clip:
            calls.append(text)
            if len(calls) == 1:
                raise error
            return super().render(text, rate_wpm)

    voice = BackgroundVoice(FailsOnce, FALLBACK)
    assert _wait_for(voice, "Ease off.") is not None
    assert _wait_for(voice, "Toes up.") is not None
    voice.close()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_thread_that_has_ended_is_replaced() -> None:
    made: list[Burr] = []

    class EndsItsThread(Burr):
        def __init__(self) -> None:
            super().__init__()
            made.append(self)

        def render(self, text: str, rate_wpm: int | None = None) -> Clip:
            if len(made) == 1:
                raise SystemExit
            return super().render(text, rate_wpm)

    voice = BackgroundVoice(EndsItsThread, FALLBACK)
    assert _wait_for(voice, "Ease off.") is not None
    assert _wait_for(voice, "Toes up.") is not None
    assert len(made) == 2
    voice.close()


@pytest.mark.parametrize("kind", [BackgroundVoice, PatientVoice])
def test_all_rates_share_one_synthesizer_which_is_closed_with_the_voice(kind: type[BackgroundVoice | PatientVoice]) -> None:
    made: list[Burr] = []

    def make() -> Burr:
        made.append(Burr())
        return made[-1]

    voice = kind(make, FALLBACK)
    clips = [_wait_for(voice, "Ease off.", rate_wpm=rate_wpm) for rate_wpm in (150, 130, 170)]
    assert clips == [Burr(rate_wpm).render("Ease off.") for rate_wpm in (150, 130, 170)]
    voice.close()
    assert [one.closed for one in made] == [True]
    assert _wait_for(voice, "Toes up.") is not None
    voice.close()
    assert [one.closed for one in made] == [True, True]


@pytest.mark.needs_voice
def test_no_process_stays_behind_a_voice_that_is_replaced_or_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[int] = []
    real = subprocess.Popen

    def popen(command: list[str], **options: object) -> object:
        program = ["-c", HANGS] if not started else command[1:]
        process = real([sys.executable, *program], **options)  # type: ignore[call-overload]
        started.append(process.pid)
        return process

    monkeypatch.setattr(pyttsx3_synthesizer.subprocess, "Popen", popen)
    voice = BackgroundVoice(lambda: Pyttsx3Synthesizer(VoiceSettings(), ClipCache(tmp_path, 10)), FALLBACK)
    assert _wait_for(voice, "Ease off.", HUNG_AFTER_S + 30) is not None
    assert _wait_for(voice, "Ease off.", rate_wpm=130) is not None
    assert len(started) == 2
    assert not Path(f"/proc/{started[0]}").exists()
    voice.close()
    assert not Path(f"/proc/{started[1]}").exists()


def test_a_sentence_that_failed_is_tried_again() -> None:
    calls: list[str] = []

    class FailsOnce(Burr):
        def render(self, text: str, rate_wpm: int | None = None) -> Clip:
            calls.append(text)
            if len(calls) == 1:
                raise EngineError("no voice today")
            return super().render(text, rate_wpm)

    voice = BackgroundVoice(FailsOnce, FALLBACK)
    assert _wait_for(voice, "Ease off.") is not None
    assert len(calls) == 2
    voice.close()


@pytest.mark.parametrize("rate_wpm", [130, 150])
def test_rendering_in_place_gives_the_clip_at_once_or_nothing(rate_wpm: int) -> None:
    class Broken(Burr):
        def render(self, text: str, rate_wpm: int | None = None) -> Clip:
            raise EngineError("no voice")

    assert PatientVoice(Burr, FALLBACK).clip("Ease off.", rate_wpm) == Burr(rate_wpm).render("Ease off.")
    assert PatientVoice(Broken, FALLBACK).clip("Ease off.", rate_wpm) is None
