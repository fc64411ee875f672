"""What is said in a conversation, from readings that are given."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from little_scripts import CALF_STEPS, SCRIPTS, heard

from crampvoice.dialog import engine
from crampvoice.dialog.reply import OFFER_TO_LOG, STAYS, Reply
from crampvoice.dialog.script import Step
from crampvoice.dialog.talk import FORGET_AFTER, TAKEN_BACK_WITHIN, Place, Talk
from crampvoice.messages import RATE_HZ, Finding, Level, Reading


def after(*readings: Reading, talk: Talk | None = None) -> Reply:
    """Reply to the last of some readings, ten seconds apart."""
    talk, reply = talk or Talk(), None
    for reading in readings:
        reply = engine.respond(SCRIPTS, talk, reading, talk.heard_at + 10 * RATE_HZ)
        talk = reply.talk
    assert reply is not None
    return reply


def test_a_topic_is_answered_with_its_first_words() -> None:
    reply = after(heard("relief.foot"))
    assert reply.turn.id == "relief.foot"
    assert reply.turn.kind == "topic"
    assert reply.turn.say == ("Pull the toes back.",)


def test_what_is_not_understood_is_met_with_silence() -> None:
    reply = after(heard("none", "pass the salt"))
    assert (reply.turn.id, reply.turn.say) == ("none", ())


def test_caveats_and_the_question_come_with_the_first_answer() -> None:
    reply = after(heard("prevent.general"))
    assert reply.turn.say == ("Stretch before bed.", "Hold on to something.", "Another tip?")


def test_yes_to_the_question_of_a_topic_goes_on_and_no_without_an_answer_is_only_no() -> None:
    assert after(heard("prevent.general"), heard("control.yes", "yes please")).turn.id == "prevent.shoes"
    refused = after(heard("prevent.general"), heard("control.no", "no thanks"))
    assert (refused.turn.id, refused.turn.say) == ("control.no", ())


def test_a_danger_sign_gives_its_advice_at_its_level_and_stays_open() -> None:
    reply = after(heard("emergency.chest"))
    assert reply.turn.level is Level.EMERGENCY_NOW
    assert reply.turn.say == ("Call {EMERGENCY} now.",)
    assert reply.talk.emergency == "emergency.chest"


def test_a_rule_can_raise_a_level_but_never_lower_it() -> None:
    assert after(heard("emergency.clot", level=Level.EMERGENCY_NOW)).turn.level is Level.EMERGENCY_NOW
    assert after(heard("emergency.chest", level=Level.ROUTINE)).turn.level is Level.EMERGENCY_NOW


def test_a_danger_sign_ends_the_routine() -> None:
    reply = after(heard("relief.calf"), heard("control.next"), heard("emergency.chest"))
    assert reply.talk.place is None


def test_a_mild_sign_gives_its_own_advice_and_leaves_nothing_open() -> None:
    reply = after(heard("emergency.often"))
    assert reply.turn.say == ("Tell {DOCTOR}.",)
    assert reply.turn.level is Level.ROUTINE
    assert reply.talk.emergency is None


def test_more_after_a_mild_sign_tells_why_and_its_topic() -> None:
    reply = after(heard("emergency.often"), heard("control.more"))
    assert reply.turn.say == ("Because it can be grave.", "See a doctor soon.")


def test_somebody_pregnant_gets_the_danger_answer_that_is_meant_for_her() -> None:
    assert after(heard("emergency.clot", facts=("pregnant",))).turn.id == "emergency.pregnancy_clot"
    assert after(heard("relief.foot", facts=("pregnant",)), heard("emergency.clot")).turn.id == "emergency.pregnancy_clot"


@pytest.mark.parametrize("id_", ["control.better", "aftercare.soreness", "none"])
def test_it_is_gone_now_does_not_take_an_open_emergency_back(id_: str) -> None:
    reply = after(heard("emergency.chest"), heard(id_, "it's gone now"))
    assert reply.turn.id == "emergency.chest"
    assert reply.turn.say == (STAYS, "Call {EMERGENCY} now.")
    assert reply.talk.emergency == "emergency.chest"


def test_it_is_better_after_another_sign_still_says_that_it_needs_checking() -> None:
    reply = after(heard("emergency.clot"), heard("control.better", "it's better"))
    assert reply.turn.id == "control.better"
    assert reply.turn.say[0] == STAYS


def test_an_open_emergency_answers_a_topic_with_what_to_do_now() -> None:
    reply = after(heard("emergency.chest"), heard("relief.calf", "how do i stretch it"))
    assert reply.turn.id == "emergency.chest"
    assert reply.turn.say == ("Call {EMERGENCY} now.", "Sit still.")


def test_an_open_emergency_answers_a_question_that_was_not_understood() -> None:
    reply = after(heard("emergency.chest"), heard("none", "what should i do with him"))
    assert reply.turn.say == ("Call {EMERGENCY} now.", "Sit still.")


def test_an_open_emergency_is_silent_to_talk_that_is_not_for_it() -> None:
    assert after(heard("emergency.chest"), heard("none", "margaret get the car")).turn.say == ()


def test_an_open_emergency_tells_its_reason_when_asked_why() -> None:
    for id_ in ("why.general", "control.more"):
        assert after(heard("emergency.chest"), heard(id_, "why is that")).turn.say == ("Because it can be grave.",)


def test_a_call_for_help_in_an_open_emergency_is_told_what_to_do_now() -> None:
    reply = after(heard("emergency.chest"), heard("control.help", "what can i do"))
    assert (reply.turn.id, reply.turn.say) == ("emergency.chest", ("Call {EMERGENCY} now.", "Sit still."))


@pytest.mark.parametrize("id_", ["control.more", "control.next", "control.worse"])
def test_more_next_and_worse_in_an_open_emergency_say_what_to_do_while_waiting(id_: str) -> None:
    assert after(heard("emergency.chest"), heard(id_)).turn.say == ("Sit still.",)


def test_a_less_urgent_sign_does_not_replace_an_open_emergency() -> None:
    reply = after(heard("emergency.chest"), heard("emergency.clot"))
    assert reply.turn.id == "emergency.chest"
    assert reply.turn.level is Level.EMERGENCY_NOW


def test_a_more_urgent_sign_replaces_an_open_emergency() -> None:
    assert after(heard("emergency.clot"), heard("emergency.chest")).turn.id == "emergency.chest"


def test_a_harmless_answer_to_another_question_does_not_close_an_open_emergency() -> None:
    for answered in (heard("none", "both"), heard("none", "the left one")):
        reply = after(heard("emergency.chest"), heard("unclear.swollen"), answered)
        assert (reply.turn.id, reply.turn.say) == ("emergency.chest", ("Call {EMERGENCY} now.", "Sit still."))
        assert reply.talk.question is None
    asked = after(heard("emergency.chest"), heard("unclear.swollen"))
    insisted = engine.silence(SCRIPTS, asked.talk, asked.talk.heard_at)
    assert engine.silence(SCRIPTS, insisted.talk, insisted.talk.heard_at).turn.id == "emergency.chest"


def test_an_open_emergency_does_not_ask_which_of_two_topics_is_meant() -> None:
    assert after(heard("emergency.chest"), BETWEEN).turn.say == ("Call {EMERGENCY} now.", "Sit still.")


def test_an_unclear_sign_asks_its_one_question() -> None:
    reply = after(heard("unclear.swollen"))
    assert (reply.turn.id, reply.turn.kind, reply.turn.say) == ("clarify", "clarify", ("One leg, or both?",))
    assert [one.id for one in reply.turn.alternatives] == ["emergency.clot", "see_doctor.when"]


@pytest.mark.parametrize(
    ("answer", "id_"),
    [
        (heard("none", "just the left one"), "emergency.clot"),
        (heard("none", "both of them"), "see_doctor.when"),
        (heard("control.no", "no"), "see_doctor.when"),
        (heard("none", "i don't know"), "emergency.clot"),
        (heard("none", "margaret"), "none"),
    ],
)
def test_the_answer_to_an_unclear_sign_decides_and_doubt_means_danger(answer: Reading, id_: str) -> None:
    assert after(heard("unclear.swollen"), answer).turn.id == id_


def test_what_is_not_understood_leaves_the_question_open() -> None:
    assert after(heard("unclear.swollen"), heard("none", "margaret"), heard("none", "both")).turn.id == "see_doctor.when"


def test_a_harmless_answer_can_be_introduced_with_words_of_its_own() -> None:
    reply = after(heard("unclear.swollen"), heard("none", "both"))
    assert reply.turn.say == ("Call if it gets worse.", "See a doctor soon.")
    assert reply.talk.said == reply.turn.say


def test_an_answer_may_have_its_question_asked_once_more_and_no_third_time() -> None:
    told = after(heard("unclear.swollen"), heard("none", "both")).talk
    assert told.ask_again == ("unclear.swollen", told.heard_at + 120 * RATE_HZ)
    again = engine.ask_again(SCRIPTS, told)
    assert (again.turn.id, again.turn.say) == ("clarify", ("One leg, or both?",))
    assert again.talk.ask_again is None
    assert after(heard("none", "both"), talk=again.talk).talk.ask_again is None
    assert after(heard("none", "the left"), talk=again.talk).turn.id == "emergency.clot"


def test_nothing_is_asked_once_more_in_an_open_emergency() -> None:
    told = after(heard("unclear.swollen"), heard("none", "both")).talk
    open_ = after(heard("emergency.chest", present=True), talk=told)
    assert engine.ask_again(SCRIPTS, open_.talk).turn.say == ()


def test_no_answer_to_an_unclear_sign_of_level_today_asks_once_more_and_is_then_taken_for_danger() -> None:
    asked = after(heard("unclear.swollen"))
    again = engine.silence(SCRIPTS, asked.talk, asked.talk.heard_at + 8 * RATE_HZ)
    assert (again.turn.id, again.turn.say) == ("clarify", ("One leg, or both?",))
    assert engine.silence(SCRIPTS, again.talk, again.talk.heard_at + 8 * RATE_HZ).turn.id == "emergency.clot"


def test_no_answer_to_an_unclear_sign_of_level_now_is_taken_for_danger_at_once() -> None:
    asked = after(heard("unclear.faint"))
    assert engine.silence(SCRIPTS, asked.talk, asked.talk.heard_at + 8 * RATE_HZ).turn.id == "emergency.chest"


HOT = Finding(id="emergency.clot", rule="a rule", words=("hot",))
FAINTED = Finding(id="emergency.chest", rule="a rule", words=("fainted",))
HALF_CHEST = heard("clarify", "my chest is odd", between=("emergency.chest", "relief.start"))
HALF_CLOT = heard("clarify", "my leg is odd", between=("emergency.clot", "relief.start"))


def test_a_danger_that_was_half_heard_asks_its_question() -> None:
    reply = after(HALF_CHEST)
    assert (reply.turn.id, reply.turn.say) == ("clarify", ("Does your chest hurt?",))
    assert after(HALF_CHEST, heard("control.yes", "yes")).turn.id == "emergency.chest"
    assert after(HALF_CHEST, heard("control.no", "no")).turn.id == "relief.start"


def test_silence_to_a_danger_of_level_now_gives_the_advice_at_once() -> None:
    assert engine.silence(SCRIPTS, after(HALF_CHEST).talk, 0).turn.id == "emergency.chest"


def test_silence_to_a_danger_of_level_today_repeats_the_question_once_then_gives_the_advice() -> None:
    again = engine.silence(SCRIPTS, after(HALF_CLOT).talk, 0)
    assert (again.turn.id, again.turn.say) == ("clarify", ("Is one leg swollen?",))
    assert engine.silence(SCRIPTS, again.talk, 0).turn.id == "emergency.clot"


def test_silence_without_an_open_question_is_silence() -> None:
    assert engine.silence(SCRIPTS, Talk(), 0).turn.say == ()


def test_silence_lets_the_question_of_a_topic_lapse() -> None:
    reply = engine.silence(SCRIPTS, after(heard("prevent.general")).talk, 0)
    assert (reply.turn.say, reply.talk.question) == ((), None)


def test_not_knowing_lets_the_question_of_a_topic_lapse() -> None:
    reply = after(heard("prevent.general"), heard("none", "i'm not sure"))
    assert (reply.turn.say, reply.talk.question) == ((), None)


def test_a_danger_answer_to_a_danger_question_that_a_rule_found_counts_as_a_danger_of_its_own() -> None:
    reply = after(heard("unclear.swollen"), heard("emergency.chest", "both and my chest hurts", present=True))
    assert reply.turn.id == "emergency.chest"


def test_a_short_harmless_answer_that_sounds_like_a_danger_is_only_the_answer() -> None:
    assert after(heard("unclear.swollen"), heard("emergency.chest", "both")).turn.id == "see_doctor.when"


@pytest.mark.parametrize("asked", [HALF_CHEST, heard("unclear.faint")])
@pytest.mark.parametrize(
    "over",
    [
        heard("control.better", "it's gone now"),
        heard("control.goodnight", "i'm fine now"),
        heard("control.thanks", "thanks"),
        heard("none", "he's all right"),
        heard("control.better", "no it's gone now"),
    ],
)
def test_it_is_gone_now_does_not_answer_the_question_about_a_chest_stroke_fit_or_faint_sign(
    asked: Reading, over: Reading
) -> None:
    again = after(asked, over)
    assert again.turn.id == "clarify"
    assert again.turn.say == (STAYS, after(asked).turn.say[0])
    assert engine.silence(SCRIPTS, again.talk, again.talk.heard_at).turn.id == "emergency.chest"
    assert after(heard("control.no", "no"), talk=again.talk).turn.id == "relief.start"


def test_it_is_gone_once_more_gives_the_advice_only_if_the_sign_itself_was_heard() -> None:
    over = heard("control.better", "it's gone")
    assert after(HALF_CHEST, over, over).turn.id == "emergency.chest"
    faint = after(heard("unclear.faint"), over, over)
    assert (faint.turn.id, faint.turn.say) == ("relief.start", (STAYS, "Straighten the leg."))
    assert (faint.talk.said, faint.talk.question, faint.talk.emergency) == (faint.turn.say, None, None)


@pytest.mark.parametrize("text", ["no wait just one", "sorry only one"])
def test_a_harmless_answer_to_a_question_about_danger_may_be_taken_back(text: str) -> None:
    denied = after(heard("unclear.swollen"), heard("none", "both"))
    assert denied.turn.id == "see_doctor.when"
    assert after(heard("none", text), talk=denied.talk).turn.id == "emergency.clot"
    late = engine.respond(SCRIPTS, denied.talk, heard("none", text), denied.talk.heard_at + TAKEN_BACK_WITHIN + RATE_HZ)
    assert late.turn.id == "none"


@pytest.mark.parametrize(
    "said",
    [
        heard("none", "is it just one tablet"),
        heard("none", "i can reach it with one hand"),
        heard("none", "and then there was just one of them left in the fridge"),
        heard("why.general", "just one reason please", score=0.9),
        heard("control.repeat", "just one more time"),
        heard("none", "it's both"),
    ],
)
def test_what_only_sounds_like_it_takes_nothing_back(said: Reading) -> None:
    denied = after(heard("unclear.swollen"), heard("none", "both"))
    assert after(said, talk=denied.talk).turn.level is None


@pytest.mark.parametrize(
    "other",
    [
        heard("control.goodnight", "i'm back in bed"),
        heard("control.thanks", "thanks"),
        heard("clarify", "only since the cramp", between=("why.general", "relief.start")),
    ],
)
def test_what_answers_nothing_has_a_question_about_danger_asked_again_once_only(other: Reading) -> None:
    again = after(HALF_CLOT, other)
    assert (again.turn.id, again.turn.say) == ("clarify", ("Is one leg swollen?",))
    assert after(other, talk=again.talk).turn.say != again.turn.say


@pytest.mark.parametrize("text", ["please", "right"])
def test_a_plea_is_no_yes_to_a_question_about_danger(text: str) -> None:
    assert after(HALF_CHEST, heard("none", text)).turn.id == "none"


@pytest.mark.parametrize("asked", [HALF_CHEST, heard("unclear.faint")])
@pytest.mark.parametrize(
    "text", ["i have a cramp in my calf", "please help my calf is cramping", "both my calves are cramping"]
)
def test_another_matter_that_begins_like_a_yes_has_the_question_about_danger_asked_again(asked: Reading, text: str) -> None:
    cramp = heard("relief.calf", text)
    again = after(asked, cramp)
    assert (again.turn.id, again.turn.say) == ("clarify", after(asked).turn.say)
    assert after(heard("control.no", "no"), talk=again.talk).turn.id == "relief.start"
    assert after(heard("control.yes", "yes"), talk=again.talk).turn.id == "emergency.chest"
    assert engine.silence(SCRIPTS, again.talk, again.talk.heard_at).turn.id == "emergency.chest"


def test_a_new_subject_has_a_question_about_danger_asked_again_once_only() -> None:
    cramp = heard("relief.foot", "cramp in my foot")
    again = after(HALF_CHEST, cramp)
    assert again.turn.say == ("Does your chest hurt?",)
    assert after(cramp, talk=again.talk).turn.id == "relief.foot"


@pytest.mark.parametrize(
    "said",
    [
        heard("relief.calf", "yes and my calf is cramping"),
        heard("relief.calf", "i have it in my chest and a cramp"),
        heard("relief.calf", "it is a cramp", score=0.5),
        heard("control.yes", "it is"),
    ],
)
def test_an_outright_yes_or_a_word_of_the_danger_is_not_asked_again(said: Reading) -> None:
    assert after(heard("unclear.faint"), said).turn.id == "emergency.chest"


def test_it_is_gone_now_answers_the_question_about_another_sign_as_before() -> None:
    assert after(HALF_CLOT, heard("control.better", "it's gone now")).turn.id == "control.better"


def test_a_word_of_the_danger_answers_the_question_about_a_sign_that_was_half_heard() -> None:
    assert after(HALF_CHEST, heard("none", "tight")).turn.id == "emergency.chest"
    assert after(HALF_CHEST, heard("control.no", "no it's not tight")).turn.id == "relief.start"


@pytest.mark.parametrize(
    ("said", "id_"),
    [
        (heard("unclear.swollen", "just dizzy but it's swollen"), "One leg, or both?"),
        (heard("emergency.clot", "just dizzy and swollen"), "Call {ADVICE_LINE} now."),
        (heard("clarify", "no my left leg is odd", between=("emergency.clot", "relief.start")), "Is one leg swollen?"),
        (replace(heard("relief.start", "no my calf's hot"), findings=(HOT,)), "Is one leg swollen?"),
        (heard("unclear.swollen", "just dizzy i think"), "Straighten the leg."),
        (replace(heard("unclear.faint", "no but it's hot"), findings=(HOT,)), "Is one leg swollen?"),
        (replace(heard("unclear.faint", "no i fainted"), findings=(FAINTED,)), "Straighten the leg."),
        (replace(heard("relief.start", "no just dizzy"), findings=(replace(HOT, words=("dizzy",)),)), "Straighten the leg."),
    ],
)
def test_a_harmless_answer_does_not_hide_another_sign(said: Reading, id_: str) -> None:
    assert after(heard("unclear.faint"), said).turn.say[-1] == id_


def test_another_sign_in_a_harmless_answer_decides_with_a_risk_that_is_known() -> None:
    asked = after(heard("unclear.faint", facts=("pregnant",)))
    hot = replace(heard("relief.start", "no my calf's hot"), findings=(HOT,))
    assert after(hot, talk=asked.talk).turn.id == "emergency.pregnancy_clot"


BETWEEN = heard("clarify", "why shoes", between=("why.general", "prevent.shoes"))


def test_two_topics_that_are_near_each_other_are_asked_between() -> None:
    reply = after(BETWEEN)
    assert reply.turn.say == ("Do you mean why cramps come, or shoes?",)


@pytest.mark.parametrize(
    ("answer", "id_"),
    [
        (heard("control.yes", "yes"), "why.general"),
        (heard("none", "the shoes"), "prevent.shoes"),
        (heard("none", "the second"), "prevent.shoes"),
        (heard("none", "the first one"), "why.general"),
        (heard("prevent.shoes", "trainers", score=0.5, others=(("why.general", 0.1),)), "prevent.shoes"),
        (heard("none", "something", score=0.4, others=(("why.general", 0.25), ("prevent.shoes", 0.24))), "none"),
        (heard("relief.foot", "my foot is cramping"), "relief.foot"),
    ],
)
def test_which_of_two_topics_is_told_by_its_name_its_place_or_its_meaning(answer: Reading, id_: str) -> None:
    assert after(BETWEEN, answer).turn.id == id_


def test_a_new_subject_is_answered_instead_of_the_open_question() -> None:
    asked = heard("relief.foot", "yes and how do i stop cramp in my foot")
    assert after(heard("prevent.general"), asked).turn.id == "relief.foot"


def test_a_person_named_before_gets_the_answer_that_is_meant_for_her() -> None:
    reply = after(heard("why.general", facts=("pregnant",)), heard("relief.calf"))
    assert reply.turn.id == "pregnancy.relief"


def test_a_medicine_named_before_gets_the_answer_that_is_meant_for_it() -> None:
    assert after(heard("relief.foot", facts=("medicine",)), heard("why.general")).turn.id == "why.medicines"


FOR_MY_SON = heard("child.causes", "and for my son", facts=("child", "helper"))


@pytest.mark.parametrize(
    ("said", "id_", "say"),
    [
        (heard("why.general", "and me"), "why.general", "Nobody knows."),
        (heard("child.causes", "and for my mum", facts=("helper",)), "why.general", "Nobody knows of theirs."),
        (heard("child.causes", "and my husband he's seventy six", facts=("helper",)), "why.general", "Nobody knows of theirs."),
        (heard("child.causes", "and why does he get them", facts=("helper",)), "child.causes", "A busy day."),
    ],
)
def test_a_follow_up_that_names_a_person_puts_that_one_in_the_place_of_the_one_before(
    said: Reading, id_: str, say: str
) -> None:
    reply = after(heard("why.general"), FOR_MY_SON, said)
    assert (reply.turn.id, reply.turn.say) == (id_, (say,))


def test_a_follow_up_that_names_a_person_stays_with_a_topic_that_has_words_for_that_one() -> None:
    asked = heard("relief.foot", "and for my mum", facts=("helper",))
    assert after(heard("why.general"), asked).turn.say == ("Nobody knows of theirs.",)
    assert after(heard("prevent.shoes"), asked).turn.id == "relief.foot"


def test_a_follow_up_that_names_a_person_goes_back_to_the_topic_that_was_asked_about() -> None:
    for asked, other in (("why.cold", "why.general"), ("why.general", "why.cold")):
        nearer = heard("child.causes", "and me", others=((other, 0.4),))
        assert after(heard("relief.foot", facts=("child",)), heard(asked), nearer).turn.id == asked


@pytest.mark.parametrize(
    ("text", "id_"),
    [
        ("and my husband he's seventy six", "why.general"),
        ("what about my wife she's six months pregnant", "why.general"),
        ("and for pregnant women", "why.general"),
        ("but my husband is snoring again", "relief.foot"),
        ("so me and the wife went to the pub", "relief.foot"),
    ],
)
def test_a_follow_up_names_a_person_and_at_most_an_age_or_a_condition(text: str, id_: str) -> None:
    assert after(heard("why.general"), heard("relief.foot", text, facts=("helper",))).turn.id == id_


@pytest.mark.parametrize("said", [heard("none", "and my husband", facts=("helper",)), heard("none", "and me")])
def test_a_person_in_talk_that_is_not_understood_is_met_with_silence(said: Reading) -> None:
    assert after(heard("why.general", facts=("child",)), said).turn.say == ()


def test_a_person_named_with_a_command_or_for_the_diary_does_not_override_it() -> None:
    asked = heard("why.general", facts=("child",))
    for id_, effect in (("control.stop", "hush"), ("diary.log", "log_cramp")):
        assert after(asked, heard(id_, "and for me")).effect == effect
    assert after(asked, heard("control.stop", "for me please stop"), heard("relief.foot")).talk.person == {"child"}


def test_a_person_does_not_break_off_a_routine_for_the_topic_in_hand() -> None:
    running = after(heard("relief.calf"), heard("control.next")).talk
    named = ("and my nan", ("helper", "older"))
    reply = after(heard("none", named[0], facts=named[1]), talk=running)
    assert (reply.turn.say, reply.talk.place) == ((), running.place)
    assert after(heard("prevent.shoes", named[0], facts=named[1]), talk=running).turn.id == "prevent.shoes"


def test_a_check_that_is_open_does_not_keep_a_follow_up_from_naming_a_person() -> None:
    operated = after(heard("why.general", facts=("surgery",)), heard("prevent.general"))
    assert operated.talk.question is not None
    for id_ in ("prevent.shoes", "control.more"):
        assert after(heard(id_, "and for me"), talk=operated.talk).turn.id == "prevent.general"


def test_a_question_about_danger_comes_before_a_person_that_is_named() -> None:
    asked = after(heard("why.general", facts=("child",)), HALF_CLOT)
    assert after(heard("relief.foot", "and for me"), talk=asked.talk).turn.say == asked.turn.say
    unclear = heard("unclear.faint", "and for my mum", facts=("helper",))
    assert after(heard("why.general"), unclear).turn.id == "clarify"


def test_the_general_answer_for_older_people_is_not_told_twice_in_a_row() -> None:
    told = after(heard("relief.foot", facts=("older",)), heard("who.affected"))
    assert told.turn.id == "older_adults.general"
    assert after(heard("who.affected"), talk=told.talk).turn.id == "who.affected"
    operated = after(heard("why.general", facts=("surgery",)), heard("relief.calf"))
    assert after(heard("relief.calf"), talk=operated.talk).turn.id == "after_surgery.general"


def test_who_is_only_spoken_of_does_not_take_the_place_of_who_it_is_about() -> None:
    spoken = heard("relief.foot", "and my husband says rub it", facts=("helper",))
    assert "pregnant" in after(heard("why.general", facts=("pregnant",)), spoken).talk.person


def test_words_for_an_older_person_replace_the_first_answer() -> None:
    assert after(heard("relief.calf", facts=("older",))).turn.say == ("Stay in bed and pull the toes.",)


def test_an_operation_named_before_changes_a_routine_but_not_a_tip() -> None:
    operated = heard("why.general", facts=("surgery",))
    assert after(operated, heard("relief.calf")).turn.id == "after_surgery.general"
    assert after(operated, heard("prevent.general")).turn.id == "prevent.general"


def test_asking_on_about_the_open_emergency_stays_in_it() -> None:
    asked = after(heard("emergency.chest"), heard("emergency.chest", "should i ring them"))
    assert (asked.turn.id, asked.turn.level) == ("emergency.chest", Level.EMERGENCY_NOW)
    over = after(heard("emergency.chest"), heard("emergency.chest", "it has passed"))
    assert over.turn.say[0] == STAYS


CALLED = ["i've called the ambulance", "i rang nine nine nine", "help is coming", "the ambulance is on its way"]
NOT_CALLED = ["i haven't called them", "have you called the ambulance", "should i have called the ambulance", "i called my son"]


@pytest.mark.parametrize("id_", ["emergency.chest", "none", "relief.foot"])
def test_an_open_emergency_does_not_say_whom_to_call_when_help_was_called(id_: str) -> None:
    for text in CALLED:
        assert after(heard("emergency.chest"), heard(id_, text)).turn.say == ("Sit still.",)
    told = replace(heard(id_, "i've called the ambulance and i fainted"), findings=(FAINTED,))
    assert after(heard("emergency.chest"), told).turn.say[0] == "Call {EMERGENCY} now."


@pytest.mark.parametrize("text", NOT_CALLED)
def test_an_open_emergency_says_whom_to_call_while_nobody_was_called(text: str) -> None:
    reply = after(heard("emergency.chest"), heard("emergency.chest", text))
    assert reply.turn.say == ("Call {EMERGENCY} now.", "Sit still.")


def test_an_open_emergency_ends_after_its_hour_though_a_cramp_is_cried_out_again_and_again() -> None:
    talk = after(heard("emergency.chest")).talk
    opened, cry = talk.heard_at, heard("relief.calf", "cramp in my calf")
    for minutes in (28, 56, 60):
        reply = engine.respond(SCRIPTS, talk, cry, opened + minutes * 60 * RATE_HZ)
        assert reply.turn.id == "emergency.chest"
        talk = reply.talk
    assert engine.respond(SCRIPTS, talk, cry, opened + 61 * 60 * RATE_HZ).turn.id == "relief.calf"


@pytest.mark.parametrize("again", [heard("emergency.chest", "my chest hurts"), heard("control.goodnight")])
def test_the_hour_of_an_open_emergency_begins_anew_only_when_its_sign_is_told_again(again: Reading) -> None:
    talk = after(heard("emergency.chest")).talk
    opened = talk.heard_at
    talk = engine.respond(SCRIPTS, talk, again, opened + 50 * 60 * RATE_HZ).talk
    later = engine.respond(SCRIPTS, talk, heard("relief.calf"), opened + 70 * 60 * RATE_HZ)
    assert later.turn.id == ("emergency.chest" if again.id == "emergency.chest" else "relief.calf")
    assert engine.respond(SCRIPTS, talk, heard("relief.calf"), opened + 55 * 60 * RATE_HZ).turn.id == "emergency.chest"


def test_a_question_about_something_less_urgent_does_not_come_before_the_open_emergency() -> None:
    assert after(heard("emergency.chest"), HALF_CLOT).turn.id == "emergency.chest"
    assert after(heard("emergency.clot"), HALF_CHEST).turn.id == "clarify"


@pytest.mark.parametrize("id_", ["control.better", "none"])
def test_five_minutes_of_silence_do_not_take_an_open_emergency_back(id_: str) -> None:
    talk = after(heard("emergency.chest", facts=("pregnant",))).talk
    later = engine.respond(SCRIPTS, talk, heard(id_, "it's gone now"), talk.heard_at + FORGET_AFTER + RATE_HZ)
    assert (later.turn.id, later.turn.say) == ("emergency.chest", (STAYS, "Call {EMERGENCY} now."))
    assert later.talk.person == frozenset()


def test_a_sign_that_may_pass_and_has_is_forgotten_after_five_minutes_of_silence() -> None:
    talk = after(heard("emergency.clot"), heard("control.better", "it's better")).talk
    again = engine.respond(SCRIPTS, talk, heard("emergency.clot", present=True), talk.heard_at + RATE_HZ)
    for open_, id_ in ((talk, "relief.calf"), (again.talk, "emergency.clot")):
        later = engine.respond(SCRIPTS, open_, heard("relief.calf", "cramp again"), open_.heard_at + FORGET_AFTER + RATE_HZ)
        assert later.turn.id == id_


def test_five_minutes_of_silence_forget_topic_and_person() -> None:
    talk = after(heard("relief.foot", facts=("pregnant",))).talk
    later = engine.respond(SCRIPTS, talk, heard("relief.calf"), talk.heard_at + FORGET_AFTER + 1)
    assert later.turn.id == "relief.calf"
    assert later.talk.person == frozenset()


def test_talk_that_means_nothing_does_not_keep_the_conversation_alive() -> None:
    talk = after(heard("relief.foot")).talk
    chatted = engine.respond(SCRIPTS, talk, heard("none", "pass the salt"), talk.heard_at + FORGET_AFTER - 1)
    assert chatted.talk.heard_at == talk.heard_at


def test_a_routine_is_not_forgotten_while_it_runs_though_nobody_speaks() -> None:
    begun = after(heard("relief.calf")).talk
    first = engine.advance(SCRIPTS, begun, begun.heard_at + 200 * RATE_HZ).talk
    now = begun.heard_at + 400 * RATE_HZ
    spoken = engine.respond(SCRIPTS, first, heard("none", "pass the salt"), now)
    assert (spoken.talk.place, spoken.talk.began) == (first.place, begun.began)
    worse = engine.respond(SCRIPTS, first, heard("control.worse", "it won't let go"), now)
    assert (worse.turn.say, worse.talk.began) == (("Press the heel down.",), begun.began)


def test_the_end_of_a_hold_goes_on_to_the_next_step() -> None:
    begun = after(heard("relief.calf"))
    first = engine.advance(SCRIPTS, begun.talk, begun.talk.heard_at)
    assert (first.turn.id, first.turn.say) == ("relief.calf", ("Breathe out.",))
    assert engine.advance(SCRIPTS, Talk(), 0).turn.say == ()


def at_question() -> Talk:
    talk = after(heard("relief.calf")).talk
    for _ in range(5):
        talk = engine.advance(SCRIPTS, talk, talk.heard_at).talk
    assert talk.question is not None
    assert talk.question.say == "Is it letting go?"
    return talk


def test_yes_to_the_question_of_a_routine_goes_to_the_next_step() -> None:
    reply = after(heard("control.yes", "yes"), talk=at_question())
    assert (reply.turn.id, reply.turn.say) == ("control.yes", ("Rest the foot.",))


def test_no_to_the_question_of_a_routine_goes_where_the_step_says() -> None:
    assert after(heard("control.no", "no"), talk=at_question()).turn.say == ("Press the heel down.",)


def test_one_of_several_answers_to_a_routine_goes_to_its_own_step() -> None:
    assert after(heard("none", "i'm dizzy"), talk=at_question()).turn.say == ("Rest the foot.",)


def test_silence_to_the_question_of_a_routine_goes_on() -> None:
    assert engine.silence(SCRIPTS, at_question(), 0).turn.say == ("Rest the foot.",)


def test_silence_to_the_question_of_a_routine_may_go_on_inside_another() -> None:
    asking = replace(SCRIPTS["relief.start"], steps=(Step(ask="Where is it?", hold_s=8, silence="relief.calf 2"),))
    scripts = {**SCRIPTS, "relief.start": asking}
    asked = engine.advance(scripts, engine.respond(scripts, Talk(), heard("relief.start"), 0).talk, 0)
    went_on = engine.silence(scripts, asked.talk, 0)
    assert (went_on.turn.say, went_on.talk.place) == (CALF_STEPS[1].say, Place(routine="relief.calf", step=1))
    pregnant = replace(asked.talk, person=frozenset(["pregnant"]))
    assert engine.silence(scripts, pregnant, 0).turn.say == ("Gently pull the toes up.",)


def test_not_knowing_in_a_routine_helps_once_and_then_goes_on() -> None:
    unsure = heard("none", "i can't tell")
    helped = after(unsure, talk=at_question())
    assert helped.turn.say == ("Feel the muscle.", "Is it letting go?")
    assert after(unsure, talk=helped.talk).turn.say == ("Rest the foot.",)


def test_a_routine_that_nobody_answers_ends_without_a_word() -> None:
    rested = engine.silence(SCRIPTS, at_question(), 60 * RATE_HZ)
    ended = engine.advance(SCRIPTS, rested.talk, rested.talk.heard_at)
    assert (ended.turn.say, ended.talk.place, ended.talk.began) == ((), None, None)


def test_a_routine_that_helped_offers_to_write_the_cramp_down_and_does_it_only_on_yes() -> None:
    rested = after(heard("control.yes", "yes"), talk=at_question())
    ended = engine.advance(SCRIPTS, rested.talk, rested.talk.heard_at + 5 * RATE_HZ)
    assert (ended.turn.say, ended.talk.place, ended.talk.began) == ((OFFER_TO_LOG,), None, None)
    assert ended.talk.lasted == 15 * RATE_HZ
    logged = after(heard("control.yes", "yes please"), talk=ended.talk)
    assert (logged.turn.id, logged.turn.say, logged.effect) == ("diary.log", ("It is written down.",), "log_cramp")
    assert after(heard("control.no", "no"), talk=ended.talk).effect is None
    lapsed = engine.silence(SCRIPTS, ended.talk, ended.talk.heard_at)
    assert (lapsed.turn.say, lapsed.effect, lapsed.talk.question) == ((), None, None)


def test_the_beginning_of_a_cramp_is_kept_through_its_routine() -> None:
    begun = after(heard("relief.calf"))
    later = engine.respond(SCRIPTS, begun.talk, heard("relief.calf"), begun.talk.heard_at + RATE_HZ)
    assert later.talk.began == begun.talk.began == 10 * RATE_HZ


def test_a_cramp_that_is_over_does_not_lend_its_beginning_to_the_next() -> None:
    asked = after(heard("relief.calf"), heard("prevent.shoes"))
    for over in (heard("control.better", "it's gone now"), heard("aftercare.soreness")):
        ended = after(over, talk=asked.talk).talk
        assert (ended.began, ended.lasted) == (None, 20 * RATE_HZ)
        again = after(heard("relief.calf"), talk=ended).talk
        assert again.began == again.heard_at


def to_its_end(talk: Talk) -> Reply:
    return engine.advance(SCRIPTS, after(heard("control.better", "it's easing"), talk=talk).talk, talk.heard_at + 60 * RATE_HZ)


def test_a_cramp_that_was_written_down_is_not_offered_to_be_written_down_again() -> None:
    begun = after(heard("relief.calf"), heard("control.next")).talk
    assert to_its_end(begun).turn.say == (OFFER_TO_LOG,)
    logged = after(heard("diary.log", "write it down"), talk=begun).talk
    assert (logged.began, logged.place) == (begun.began, begun.place)
    ended = to_its_end(logged)
    assert (ended.turn.say, ended.talk.question) == ((), None)
    assert to_its_end(after(heard("relief.calf"), talk=ended.talk).talk).turn.say == (OFFER_TO_LOG,)


def test_an_offer_to_write_a_cramp_down_is_over_when_it_is_asked_for() -> None:
    offered = to_its_end(after(heard("relief.calf"), heard("control.next")).talk)
    logged = after(heard("diary.log", "write it down"), talk=offered.talk)
    assert (logged.effect, logged.talk.question) == ("log_cramp", None)
    assert after(heard("control.yes", "yes"), talk=logged.talk).effect is None


READINGS = [
    *(heard(id_) for id_ in SCRIPTS),
    heard("control.help"),
    HALF_CHEST,
    HALF_CLOT,
    BETWEEN,
    *(heard("none", text) for text in ("yes", "no", "both", "i don't know", "it's gone now", "what do i do", "lamp")),
    heard("relief.calf", facts=("pregnant",)),
]


@given(st.lists(st.sampled_from([*READINGS, None]), max_size=12))
def test_any_conversation_is_answered_and_the_same_each_time(readings: list[Reading | None]) -> None:
    def replay() -> list[Reply]:
        talk, replies = Talk(), []
        for reading in readings:
            now = talk.heard_at + RATE_HZ
            reply = engine.silence(SCRIPTS, talk, now) if reading is None else engine.respond(SCRIPTS, talk, reading, now)
            talk = reply.talk
            replies.append(reply)
        return replies

    assert replay() == replay()


@given(st.lists(st.sampled_from(READINGS), max_size=8))
def test_silence_brings_every_conversation_to_an_end(readings: list[Reading]) -> None:
    talk = after(heard("relief.foot"), *readings).talk
    for _ in range(40):
        if talk.place is not None and talk.question is None:
            talk = engine.advance(SCRIPTS, talk, talk.heard_at).talk
        elif talk.question is not None:
            talk = engine.silence(SCRIPTS, talk, talk.heard_at).talk
    assert talk.question is None
    assert talk.place is None


@given(st.lists(st.sampled_from([one for one in READINGS if not one.id.startswith("emergency.")]), max_size=8))
def test_an_open_emergency_of_level_now_never_gives_way_to_a_stretch(readings: list[Reading]) -> None:
    talk = after(heard("emergency.chest")).talk
    for reading in readings:
        reply = engine.respond(SCRIPTS, talk, reading, talk.heard_at + RATE_HZ)
        talk = reply.talk
        assert reply.turn.kind != "topic"
        assert talk.emergency == "emergency.chest"
