"""Controls and diary wishes."""

from __future__ import annotations

import pytest
from little_scripts import SCRIPTS, heard

from crampvoice.dialog import engine
from crampvoice.dialog.reply import Reply
from crampvoice.dialog.talk import Talk
from crampvoice.messages import RATE_HZ, Effect


def talk_of(*ids: str) -> Reply:
    talk, reply = Talk(), None
    for id_ in ids:
        reply = engine.respond(SCRIPTS, talk, heard(id_), talk.heard_at + 10 * RATE_HZ)
        talk = reply.talk
    assert reply is not None
    return reply


def said(*ids: str) -> tuple[str, ...]:
    return talk_of(*ids).turn.say


def test_stop_hushes_and_ends_routine_timer_and_question() -> None:
    reply = talk_of("relief.calf", "control.next", "control.stop")
    assert (reply.turn.id, reply.turn.kind, reply.turn.say, reply.effect) == ("control.stop", "control", (), "hush")
    assert (reply.talk.place, reply.talk.began, reply.talk.question) == (None, None, None)
    assert talk_of("prevent.general", "control.stop").talk.question is None


def test_stop_leaves_an_emergency_open() -> None:
    assert talk_of("emergency.chest", "control.stop").talk.emergency == "emergency.chest"


def test_good_night_is_said_once_and_ends_everything_but_an_emergency() -> None:
    reply = talk_of("relief.calf", "control.goodnight")
    assert (reply.turn.say, reply.effect) == (("Good night.",), "sleep")
    assert (reply.talk.topic, reply.talk.place) == (None, None)
    assert talk_of("emergency.chest", "control.goodnight").talk.emergency == "emergency.chest"


@pytest.mark.parametrize(("id_", "effect"), [("control.slower", "slower"), ("control.louder", "louder")])
def test_a_change_of_the_voice_says_the_last_words_again(id_: str, effect: Effect) -> None:
    reply = talk_of("relief.foot", id_)
    assert (reply.turn.say, reply.effect) == (("Pull the toes back.",), effect)


def test_repeat_says_exactly_the_last_words_and_keeps_the_question() -> None:
    asked = talk_of("prevent.general")
    again = talk_of("prevent.general", "control.repeat")
    assert again.turn.say == asked.turn.say
    assert again.talk.question == asked.talk.question
    assert said("prevent.general", "control.repeat", "control.yes") == ("Wear flat shoes.",)


def test_repeat_in_a_routine_says_the_current_step() -> None:
    assert said("relief.calf", "control.next", "control.repeat") == ("Breathe out.",)


def test_next_and_back_move_through_a_routine() -> None:
    assert said("relief.calf", "control.next", "control.next") == ("Pull your toes up.",)
    assert said("relief.calf", "control.next", "control.next", "control.back") == ("Breathe out.",)


def test_next_and_back_move_through_the_sentences_of_an_answer() -> None:
    assert said("prevent.general", "control.next") == ("Hold on to something.",)
    assert said("prevent.general", "control.next", "control.next", "control.back") == ("Hold on to something.",)
    assert said("prevent.general", "control.back") == ("Stretch before bed.",)


def test_next_behind_the_last_sentence_tells_more() -> None:
    talk = Talk(topic="relief.calf", said=("Pull your toes up gently.",))
    reply = engine.respond(SCRIPTS, talk, heard("control.next"), RATE_HZ)
    assert reply.turn.say == ("One.", "Two.")


def test_more_tells_two_sentences_at_a_time_and_then_nothing() -> None:
    assert said("relief.calf", "control.more") == ("One.", "Two.")
    assert said("relief.calf", "control.more", "control.more") == ("Three.",)
    assert said("relief.calf", "control.more", "control.more", "control.more") == ()


@pytest.mark.parametrize("id_", ["control.more", "control.next", "control.back", "control.repeat", "control.slower"])
def test_a_control_without_anything_said_before_is_silent(id_: str) -> None:
    assert said(id_) == ()


@pytest.mark.parametrize("id_", ["control.yes", "control.no"])
def test_yes_and_no_without_a_question_say_nothing(id_: str) -> None:
    assert said(id_) == ()


def test_better_in_a_routine_is_the_answer_to_its_question_ahead() -> None:
    assert said("relief.calf", "control.next", "control.better") == ("Rest the foot.",)


def test_worse_in_a_routine_goes_where_no_leads() -> None:
    reply = talk_of("relief.calf", "control.next", "control.worse")
    assert (reply.turn.id, reply.turn.say) == ("control.worse", ("Press the heel down.",))


def behind_the_question(id_: str) -> Reply:
    talk = talk_of("relief.calf").talk
    for _ in range(5):
        talk = engine.advance(SCRIPTS, talk, talk.heard_at).talk
    talk = engine.silence(SCRIPTS, talk, talk.heard_at).talk
    return engine.respond(SCRIPTS, talk, heard(id_), talk.heard_at + RATE_HZ)


def test_better_behind_the_question_ends_the_routine_with_a_kind_word() -> None:
    reply = behind_the_question("control.better")
    assert (reply.turn.say, reply.talk.place, reply.talk.began) == (("I am glad.",), None, None)
    assert reply.talk.lasted == RATE_HZ


def test_worse_behind_the_question_goes_on_to_what_else_can_be_done() -> None:
    reply = behind_the_question("control.worse")
    assert (reply.turn.id, reply.turn.kind, reply.turn.say) == ("control.worse", "control", ("Try the other stretch.",))


def test_worse_without_a_routine_starts_relief() -> None:
    assert said("control.worse") == ("Straighten the leg.",)


def test_better_without_a_routine_is_met_with_a_kind_word() -> None:
    assert said("control.better") == ("I am glad.",)


def test_a_cramp_is_written_down_at_once() -> None:
    reply = talk_of("diary.log")
    assert (reply.turn.kind, reply.turn.say, reply.effect) == ("diary", ("It is written down.",), "log_cramp")


def test_removing_an_entry_asks_first_and_acts_on_yes_only() -> None:
    asked = talk_of("diary.delete_last")
    assert (asked.turn.say, asked.effect) == (("Remove the cramp from {WHEN}?",), None)
    assert talk_of("diary.delete_last", "control.yes").effect == "delete_last"
    refused = talk_of("diary.delete_last", "control.no")
    assert (refused.turn.id, refused.effect, refused.talk.question) == ("control.no", None, None)


def test_silence_removes_nothing() -> None:
    talk = talk_of("diary.delete_last").talk
    reply = engine.silence(SCRIPTS, talk, talk.heard_at)
    assert (reply.effect, reply.talk.question) == (None, None)
