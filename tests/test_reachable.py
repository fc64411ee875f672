"""Every topic is reached by a spoken question: one recording for each, heard by the real recognizer."""

from __future__ import annotations

from pathlib import Path

import pytest

from crampvoice import app
from crampvoice.assistant import Assistant
from crampvoice.dialog.script import Topic
from crampvoice.dialog.talk import Talk
from crampvoice.settings import Settings

pytestmark = pytest.mark.needs_model

RECORDINGS = sorted((Path(__file__).parent / "recordings" / "topics").glob("*.ogg"))


@pytest.fixture(scope="module")
def parts() -> tuple[app.Ears, Assistant]:
    """Ears and understanding, loaded once."""
    return app.ears(Settings()), app.assistant(Settings())


def test_there_is_a_recording_for_every_topic(parts: tuple[app.Ears, Assistant]) -> None:
    topics = {id_ for id_, script in parts[1].scripts.items() if isinstance(script, Topic)}
    assert {path.stem for path in RECORDINGS} == topics


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.stem)
def test_a_spoken_question_reaches_its_topic(parts: tuple[app.Ears, Assistant], path: Path) -> None:
    ears, assistant = parts
    assert [assistant.answer(Talk(), utterance).turn.id for utterance in ears.hear(path)] == [path.stem]
