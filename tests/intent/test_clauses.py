from __future__ import annotations

from pathlib import Path

import pytest

from crampvoice.intent.clauses import ClauseSplitter
from crampvoice.intent.rules import StandingRules
from crampvoice.library import read_document

RULES = Path(__file__).parents[2] / "dialogs" / "rules"


@pytest.fixture(scope="module")
def splitter() -> ClauseSplitter:
    rules: StandingRules = read_document(RULES / "standing.yaml", "rules/standing.yaml").parse(StandingRules)
    return ClauseSplitter(rules.clauses)


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("no swelling but i can't breathe properly", ["no swelling", "but i can't breathe properly"]),
        ("it isn't swollen and it isn't red", ["it isn't swollen", "and it isn't red"]),
        ("my leg is red and hot", ["my leg is red and hot"]),
        ("what if my leg swells up", ["what if my leg swells up"]),
        ("how do i know it isn't a clot", ["how do i know it isn't a clot"]),
        ("cramp has gone but my leg is still dead", ["cramp has gone", "but my leg is still dead"]),
        ("i can't feel my foot", ["i can't feel my foot"]),
        ("ow", ["ow"]),
    ],
)
def test_a_clause_begins_with_a_conjunction_or_a_new_subject(splitter: ClauseSplitter, text: str, clauses: list[str]) -> None:
    words = text.split()
    assert [" ".join(words[one.start : one.end]) for one in splitter.split(words)] == clauses


def test_clauses_hold_every_word_once(splitter: ClauseSplitter) -> None:
    text = "well i did the stretch and it worked but then i woke and because it hurt i rang so here we are"
    clauses = splitter.split(text.split())
    assert [place for one in clauses for place in range(one.start, one.end)] == list(range(len(text.split())))


def test_a_clause_that_begins_with_and_is_joined(splitter: ClauseSplitter) -> None:
    text = "if my legs went weak and my wee turned brown i would ring"
    clauses = splitter.split(text.split())
    assert [one.joined for one in clauses][:2] == [False, True]
