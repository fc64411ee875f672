"""Words the recognizer has no word for, and what it hears instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from crampvoice import phrasings
from crampvoice.adapters.speech_model import SpeechModel
from crampvoice.errors import ContentError
from crampvoice.resources import DIALOGS, SPEECH_MODEL
from crampvoice.standins import StandIns, read_stand_ins

KNOWN = {"what", "is", "will", "have", "not", "my", "mum", "mums", "foot", "dare", "long", "who", "dad", "dads", "ted"}
HEARD = StandIns({"tetany": ("ted any", "ten any"), "footboard": ("foot board",), "m'foot": ("my foot",)}, KNOWN.__contains__)


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("what is my foot", ["what is my foot"]),
        ("what is tetany", ["what is ted any", "what is ten any"]),
        ("tetany footboard", ["ted any foot board", "ten any foot board"]),
        ("mum's foot", ["mums foot"]),
        ("dads' foot", ["dads foot"]),
        ("foot's long", ["foot is long"]),
        ("long'll dare", ["long will dare"]),
        ("who've my foot", ["who have my foot"]),
        ("daren't", ["dare not"]),
        ("m'foot", ["my foot"]),
        ("is xylophone long", ["is xylophone long"]),
        ("", [""]),
    ],
)
def test_a_text_is_written_as_it_is_heard(text: str, heard: list[str]) -> None:
    assert HEARD.heard_as(text) == heard


@pytest.mark.parametrize("word", ["foot", "tetany", "foot's", "long'll", "dads'", "daren't", "m'foot"])
def test_a_word_that_can_be_heard_is_not_missing(word: str) -> None:
    assert not HEARD.missing(word)


@pytest.mark.parametrize("word", ["xylophone", "xylophone's", "'s"])
def test_a_word_without_any_way_to_be_heard_is_missing(word: str) -> None:
    assert HEARD.missing(word)


def test_a_file_that_is_no_list_of_stand_ins_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "heard-as.yaml"
    path.write_text("tetany: ted any\n", encoding="utf-8")
    with pytest.raises(ContentError):
        read_stand_ins(path)


@pytest.fixture(scope="module")
def model() -> SpeechModel:
    return SpeechModel(SPEECH_MODEL)


@pytest.mark.needs_model
def test_every_stand_in_can_be_heard_and_stands_in_for_a_word_that_cannot(model: SpeechModel) -> None:
    stand_ins = read_stand_ins(DIALOGS / "heard-as.yaml")
    assert model.unknown_words(phrase for phrases in stand_ins.values() for phrase in phrases) == []
    assert [word for word in stand_ins if model.knows(word)] == []
    assert [word for word, phrases in stand_ins.items() if not phrases or not all(phrases)] == []


@pytest.mark.needs_model
def test_every_word_of_the_learned_wordings_can_be_heard(model: SpeechModel) -> None:
    heard = StandIns(read_stand_ins(DIALOGS / "heard-as.yaml"), model.knows)
    learned = [phrasing for phrasing in phrasings.read_all(DIALOGS / "phrasings" / "learn") if phrasing.ids[0] != "none"]
    assert {word for phrasing in learned for word in phrasing.text.split() if heard.missing(word)} == set()
    assert model.unknown_words(text for phrasing in learned for text in heard.heard_as(phrasing.text)) == []
