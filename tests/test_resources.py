"""The things that come along are where they are looked for."""

from __future__ import annotations

import pytest

from crampvoice import resources
from crampvoice.adapters.audio_files import load_clip


@pytest.mark.parametrize("name", ["DIALOGS", "MODELS", "SPEECH_MODEL", "UNDERSTANDING"])
def test_every_folder_is_there(name: str) -> None:
    folder = getattr(resources, name)
    assert folder.is_absolute()
    assert any(folder.iterdir())


def test_the_frequent_words_are_there() -> None:
    assert "the" in resources.FREQUENT_WORDS.read_text(encoding="utf-8").split()


def test_the_clip_for_a_failed_voice_can_be_played() -> None:
    clip = load_clip(resources.FALLBACK_CLIP)
    assert 2 < clip.duration_s < 60
    assert any(clip.pcm)
