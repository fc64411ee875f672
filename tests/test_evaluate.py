"""What is counted when wordings with known ids are tried."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crampvoice.evaluate import Measure, Outcome, by_group, confusions, measures, word_errors
from crampvoice.messages import Candidate, Level, Turn, kind_of
from crampvoice.phrasings import Phrasing


def outcome(
    due: str,
    id_: str,
    *,
    kind_level: str = "",
    level: Level | None = None,
    say: bool = True,
    ranking: tuple[str, ...] = (),
    style: str = "plain",
) -> Outcome:
    return Outcome(
        phrasing=Phrasing(text="t", ids=tuple(due.split("|")), level=kind_level, style=style),
        heard="t",
        turn=Turn(
            id=id_,
            kind=kind_of(id_),
            level=level,
            say=("Words.",) if say else (),
            alternatives=tuple(Candidate(id=one, score=0.5) for one in ranking),
        ),
    )


def test_any_of_the_accepted_ids_is_right() -> None:
    assert outcome("a|b", "b").right
    assert not outcome("a|b", "c").right


def test_the_first_two_of_the_ranking_count_as_among_two() -> None:
    assert outcome("a", "b", ranking=("b", "a", "c")).among_two
    assert not outcome("a", "b", ranking=("b", "c", "a")).among_two
    assert outcome("a", "a").among_two


def test_an_alarm_is_a_level_of_now_or_today() -> None:
    assert outcome("a", "emergency.x", level=Level.TODAY).alarmed
    assert not outcome("a", "emergency.x", level=Level.THIS_WEEK).alarmed


def test_a_question_is_about_a_danger_when_its_first_id_is_one() -> None:
    assert outcome("a", "clarify", ranking=("emergency.x", "a")).asked_danger
    assert not outcome("a", "clarify", ranking=("a", "emergency.x")).asked_danger
    assert not outcome("a", "a", ranking=("emergency.x",)).asked_danger


def test_a_higher_level_is_at_its_level_and_a_lower_one_is_not() -> None:
    due = {"kind_level": "today", "due": "emergency.x"}
    assert outcome(id_="emergency.y", level=Level.EMERGENCY_NOW, **due).at_level()
    assert outcome(id_="emergency.x", level=Level.TODAY, **due).at_level()
    assert not outcome(id_="emergency.z", level=Level.THIS_WEEK, **due).at_level()
    assert not outcome(id_="relief.calf", **due).at_level()


def test_a_share_has_its_wilson_interval() -> None:
    low, high = Measure(name="x", count=45, of=50).interval
    assert (round(low, 3), round(high, 3)) == (0.786, 0.957)
    assert Measure(name="x", count=0, of=0).share == 0.0
    assert Measure(name="x", count=0, of=0).interval == (0.0, 1.0)


@given(st.integers(1, 500).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_an_interval_holds_its_share(counted: tuple[int, int]) -> None:
    measure = Measure(name="x", count=counted[0], of=counted[1])
    low, high = measure.interval
    assert 0.0 <= low <= measure.share + 1e-12
    assert measure.share - 1e-12 <= high <= 1.0


def test_a_measure_is_shown_with_its_counts() -> None:
    assert str(Measure(name="right id", count=1, of=2)).split() == ("right id 50.0 % (1 of 2; 9.5 to 90.5)".split())


def test_each_kind_of_wording_is_counted_by_what_matters_for_it() -> None:
    outcomes = [
        outcome("emergency.x", "emergency.x", kind_level="emergency_now", level=Level.EMERGENCY_NOW),
        outcome("emergency.x", "clarify", kind_level="emergency_now", ranking=("emergency.x", "relief.calf")),
        outcome("emergency.x", "none", kind_level="emergency_now", say=False),
        outcome("emergency.t", "emergency.t", kind_level="today", level=Level.TODAY),
        outcome("emergency.often", "emergency.often", kind_level="routine", level=Level.ROUTINE),
        outcome("relief.calf", "emergency.t", kind_level="near", level=Level.TODAY),
        outcome("clarify", "clarify", kind_level="clarify"),
        outcome("control.stop", "control.next", kind_level="control"),
        outcome("none", "relief.calf", kind_level="none"),
        outcome("relief.calf", "relief.calf"),
        outcome("relief.calf", "relief.foot", ranking=("relief.foot", "relief.calf")),
        outcome("relief.calf", "none", say=False),
    ]
    found = {measure.name: (measure.count, measure.of) for measure in measures(outcomes)}
    assert found == {
        "emergencies now: alarmed at their level": (1, 3),
        "emergencies now: alarmed or asked": (2, 3),
        "emergencies now: answered otherwise, or silence": (1, 3),
        "emergencies today: alarmed at their level": (1, 1),
        "emergencies today: alarmed or asked": (1, 1),
        "emergencies today: answered otherwise, or silence": (0, 1),
        "emergencies this week or later: right id": (1, 1),
        "near misses: alarmed": (1, 1),
        "near misses: asked about a danger": (0, 1),
        "unclear: asked the one question": (1, 1),
        "controls and diary: right id": (0, 1),
        "not for it: got an answer": (1, 1),
        "topics: right id": (1, 3),
        "topics: among the first two": (2, 3),
        "topics: asked": (0, 3),
        "topics: silent": (1, 3),
        "topics: alarmed": (0, 3),
        "topics: asked about a danger": (0, 3),
    }


def test_kinds_that_are_not_there_are_not_counted() -> None:
    assert measures([]) == []


def test_right_ids_are_counted_by_any_group_the_largest_first() -> None:
    outcomes = [outcome("a", "a", style="panic"), outcome("a", "b"), outcome("a", "a")]
    counted = [(one.name, one.count, one.of) for one in by_group(outcomes, lambda one: one.phrasing.style)]
    assert counted == [("plain", 1, 2), ("panic", 1, 1)]


def test_confused_pairs_are_counted_the_most_frequent_first() -> None:
    outcomes = [outcome("a", "a"), outcome("a", "b"), outcome("c", "d"), outcome("c|x", "d")]
    assert confusions(outcomes) == [(("c", "d"), 2), (("a", "b"), 1)]


@pytest.mark.parametrize(
    ("expected", "heard", "errors"),
    [
        ("my calf cramps", "my calf cramps", (0, 3)),
        ("my calf cramps", "my cough cramps badly", (2, 3)),
        ("my calf cramps", "", (3, 3)),
        ("", "hello there", (2, 0)),
        ("", "", (0, 0)),
    ],
)
def test_word_errors_are_counted_against_the_words_expected(expected: str, heard: str, errors: tuple[int, int]) -> None:
    assert word_errors(expected, heard) == errors
