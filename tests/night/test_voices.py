"""A voice that renders in the background, and what happens when it hangs."""

from __future__ import annotations

import threading
import time

import pytest
from nights import FALLBACK, Burr

from crampvoice.errors import EngineError
from crampvoice.messages import Clip
from crampvoice.night.voices import HUNG_AFTER_S, BackgroundVoice, PatientVoice


def _wait_for(voice: BackgroundVoice, text: str, limit_s: float = 10.0) -> Clip | None:
    until = time.monotonic() + limit_s
    while time.monotonic() < until:
        if clip := voice.clip(text, 150):
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
    released = threading.Event()
    made: list[Burr] = []

    class HangsAtFirst(Burr):
        def render(self, text: str) -> Clip:
            if len(made) == 1:
                released.wait(60)
            return super().render(text)

    def make(rate_wpm: int) -> Burr:
        made.append(HangsAtFirst(rate_wpm))
        return made[-1]

    voice = BackgroundVoice(make, FALLBACK)
    assert voice.clip("Ease off.", 150) is None
    assert voice.clip("Ease off.", 150) is None
    assert _wait_for(voice, "Ease off.", HUNG_AFTER_S + 8) is not None
    assert len(made) == 2
    released.set()
    voice.close()


def test_a_sentence_that_failed_is_tried_again() -> None:
    calls: list[str] = []

    class FailsOnce(Burr):
        def render(self, text: str) -> Clip:
            calls.append(text)
            if len(calls) == 1:
                raise EngineError("no voice today")
            return super().render(text)

    voice = BackgroundVoice(FailsOnce, FALLBACK)
    assert _wait_for(voice, "Ease off.") is not None
    assert len(calls) == 2
    voice.close()


@pytest.mark.parametrize("rate_wpm", [130, 150])
def test_rendering_in_place_gives_the_clip_at_once_or_nothing(rate_wpm: int) -> None:
    class Broken(Burr):
        def render(self, text: str) -> Clip:
            raise EngineError("no voice")

    assert PatientVoice(Burr, FALLBACK).clip("Ease off.", rate_wpm) == Burr(rate_wpm).render("Ease off.")
    assert PatientVoice(Broken, FALLBACK).clip("Ease off.", rate_wpm) is None
