"""The matcher as a whole, with the trained files that come along."""

from __future__ import annotations

import math
import shutil
from pathlib import Path

import numpy as np
import pytest

from crampvoice.errors import EngineError
from crampvoice.intent.matcher import WINDOW_WORDS, Matcher, pooled, windows_of
from crampvoice.messages import Hypothesis

MODELS = Path(__file__).parents[2] / "models" / "understanding"


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher.load(MODELS)


def best(matcher: Matcher, *texts: str) -> str:
    return matcher.scores([Hypothesis(text=text, weight=1 / len(texts)) for text in texts]).candidates[0].id


@pytest.mark.parametrize(
    ("text", "id_"),
    [
        ("my calf has locked up what do i do", "relief.calf"),
        ("how much magnesium should i take for this", "prevent.supplements.magnesium"),
        ("say that again", "control.repeat"),
        ("when was my last cramp", "diary.last"),
        ("i can't get any air and my chest is tight", "emergency.chest_or_breath"),
        ("what's the weather tomorrow", "none"),
    ],
)
def test_plain_wordings_are_understood(matcher: Matcher, text: str, id_: str) -> None:
    assert best(matcher, text) == id_


def test_probabilities_add_up_to_one_and_fall(matcher: Matcher) -> None:
    scores = matcher.scores([Hypothesis(text="why do i get cramps at night")])
    values = [candidate.score for candidate in scores.candidates]
    assert math.isclose(sum(values), 1, abs_tol=1e-4)
    assert values == sorted(values, reverse=True)
    assert len(values) == len(set(scores.candidates)) == len(matcher.classes)
    assert math.isclose(sum(scores.danger), 1, abs_tol=1e-4)


def test_a_learned_line_is_nearest_to_itself(matcher: Matcher) -> None:
    text, id_, cosine = matcher.scores([Hypothesis(text="what's a charley horse")]).nearest
    assert (text, id_) == ("what's a charley horse", "what.cramp")
    assert cosine > 0.95


@pytest.mark.parametrize(
    ("about", "text", "id_"),
    [
        ("prevent.supplements.magnesium", "and if i'm pregnant", "pregnancy.supplements"),
        ("why.general", "and for my little boy", "child.causes"),
        ("relief.heat_or_cold", "how long do i leave it on", "relief.heat_or_cold"),
        ("relief.calf", "no it's the back of the thigh", "relief.hamstring"),
        ("relief.calf", "does magnesium help against cramps", "prevent.supplements.magnesium"),
        ("why.general", "say that again", "control.repeat"),
        ("why.general", "did you lock the back door", "none"),
    ],
)
def test_a_follow_up_is_understood_after_what_was_answered(matcher: Matcher, about: str, text: str, id_: str) -> None:
    assert matcher.scores([Hypothesis(text=text)], about).following[0].id == id_


def test_nothing_answered_before_means_no_follow_up(matcher: Matcher) -> None:
    assert matcher.scores([Hypothesis(text="and if i'm pregnant")]).following == ()


@pytest.mark.parametrize("texts", [[], [""], ["?!", "  "]])
def test_no_words_mean_nothing(matcher: Matcher, texts: list[str]) -> None:
    scores = matcher.scores([Hypothesis(text=text) for text in texts])
    assert scores.candidates[0].id == "none"
    assert scores.candidates[0].score == 1
    assert scores.danger.calm == 1


def test_danger_in_the_last_clause_of_calm_talk_is_seen(matcher: Matcher) -> None:
    calm = "i was up late reading and my calf cramped a bit like it often does and i rubbed it and it went off"
    assert matcher.scores([Hypothesis(text=calm)]).danger.calm > 0.5
    assert matcher.scores([Hypothesis(text=f"{calm} but now i can't get my breath")]).danger.now > 0.5


def test_a_denied_sign_is_calm(matcher: Matcher) -> None:
    assert matcher.scores([Hypothesis(text="no chest pain no breathlessness just a cramp in my calf")]).danger.calm > 0.5


def test_a_sensible_hypothesis_outweighs_a_garbled_one(matcher: Matcher) -> None:
    assert best(matcher, "my calf is cramping", "my half is camping") == "relief.calf"


def test_what_all_readings_allow_outweighs_what_one_is_sure_of() -> None:
    sure_of_the_first = np.array([[0.94, 0.05, 0.01], [0.01, 0.54, 0.45]], np.float32)
    assert pooled(np.array([0.5, 0.5]), sure_of_the_first).argmax() == 1
    assert pooled(np.array([0.9, 0.1]), sure_of_the_first).argmax() == 0


def test_one_reading_alone_keeps_its_chances_and_none_is_ruled_out() -> None:
    chances = np.array([[0.7, 0.3, 0.0]], np.float32)
    assert pooled(np.ones(1), chances) == pytest.approx(chances[0], abs=1e-5)
    impossible_to_one = np.array([[0.0, 0.999, 0.001], [1.0, 0.0, 0.0]], np.float32)
    assert pooled(np.array([0.2, 0.8]), impossible_to_one).argmax() == 0


def test_capitals_and_digits_change_nothing(matcher: Matcher) -> None:
    typed, spoken = (matcher.scores([Hypothesis(text=text)]) for text in ("Cramp for 15 minutes!", "cramp for fifteen minutes"))
    assert typed == spoken


def test_long_texts_have_windows_that_reach_to_both_ends() -> None:
    words = [f"w{number}" for number in range(33)]
    windows = windows_of(" ".join(words))
    assert all(len(window.split()) == WINDOW_WORDS for window in windows)
    assert (windows[0].split()[0], windows[-1].split()[-1]) == ("w0", "w32")
    assert windows_of(" ".join(words[:15])) == []


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r"manifest\.json is missing"):
        Matcher.load(tmp_path)


@pytest.mark.parametrize("name", ["heads.npz", "lines.tsv"])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    copy = shutil.copytree(MODELS, tmp_path / "models")
    (copy / name).unlink()
    with pytest.raises(EngineError, match=rf"{name} is missing"):
        Matcher.load(copy)


def test_a_changed_file_is_found_out(tmp_path: Path) -> None:
    copy = shutil.copytree(MODELS, tmp_path / "models")
    with (copy / "linear.npz").open("ab") as file:
        file.write(b"x")
    with pytest.raises(EngineError, match=r"linear\.npz is damaged"):
        Matcher.load(copy)
