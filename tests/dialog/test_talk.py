"""What is remembered of a conversation."""

from __future__ import annotations

from crampvoice.dialog.talk import FORGET_AFTER, Option, Question, Talk


def test_what_was_answered_is_in_hand_for_five_minutes() -> None:
    talk = Talk(topic="why.general", heard_at=1000)
    assert talk.in_hand(1000 + FORGET_AFTER) == "why.general"
    assert talk.in_hand(1001 + FORGET_AFTER) is None
    assert Talk().in_hand(0) is None


def test_a_question_about_something_else_lets_go_of_it() -> None:
    option = Option(goto="relief.calf", yes_or_no="yes")
    other = Question(about="unclear.leg_numb", say="Is it cold?", options=(option,))
    own = Question(about="why.general", say="Another one?", options=(option,))
    assert Talk(topic="why.general", question=other).in_hand(0) is None
    assert Talk(topic="why.general", question=own).in_hand(0) == "why.general"
