"""The n-grams of the speech model mixed with those of the phrasings."""

from __future__ import annotations

import json
import math
import shutil
from hashlib import sha256
from pathlib import Path

import pytest

from crampvoice import resources
from crampvoice.errors import EngineError
from crampvoice.training.language_model import BEGIN, END, NGrams, PhrasingGrams, mix_into, mixed, read, read_words, write
from crampvoice.training.manifest import LANGUAGE_MODEL_FILE, language_model_is_stale

WORDS = {"my": 1, "calf": 2, "cramps": 3, "leg": 4, "hurts": 5, "</s>": 6}
MY, CALF, CRAMPS, LEG, HURTS, _ = WORDS.values()
PHRASES = ["my calf cramps", "my calf hurts", "calf cramps", "cramps"]
GENERAL = NGrams(
    seen={
        (): {MY: 0.3, CALF: 0.05, CRAMPS: 0.05, LEG: 0.2, HURTS: 0.2, END: 0.2},
        (BEGIN,): {MY: 0.6},
        (MY,): {LEG: 0.7},
        (MY, LEG): {HURTS: 0.5, END: 0.2},
        (LEG,): {HURTS: 0.4},
    },
    rest={(BEGIN,): 0.4 / 0.7, (MY,): 0.3 / 0.8, (MY, LEG): 0.3 / 0.45, (LEG,): 0.6 / 0.8},
)
"""Sums to one after each of its histories."""
HISTORIES = [(), (BEGIN,), (MY,), (BEGIN, MY), (MY, CALF), (MY, LEG), (LEG,), (CALF, HURTS), (HURTS, HURTS)]

needs_openfst = pytest.mark.skipif(
    shutil.which("fstconvert") is None or not list(Path("/usr/lib").glob("*/fst/*/ngram-fst.so")),
    reason="OpenFst's tools are not installed",
)


def total(model: NGrams | PhrasingGrams, history: tuple[int, ...]) -> float:
    return math.fsum(model.probability(word, history) for word in (MY, CALF, CRAMPS, LEG, HURTS, END))


def test_what_follows_in_the_phrasings_is_likelier_than_what_does_not() -> None:
    own = PhrasingGrams(PHRASES, WORDS)
    assert own.probability(CRAMPS, (MY, CALF)) > own.probability(LEG, (MY, CALF)) > 0
    assert own.probability(HURTS, (MY, CALF)) > own.probability(HURTS, (LEG, CALF))
    assert own.probability(END, (CALF, CRAMPS)) > 0.5


def test_words_that_are_not_known_are_left_out() -> None:
    assert PhrasingGrams(["my spasming calf"], WORDS).counts[MY,] == {CALF: 1}


@pytest.mark.parametrize("history", HISTORIES)
@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_a_mixture_shares_out_all_probability_and_not_more(history: tuple[int, ...], share: float) -> None:
    own = PhrasingGrams(PHRASES, WORDS)
    assert [total(model, history) for model in (GENERAL, own, mixed(GENERAL, own, share))] == pytest.approx([1, 1, 1])


@pytest.mark.parametrize(
    ("word", "history"), [(CRAMPS, (MY, CALF)), (LEG, (MY,)), (END, (MY, LEG)), (MY, (BEGIN,)), (HURTS, ())]
)
def test_a_word_seen_after_a_history_gets_its_share_of_both(word: int, history: tuple[int, ...]) -> None:
    own = PhrasingGrams(PHRASES, WORDS)
    both = 0.7 * GENERAL.probability(word, history) + 0.3 * own.probability(word, history)
    assert mixed(GENERAL, own, 0.3).probability(word, history) == pytest.approx(both)


def test_a_word_the_model_does_not_have_cannot_be_heard() -> None:
    assert GENERAL.probability(99, (MY, LEG)) == 0


@needs_openfst
@pytest.mark.needs_model
def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    model = mixed(GENERAL, PhrasingGrams(PHRASES, WORDS), 0.5)
    write(model, resources.SPEECH_MODEL / "graph" / "Gr.fst", tmp_path / "Gr.fst")
    again = read(tmp_path / "Gr.fst")
    assert again.seen.keys() == model.seen.keys()
    for history in HISTORIES:
        for word in (MY, CALF, CRAMPS, LEG, HURTS, END):
            assert again.probability(word, history) == pytest.approx(model.probability(word, history), rel=1e-4)
    assert read_words(tmp_path / "Gr.fst") == read_words(resources.SPEECH_MODEL / "graph" / "Gr.fst")
    assert str(tmp_path).encode() not in (tmp_path / "Gr.fst").read_bytes()


@needs_openfst
def test_a_file_that_is_no_language_model_is_told(tmp_path: Path) -> None:
    (tmp_path / "Gr.fst").write_text("nothing of the kind")
    for path in (tmp_path / "Gr.fst", tmp_path / "missing.fst"):
        with pytest.raises(EngineError, match=rf"{path.name} is no language model .*name the graph/Gr\.fst of a Vosk model"):
            read(path)


def test_tools_that_are_missing_are_told_by_the_names_of_their_packages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EngineError, match="apt-get install libfst-tools libfst22-plugins-base"):
        read(tmp_path / "Gr.fst")


@needs_openfst
@pytest.mark.needs_model
def test_a_speech_model_gets_the_mixture_its_sum_and_its_manifest(tmp_path: Path) -> None:
    general = tmp_path / "general.fst"
    write(GENERAL, resources.SPEECH_MODEL / "graph" / "Gr.fst", general)
    graph = tmp_path / "speech" / "graph" / "Gr.fst"
    graph.parent.mkdir(parents=True)
    shutil.copyfile(general, graph)
    (tmp_path / "SHA256SUMS").write_text("0a  speech/graph/Gr.fst\n0b  speech/README\n")
    mix_into(tmp_path / "speech", general, ["my calf"])
    sums = dict(reversed(line.split("  ")) for line in (tmp_path / "SHA256SUMS").read_text().splitlines())
    assert sums == {"speech/graph/Gr.fst": sha256(graph.read_bytes()).hexdigest(), "speech/README": "0b"}
    made_from = json.loads((tmp_path / LANGUAGE_MODEL_FILE).read_text())
    assert made_from["general"] == sha256(general.read_bytes()).hexdigest()
    assert not language_model_is_stale(["my calf"], tmp_path / "speech")
    assert language_model_is_stale(["my leg"], tmp_path / "speech")
    with pytest.raises(EngineError, match="is mixed already"):
        mix_into(tmp_path / "speech", graph, ["my calf"])


def test_a_speech_model_without_a_manifest_has_the_language_model_it_came_with(tmp_path: Path) -> None:
    assert not language_model_is_stale(["my calf"], tmp_path / "speech")
    (tmp_path / LANGUAGE_MODEL_FILE).write_text("{}")
    with pytest.raises(EngineError, match=r"language-model\.json is damaged"):
        language_model_is_stale(["my calf"], tmp_path / "speech")
