"""Controls and diary wishes: the words that steer the assistant. Pure."""

from __future__ import annotations

from dataclasses import replace

from crampvoice.dialog import routine
from crampvoice.dialog.reply import Reply, Scripts, answer, follow, silent, speak, step
from crampvoice.dialog.script import Control, Emergency, Topic
from crampvoice.dialog.talk import Option, Question, Talk
from crampvoice.messages import Effect, Reading

AT_A_TIME = 2
"""How many sentences of a longer answer are told at a time."""

_VOICE: dict[str, Effect] = {
    "control.slower": "slower",
    "control.faster": "faster",
    "control.louder": "louder",
    "control.quieter": "quieter",
}


def steer(scripts: Scripts, talk: Talk, reading: Reading, now: int, *, confirmed: bool = False) -> Reply:
    """Do what a control or a diary wish asks for; what means nothing now is silent.

    `confirmed` says that the question about it was answered with yes.
    """
    id_ = reading.id
    if id_ == "control.stop":
        return silent(replace(talk, question=None, place=None, began=None), id_, "hush")
    if id_ == "control.goodnight":
        rested = Talk(
            person=talk.person,
            emergency=talk.emergency,
            level=talk.level,
            opened=talk.opened,
            eased=talk.eased,
            heard_at=talk.heard_at,
        )
        return replace(_scripted(scripts, rested, reading), effect="sleep")
    if id_ in _VOICE:
        return replace(speak(talk, id_, talk.said, reading=reading), effect=_VOICE[id_])
    if id_ == "control.repeat":
        return _with_question(speak(talk, id_, talk.said, reading=reading), talk)
    if id_ in ("control.next", "control.back"):
        return _move(scripts, talk, reading, now)
    if id_ == "control.more":
        return _more(scripts, talk, reading)
    if id_ in ("control.better", "control.worse") and talk.place is not None:
        return _in_routine(scripts, talk, reading, now)
    if id_ == "control.worse":
        return replace_id(
            answer(scripts, talk, "relief.not_working" if talk.began is not None else "relief.start", reading, now), id_
        )
    if id_ == "control.better":
        return _scripted(scripts, talk.let_go(now), reading)
    if id_ == "diary.log":
        offered = talk.question is not None and talk.question.about == id_
        talk = replace(talk, question=None if offered else talk.question, logged=True)
    if id_ == "diary.delete_last" and not confirmed:
        return _confirm_delete(scripts, talk, reading)
    effects: dict[str, Effect] = {"diary.log": "log_cramp", "diary.delete_last": "delete_last"}
    if id_ in ("control.yes", "control.no", "diary.delete_last"):
        return silent(talk, id_, effects.get(id_), reading)
    return replace(_scripted(scripts, talk, reading), effect=effects.get(id_))


def replace_id(reply: Reply, id_: str) -> Reply:
    """Report a reply under the control that led to it."""
    return replace(reply, turn=replace(reply.turn, id=id_, kind="control"))


def _scripted(scripts: Scripts, talk: Talk, reading: Reading) -> Reply:
    script = scripts[reading.id]
    assert isinstance(script, Control)
    return speak(talk, reading.id, script.say, reading=reading)


def _with_question(reply: Reply, talk: Talk) -> Reply:
    return replace(reply, talk=replace(reply.talk, question=talk.question))


def _move(scripts: Scripts, talk: Talk, reading: Reading, now: int) -> Reply:
    forward = reading.id == "control.next"
    if talk.place is not None:
        if forward:
            return follow(scripts, talk, "next", reading.id, reading, now)
        return step(scripts, talk, routine.before(talk.place), reading.id)
    at = talk.at + (1 if forward else -1)
    if forward and at >= len(talk.said):
        return _more(scripts, talk, reading)
    at = max(at, 0)
    reply = speak(talk, reading.id, talk.said[at : at + 1], reading=reading)
    return replace(reply, talk=replace(reply.talk, said=talk.said, at=at))


def _more(scripts: Scripts, talk: Talk, reading: Reading) -> Reply:
    script = scripts.get(talk.topic or "")
    if isinstance(script, Emergency):
        with_it = scripts.get(script.topic or "")
        rest = with_it.say if isinstance(with_it, Topic) else ()
        return speak(talk, reading.id, (script.why, *rest), reading=reading)
    if not isinstance(script, Topic):
        return silent(talk, reading.id, reading=reading)
    told = tuple(fact.say for fact in script.more[talk.told : talk.told + AT_A_TIME])
    return speak(replace(talk, told=talk.told + len(told)), reading.id, told, reading=reading)


def _in_routine(scripts: Scripts, talk: Talk, reading: Reading, now: int) -> Reply:
    assert talk.place is not None
    topic = scripts[talk.place.routine]
    assert isinstance(topic, Topic)
    ahead = routine.question_ahead(topic, talk.place)
    if ahead is None:
        if reading.id == "control.better":
            return _scripted(scripts, replace(talk.let_go(now), place=None), reading)
        return replace_id(answer(scripts, replace(talk, place=None), "relief.not_working", reading, now), reading.id)
    asked = replace(talk, place=replace(talk.place, step=ahead, eases=reading.id == "control.better"))
    target = topic.steps[ahead].yes if reading.id == "control.better" else topic.steps[ahead].no
    return follow(scripts, asked, target, reading.id, reading, now)


def _confirm_delete(scripts: Scripts, talk: Talk, reading: Reading) -> Reply:
    script = scripts[reading.id]
    assert isinstance(script, Control)
    question = Question(
        about=reading.id,
        say=script.say[0],
        options=(Option(goto="diary.delete_last", yes_or_no="yes"), Option(goto="control.no", yes_or_no="no")),
    )
    return speak(replace(talk, question=question), reading.id, script.say, reading=reading)
