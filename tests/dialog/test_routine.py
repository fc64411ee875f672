"""Moving through the steps of a routine."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from little_scripts import topic

from crampvoice.dialog.routine import END, HALFWAY, after, before, halfway, question_ahead
from crampvoice.dialog.script import Step
from crampvoice.dialog.talk import Place

TOPIC = topic(
    "relief.calf",
    "Pull.",
    steps=(
        Step(say=("One.",)),
        Step(say=("Two.",), repeat_from=1, times=3),
        Step(ask="Easing?", hold_s=8, no="relief.standing"),
        Step(ask="Hot?", hold_s=8),
    ),
)
START = Place(routine="relief.calf")


def walk(place: Place) -> list[int]:
    steps = []
    while True:
        new = after(TOPIC, place)
        if not isinstance(new, Place):
            assert new == END
            return steps
        place = new
        steps.append(place.step)


def test_steps_are_repeated_as_often_as_the_script_says() -> None:
    assert walk(START) == [0, 1, 0, 1, 0, 1, 2, 3]


def test_a_number_goes_to_that_step_counted_from_one() -> None:
    assert after(TOPIC, START, "3") == Place(routine="relief.calf", step=2)


def test_a_jump_forgets_rounds_and_what_was_explained() -> None:
    place = Place(routine="relief.calf", step=1, rounds=2, asked_unsure=True)
    assert after(TOPIC, place, "1") == Place(routine="relief.calf", step=0)


def test_end_ends_from_anywhere_and_an_id_leads_out() -> None:
    assert after(TOPIC, START, "end") == END
    assert after(TOPIC, START, "relief.standing") == "relief.standing"


def test_back_stops_at_the_first_step() -> None:
    third = Place(routine="relief.calf", step=2)
    assert before(third).step == 1
    assert before(before(before(third))).step == 0
    assert before(START).step == 0


def test_a_long_hold_has_a_word_in_its_middle() -> None:
    assert halfway(Step(say=("Hold.",), hold_s=20)) == HALFWAY
    assert halfway(Step(say=("Hold.",), hold_s=19)) is None
    assert halfway(Step(say=("Hold.",), hold_s=5, remind="Keep on.")) == "Keep on."
    assert halfway(Step(ask="Easing?", hold_s=30)) is None


def test_the_question_ahead_is_the_one_that_leads_elsewhere_on_no() -> None:
    assert question_ahead(TOPIC, START) == 2
    assert question_ahead(TOPIC, Place(routine="relief.calf", step=2)) == 2
    assert question_ahead(TOPIC, Place(routine="relief.calf", step=3)) is None


@given(st.integers(-1, 3), st.integers(0, 2))
def test_every_routine_comes_to_its_end(step: int, rounds: int) -> None:
    assert len(walk(Place(routine="relief.calf", step=step, rounds=rounds))) <= 8
