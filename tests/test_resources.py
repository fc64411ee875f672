"""The things that come along are where they are looked for."""

from __future__ import annotations

import pytest

from crampvoice import resources
from crampvoice.adapters.audio_files import AudioFile, load_clip
from crampvoice.adapters.speech_model import SpeechModel
from crampvoice.adapters.vosk_recognizer import VoskRecognizer


@pytest.mark.parametrize("name", ["DIALOGS", "MODELS", "SPEECH_MODEL", "UNDERSTANDING"])
def test_every_folder_is_there(name: str) -> None:
    folder = getattr(resources, name)
    assert folder.is_absolute()
    assert any(folder.iterdir())


def test_the_frequent_words_are_there() -> None:
    assert "the" in resources.FREQUENT_WORDS.read_text(encoding="utf-8").split()


@pytest.mark.parametrize("name", ["FALLBACK_CLIP", "EMERGENCY_FALLBACK_CLIP"])
def test_the_clips_for_a_failed_voice_can_be_played(name: str) -> None:
    clip = load_clip(getattr(resources, name))
    assert 1 < clip.duration_s < 60
    assert any(clip.pcm)


@pytest.mark.needs_model
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("FALLBACK_CLIP", "straighten that leg and pull your"),
        ("EMERGENCY_FALLBACK_CLIP", "call your local emergency number now"),
    ],
)
def test_the_words_of_the_clips_for_a_failed_voice_are_heard(name: str, words: str) -> None:
    recognizer = VoskRecognizer(SpeechModel(resources.SPEECH_MODEL), ["stop"])
    for chunk in AudioFile(getattr(resources, name)).chunks():
        recognizer.accept(chunk)
    heard = [hypothesis.text for hypothesis in recognizer.finish() if hypothesis.decode == "open"]
    assert words in heard[0]
