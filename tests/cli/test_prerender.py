"""Everything that can be said, rendered ahead."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from crampvoice.cli.prerender import render_ahead, sentences_ahead
from crampvoice.errors import EngineError
from crampvoice.library import Library, load
from crampvoice.messages import Clip
from crampvoice.settings import Phones


class Voice:
    """Renders a sample, and fails or is interrupted where it is told to."""

    def __init__(self, failures: int = 0, interrupt_at: int | None = None) -> None:
        self.failures, self.interrupt_at = failures, interrupt_at
        self.rendered: list[str] = []

    def render(self, text: str) -> Clip:
        if len(self.rendered) == self.interrupt_at:
            raise KeyboardInterrupt
        if self.failures:
            self.failures -= 1
            raise EngineError("no sound")
        self.rendered.append(text)
        return Clip(pcm=b"\1\0", rate_hz=16_000)


@pytest.fixture(scope="module")
def library() -> Library:
    return load(Path(__file__).parents[2] / "dialogs")


def render(texts: list[str], voice: Voice) -> str:
    out = io.StringIO()
    render_ahead(texts, voice, Console(file=out, width=200))
    return out.getvalue()


def test_every_spoken_sentence_is_there_once_with_its_numbers_filled(library: Library) -> None:
    texts = sentences_ahead(library.scripts, Phones(emergency="nine nine nine"))
    assert len(texts) == len(set(texts)) > 1000
    assert any("nine nine nine" in text for text in texts)
    assert not any("{" in text for text in texts)
    assert "Halfway. Keep breathing." in texts


def test_danger_signs_come_first(library: Library) -> None:
    texts = sentences_ahead(library.scripts, Phones())
    topic, danger = library.topic("prevent.shoes").say[0], library.scripts["emergency.stroke"].say[0]  # type: ignore[union-attr]
    assert texts.index(Phones().fill(danger)) < texts.index(Phones().fill(topic))


def test_all_are_rendered_and_told() -> None:
    voice = Voice()
    assert render(["one", "two"], voice) == "All 2 sentences are ready.\n"
    assert voice.rendered == ["one", "two"]


def test_a_sentence_that_fails_is_tried_again_at_the_end() -> None:
    voice = Voice(failures=1)
    render(["one", "two"], voice)
    assert voice.rendered == ["two", "one"]


def test_without_a_voice_it_ends_soon() -> None:
    voice = Voice(failures=1000)
    with pytest.raises(EngineError):
        render(["x"] * 1000, voice)
    assert voice.failures > 900


def test_an_interruption_tells_how_far_it_came() -> None:
    out = io.StringIO()
    with pytest.raises(KeyboardInterrupt):
        render_ahead(["a", "b", "c"], Voice(interrupt_at=2), Console(file=out, width=200))
    assert "2 of 3 sentences are ready" in out.getvalue()
