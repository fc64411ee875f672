"""The phrasings as examples to learn from."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from crampvoice.errors import ContentError
from crampvoice.training.data import (
    Example,
    balance,
    change_subject,
    class_names,
    compose,
    denials,
    mishear,
    read_confusions,
    read_examples,
    read_lexicon,
)

DIALOGS = Path(__file__).parents[2] / "dialogs"
HEADER = "text\tids\tstyle\tlevel\n"

LINES = [
    Example(text="my calf cramps every night now", ids=("relief.calf",)),
    Example(text="what can i do against these cramps", ids=("prevent.general",)),
    Example(text="my leg is swollen and hot", ids=("emergency.clot_leg",), danger="today"),
    Example(text="i can't get my breath", ids=("emergency.chest_or_breath",), danger="now"),
    Example(text="my leg feels numb", ids=("unclear.leg_numb",), danger="ask"),
]


def test_a_line_becomes_an_example_in_normal_form(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text(
        f"{HEADER}My leg's 2x as big!\temergency.clot_leg|clarify\tpanic\ttoday\n", encoding="utf-8"
    )
    (example,) = read_examples(tmp_path)
    assert example == Example(
        text="my leg's two x as big", ids=("emergency.clot_leg", "clarify"), style="panic", danger="today"
    )


def test_every_bad_line_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text(f"{HEADER}one\ntwo\t\n", encoding="utf-8")
    (tmp_path / "b.tsv").write_text("one\ttwo\tthree\tfour\tfive\tsix\n", encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        read_examples(tmp_path)
    assert [(problem.line, Path(problem.file).name) for problem in caught.value.problems] == [
        (2, "a.tsv"),
        (3, "a.tsv"),
        (1, "b.tsv"),
    ]


def test_the_phrasings_of_the_repository_are_readable_and_taught_under_one_id() -> None:
    examples = read_examples(DIALOGS / "phrasings" / "learn")
    assert len({example.text for example in examples}) == len(examples)
    assert len(class_names(examples)) == 203


def test_the_lexicon_of_the_repository_is_in_normal_form() -> None:
    lexicon = read_lexicon(DIALOGS / "lexicon.yaml")
    assert "d v t" in {term for terms in lexicon.values() for term in terms}


def test_no_file_means_no_confusions(tmp_path: Path) -> None:
    assert read_confusions(tmp_path / "none.tsv") == {}


def test_balanced_weights_count_classes_by_the_root_of_their_size() -> None:
    weights = balance([0, 0, 0, 0, 1, -1], 2)
    assert weights[4] == pytest.approx(2 * weights[0])
    assert weights[5] == 0
    assert weights[:5].mean() == pytest.approx(1)


def test_composed_talk_is_dangerous_by_halves_and_the_same_every_time() -> None:
    made = compose(LINES, 40, seed=3)
    assert made == compose(LINES, 40, seed=3)
    assert sum(example.danger == "calm" for example in made) == 20
    assert all(example.id.startswith(("emergency.", "unclear.")) for example in made if example.danger != "calm")


def test_a_changed_subject_keeps_its_meaning_behind_anything() -> None:
    made = change_subject(LINES, ["why.general", "relief.foot"], 20, seed=1)
    assert {example.about for example in made} == {"why.general", "relief.foot"}
    assert {replace(example, about="") for example in made} <= set(LINES)


def test_denials_leave_out_the_sign_beside_them() -> None:
    for seed in range(30):
        assert "swollen" not in denials(random.Random(seed), "my calf is swollen", most=12)


def test_mishearing_changes_only_known_words() -> None:
    confusions = {"calf": [("cough", 1.0)]}
    assert mishear("my calf hurts", confusions, random.Random(1), rate=1.0) == "my cough hurts"
    assert mishear("my calf hurts", confusions, random.Random(1), rate=0.0) == "my calf hurts"


def test_mishearing_never_leaves_nothing() -> None:
    assert mishear("huh", {"huh": [("", 1.0)]}, random.Random(1), rate=1.0) == "huh"
