"""The whole dialog behavior: a conversation and a reading → the next conversation and what to say. Pure.

The order is that of the rules: new danger and an open emergency first, then the answer to an open question, then controls,
then topics. Silence is an answer too: a turn with nothing to say.
"""

from __future__ import annotations

import re
from dataclasses import replace

from crampvoice.dialog import answers
from crampvoice.dialog.reply import (
    STAYS,
    Reply,
    Scripts,
    answer,
    ask_between,
    ask_danger,
    ask_unclear,
    follow,
    silent,
    speak,
)
from crampvoice.dialog.script import Emergency, Topic, Unclear
from crampvoice.dialog.steer import steer
from crampvoice.dialog.talk import FORGET_AFTER, Option, Question, Talk
from crampvoice.messages import RATE_HZ, Level, Reading, kind_of

_NEW_SUBJECT = 0.6
"""Score from which a topic is a new subject rather than an answer to the open question."""
_SHORT = 4
"""Most words of an answer that is nothing but an answer."""
_OVER = re.compile(
    r"\b(?:gone|passed|better|all right|alright|fine|normal|himself|herself|eased|easing|stopped|over|worn off|went away|"
    r"settled)\b"
)
"""Words that say a danger sign is over."""
_ASKS = re.compile(
    r"\b(?:what|how|why|when|where|shall|should|can|could|can't|must|may|do|does|will|would|is|am|are)\b.*"
    r"\b(?:i|he|she|it|we|they|me|him|her)\b"
    r"|\b(?:ring|call|phone|ambulance|hospital|doctor|wait|massage|massaged|rub|stretch|stretching|walk|need to|have to)\b"
)
"""Words by which somebody in an emergency asks what to do, or wants to go on with something else."""
_STEERING = frozenset(
    "control.stop control.goodnight control.next control.back control.repeat control.more control.slower control.faster "
    "control.louder control.quieter control.thanks control.help".split()
)
"""Controls that are no answer to a question, though they may begin with "okay" or "go on"."""


def respond(scripts: Scripts, talk: Talk, reading: Reading, now: int) -> Reply:
    """Decide what to do with one utterance.

    `now` is the position of its end on the timeline, in samples at 16 kHz. The same inputs give the same reply.
    """
    if now - talk.heard_at > FORGET_AFTER:
        talk = Talk(heard_at=now)
    if reading.id != "none":
        talk = replace(talk, heard_at=now)
    reply = _respond(scripts, talk, reading, now)
    return replace(reply, talk=replace(reply.talk, person=reply.talk.person | reading.facts))


def silence(scripts: Scripts, talk: Talk, now: int) -> Reply:
    """Decide what to do when nobody has answered the open question in time."""
    question = talk.question
    if question is None:
        return silent(talk)
    nothing = Reading(text="", id="none")
    if talk.place is not None and question.about == talk.place.routine:
        return follow(scripts, talk, question.silence or "next", talk.place.routine, nothing, now)
    if question.silence is None:
        return silent(replace(talk, question=None))
    if question.insist and not question.said_twice:
        return speak(replace(talk, question=replace(question, said_twice=True)), "clarify", (question.say,))
    reply = answer(scripts, replace(talk, question=None), question.silence, nothing, now)
    return _still_open(scripts, talk, reply, nothing)


def ask_again(scripts: Scripts, talk: Talk) -> Reply:
    """Ask the question of an unclear sign once more, after the time its answer gave it; not in an open emergency."""
    about, talk = talk.ask_again, replace(talk, ask_again=None)
    if about is None or talk.emergency is not None:
        return silent(talk)
    script = scripts[about[0]]
    assert isinstance(script, Unclear)
    reply = ask_unclear(talk, script, Reading(text="", id="none"))
    assert reply.talk.question is not None
    return replace(reply, talk=replace(reply.talk, question=replace(reply.talk.question, once_more=True)))


def advance(scripts: Scripts, talk: Talk, now: int) -> Reply:
    """Go on to the next step when the hold of the current one is over."""
    if talk.place is None:
        return silent(talk)
    return follow(scripts, talk, "next", talk.place.routine, Reading(text="", id="none"), now)


def _respond(scripts: Scripts, talk: Talk, reading: Reading, now: int) -> Reply:
    script = scripts.get(reading.id)
    alarm = isinstance(script, Emergency) and script.level.urgency >= Level.TODAY.urgency
    settled = talk.question is not None and _settles(talk.question, reading)
    if alarm and not settled and reading.id != talk.emergency and not _below_open(talk, script, reading):
        return answer(scripts, talk, reading.id, reading, now)
    if talk.question is not None and (reply := _answered(scripts, talk, talk.question, reading, now)):
        return _still_open(scripts, talk, reply, reading)
    if talk.emergency is not None and (reply := _stay(scripts, talk, talk.emergency, reading, now)):
        return reply
    if reading.id.startswith(("control.", "diary.")):
        return steer(scripts, talk, reading, now)
    if reading.id == "clarify" and reading.between is not None:
        return _clarify(scripts, talk, reading, reading.between)
    if isinstance(script, Unclear):
        return answer(scripts, talk, reading.id, reading, now)
    if script is None:
        return silent(talk, reading=reading)
    return answer(scripts, replace(talk, question=None), reading.id, reading, now)


def _settles(question: Question, reading: Reading) -> bool:
    """Tell whether an utterance that sounds like a danger is no more than the answer to the open question.

    Not if a rule found a present sign, nor if it says more than an answer that is harmless would.
    """
    option = answers.chosen(question, reading.text)
    if not isinstance(option, Option) or any(finding.standing == "present" for finding in reading.findings):
        return False
    return option.goto.startswith("emergency.") or len(reading.text.split()) <= _SHORT


def _below_open(talk: Talk, script: object, reading: Reading) -> bool:
    assert isinstance(script, Emergency)
    level = reading.level or script.level
    return talk.level is not None and level.urgency < talk.level.urgency


def _answered(scripts: Scripts, talk: Talk, question: Question, reading: Reading, now: int) -> Reply | None:
    option = answers.chosen(question, reading.text)
    top = reading.candidates[0].score if reading.candidates else 0.0
    if isinstance(option, Option) and reading.id in _STEERING:
        option = None
    if isinstance(option, Option) and not option.words and reading.id in scripts:
        new_subject = kind_of(reading.id) == "topic" and top >= _NEW_SUBJECT and len(reading.text.split()) > 6
        option = None if new_subject else option
    if option is None and question.about == "clarify":
        option = _nearer(question, reading)
    if option is None:
        return silent(talk, reading=reading) if reading.id == "none" else None
    in_routine = talk.place is not None and question.about == talk.place.routine
    if option == "unsure":
        return _unsure(scripts, talk, question, reading, now)
    if in_routine:
        return follow(scripts, talk, option.goto, _routine_id(option, talk), reading, now)
    if option.goto.startswith(("control.", "diary.")):
        return steer(scripts, replace(talk, question=None), replace(reading, id=option.goto), now, confirmed=True)
    reply = answer(scripts, replace(talk, question=None), option.goto, reading, now)
    if option.say:
        turn = replace(reply.turn, say=option.say + reply.turn.say)
        reply = replace(reply, turn=turn, talk=replace(reply.talk, said=turn.say))
    if option.ask_again_s is not None and not question.once_more:
        due = (question.about, now + option.ask_again_s * RATE_HZ)
        reply = replace(reply, talk=replace(reply.talk, ask_again=due))
    return reply


def _routine_id(option: Option, talk: Talk) -> str:
    assert talk.place is not None
    if option.goto in ("next", "end") or option.goto.isdigit():
        return f"control.{option.yes_or_no}" if option.yes_or_no else talk.place.routine
    return option.goto


def _unsure(scripts: Scripts, talk: Talk, question: Question, reading: Reading, now: int) -> Reply:
    if talk.place is not None and question.about == talk.place.routine:
        topic = scripts[talk.place.routine]
        assert isinstance(topic, Topic)
        unsure = topic.steps[talk.place.step].unsure
        if unsure and not talk.place.asked_unsure:
            return speak(replace(talk, place=replace(talk.place, asked_unsure=True)), "clarify", (unsure, question.say))
        return follow(scripts, talk, question.silence or "next", talk.place.routine, reading, now)
    if question.silence is None:
        return silent(replace(talk, question=None))
    return answer(scripts, replace(talk, question=None), question.silence, reading, now)


def _nearer(question: Question, reading: Reading) -> Option | None:
    scores = {candidate.id: candidate.score for candidate in reading.candidates}
    ranked = sorted(question.options, key=lambda option: -scores.get(option.goto, 0.0))
    best = scores.get(ranked[0].goto, 0.0)
    if best >= 0.2 and best > 1.5 * scores.get(ranked[1].goto, 0.0):
        return ranked[0]
    return None


def _stay(scripts: Scripts, talk: Talk, emergency: str, reading: Reading, now: int) -> Reply | None:
    """Stay in an open emergency: no stretching, no chat; what is said to be over still needs checking."""
    script = scripts[emergency]
    assert isinstance(script, Emergency)
    kind = kind_of(reading.id)
    over = reading.id in ("control.better", "aftercare.back_to_sleep", "aftercare.soreness")
    if over or (kind in ("none", "topic", "emergency") and _OVER.search(reading.text) and not _ASKS.search(reading.text)):
        keeps = script.stays_open or reading.id != "control.better"
        level = talk.level if keeps else None
        return speak(talk, emergency if keeps else reading.id, (STAYS, script.say[0]), level=level, reading=reading)
    if reading.id in ("control.more", "control.next", "control.worse"):
        say = (script.why,) if "why" in reading.text.split() else script.waiting
        return speak(talk, reading.id, say, reading=reading)
    if reading.id == "control.help":
        return _what_to_do(scripts, talk, emergency, reading)
    if kind in ("control", "diary") or (kind == "clarify" and _more_urgent(scripts, talk, reading)):
        return None
    if kind == "none" and not _ASKS.search(reading.text):
        return silent(talk, reading=reading)
    if reading.id.startswith("why."):
        return speak(talk, emergency, (script.why,), level=talk.level, reading=reading)
    return _what_to_do(scripts, talk, emergency, reading)


def _more_urgent(scripts: Scripts, talk: Talk, reading: Reading) -> bool:
    """Tell whether a question would be about something that is more urgent than the open emergency."""
    about = scripts[reading.between[0]] if reading.between is not None else None
    if not isinstance(about, Emergency):
        return about is None
    return talk.level is None or about.level.urgency > talk.level.urgency


def _still_open(scripts: Scripts, talk: Talk, reply: Reply, reading: Reading) -> Reply:
    """Stay in an open emergency when the answer to a question would lead to something less urgent."""
    if talk.emergency is None or talk.level is None or reply.turn.kind not in ("topic", "emergency"):
        return reply
    if reply.talk.level is not None and reply.talk.level.urgency >= talk.level.urgency:
        return reply
    return _what_to_do(scripts, replace(talk, question=None, heard_at=reply.talk.heard_at), talk.emergency, reading)


def _what_to_do(scripts: Scripts, talk: Talk, emergency: str, reading: Reading) -> Reply:
    script = scripts[emergency]
    assert isinstance(script, Emergency)
    return speak(talk, emergency, (script.say[0], *script.waiting), level=talk.level, reading=reading)


def _clarify(scripts: Scripts, talk: Talk, reading: Reading, between: tuple[str, str]) -> Reply:
    first, second = (scripts[id_] for id_ in between)
    if isinstance(first, Emergency):
        return ask_danger(talk, first, second.id, reading)
    assert isinstance(first, Topic)
    assert isinstance(second, Topic)
    return ask_between(talk, first, second, reading)
