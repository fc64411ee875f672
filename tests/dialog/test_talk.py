"""What is remembered of a conversation."""

from __future__ import annotations

from crampvoice.dialog.talk import CRAMP_TOO_LONG, FORGET_AFTER, OPEN_FOR, Option, Place, Question, Talk
from crampvoice.messages import Level


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


def test_an_open_emergency_outlives_the_rest_of_the_talk_for_an_hour() -> None:
    talk = Talk(topic="emergency.chest", emergency="emergency.chest", level=Level.EMERGENCY_NOW, person=frozenset({"child"}))
    left = talk.remembered(FORGET_AFTER + 1)
    assert (left.emergency, left.level, left.person) == ("emergency.chest", Level.EMERGENCY_NOW, frozenset())
    assert talk.in_hand(OPEN_FOR) == "emergency.chest"
    assert talk.remembered(OPEN_FOR + 1) == Talk()


def test_turns_within_its_hour_do_not_keep_an_emergency_open_for_longer() -> None:
    cried = Talk(topic="emergency.chest", emergency="emergency.chest", level=Level.EMERGENCY_NOW, heard_at=OPEN_FOR - 1)
    assert cried.remembered(OPEN_FOR) == cried
    left = cried.remembered(OPEN_FOR + 1)
    assert (left.emergency, left.level, left.topic) == (None, None, "emergency.chest")
    assert cried.remembered(OPEN_FOR + FORGET_AFTER) == Talk(heard_at=OPEN_FOR - 1)
    assert Talk(emergency="emergency.chest", opened=5, heard_at=5).remembered(OPEN_FOR + 5).emergency == "emergency.chest"


def test_an_emergency_that_has_passed_is_forgotten_with_the_rest() -> None:
    talk = Talk(topic="emergency.often", emergency="emergency.often", level=Level.TODAY, eased=True)
    assert talk.remembered(FORGET_AFTER).emergency == "emergency.often"
    assert talk.remembered(FORGET_AFTER + 1) == Talk()


def test_the_beginning_of_a_cramp_is_known_as_long_as_it_may_go_on() -> None:
    talk = Talk(topic="relief.calf", place=Place(routine="relief.calf"), began=0, logged=True)
    assert talk.remembered(CRAMP_TOO_LONG) == Talk(began=0, logged=True)
    assert talk.remembered(CRAMP_TOO_LONG + 1) == Talk()
