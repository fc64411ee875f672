"""The whole dialog behavior: a conversation and a reading → the next conversation and what to say. Pure.

The order is that of the rules: new danger first, then the answer to an open question, then an open danger, then controls, then
topics. Silence is an answer too: a turn with nothing to say.
"""

from __future__ import annotations

from dataclasses import replace

from crampvoice.dialog.open_emergency import is_below_open, stay, still_open
from crampvoice.dialog.open_question import answered, settles, taken_back
from crampvoice.dialog.reply import (
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
from crampvoice.dialog.talk import Talk
from crampvoice.dialog.whom import about_whom, meant_for
from crampvoice.messages import Level, Reading


def respond(scripts: Scripts, talk: Talk, reading: Reading, now: int) -> Reply:
    """Decide what to do with one utterance.

    `now` is the position of its end on the timeline, in samples at 16 kHz. The same inputs give the same reply.
    """
    talk = talk.remembered(now)
    if reading.id != "none":
        talk = replace(talk, heard_at=now)
    before, talk = talk.person, about_whom(talk, reading)
    topic = meant_for(scripts, talk, before, reading) if before is not talk.person else None
    if topic is not None:
        return answer(scripts, talk, topic, replace(reading, facts=frozenset()), now)
    reply = _respond(scripts, talk, reading, now)
    return replace(reply, talk=replace(reply.talk, person=reply.talk.person | reading.facts))


def silence(scripts: Scripts, talk: Talk, now: int) -> Reply:
    """Decide what to do when nobody has answered the open question in time."""
    question, talk = talk.question, replace(talk, heard_at=now)
    if question is None:
        return silent(talk)
    nothing = Reading(text="", id="none")
    if talk.place is not None and question.about == talk.place.routine:
        place = replace(talk.place, eases=False)
        return follow(scripts, replace(talk, place=place), question.silence or "next", place.routine, nothing, now)
    if question.silence is None:
        return silent(replace(talk, question=None))
    if question.insist and not question.said_twice:
        return speak(replace(talk, question=replace(question, said_twice=True)), "clarify", (question.say,))
    reply = answer(scripts, replace(talk, question=None), question.silence, nothing, now)
    return still_open(scripts, talk, reply, nothing)


def ask_again(scripts: Scripts, talk: Talk) -> Reply:
    """Ask the question of an unclear sign once more, after the time its answer gave it; not in an open emergency."""
    about, talk = talk.ask_again, replace(talk, ask_again=None)
    if about is None or talk.emergency is not None:
        return silent(talk)
    script = scripts[about[0]]
    assert isinstance(script, Unclear)
    reply = ask_unclear(scripts, talk, script, Reading(text="", id="none"))
    assert reply.talk.question is not None
    return replace(reply, talk=replace(reply.talk, question=replace(reply.talk.question, once_more=True)))


def advance(scripts: Scripts, talk: Talk, now: int) -> Reply:
    """Go on to the next step when the hold of the current one is over."""
    if talk.place is None:
        return silent(talk)
    routine = talk.place.routine
    return follow(scripts, replace(talk, heard_at=now), "next", routine, Reading(text="", id="none"), now)


def _respond(scripts: Scripts, talk: Talk, reading: Reading, now: int) -> Reply:
    script = scripts.get(reading.id)
    if isinstance(script, Emergency) and script.level.urgency >= Level.TODAY.urgency:
        settled = talk.question is not None and settles(talk.question, reading)
        if not settled and reading.id != talk.emergency and not is_below_open(talk, script, reading):
            return answer(scripts, talk, reading.id, reading, now)
    if talk.question is not None and (reply := answered(scripts, talk, talk.question, reading, now)):
        return still_open(scripts, talk, reply, reading)
    if talk.question is None and talk.denied is not None and (reply := taken_back(scripts, talk, *talk.denied, reading, now)):
        return reply
    if talk.emergency is not None and (reply := stay(scripts, talk, talk.emergency, reading, now)):
        return reply
    if reading.id.startswith(("control.", "diary.")):
        return steer(scripts, talk, reading, now)
    if reading.id == "clarify" and reading.between is not None:
        return _clarify(scripts, talk, reading, reading.between)
    if isinstance(script, Unclear):
        return answer(scripts, talk, reading.id, reading, now)
    if script is None:
        return silent(talk, reading=reading)
    if reading.id.startswith("aftercare."):
        talk = talk.let_go(now)
    return answer(scripts, replace(talk, question=None), reading.id, reading, now)


def _clarify(scripts: Scripts, talk: Talk, reading: Reading, between: tuple[str, str]) -> Reply:
    first, second = (scripts[id_] for id_ in between)
    if isinstance(first, Emergency):
        return ask_danger(talk, first, second.id, reading)
    assert isinstance(first, Topic)
    assert isinstance(second, Topic)
    return ask_between(talk, first, second, reading)
