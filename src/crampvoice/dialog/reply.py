"""Making replies: every way the assistant can answer, each from a script. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from crampvoice.dialog import routine
from crampvoice.dialog.script import Answer, Emergency, Script, Topic, Unclear
from crampvoice.dialog.talk import Option, Place, Question, Talk
from crampvoice.messages import Candidate, Effect, Level, Reading, Turn, kind_of

Scripts = Mapping[str, Script]

CARRIED = ("pregnant", "new_mother", "child", "surgery", "older", "medicine")
"""People whose own answer is given when they were named in an earlier turn, most important first."""

CRAMP_NOW = ("relief", "pregnancy", "child")
"""Families whose routines are for a cramp that is there now: their answer starts the clock of the cramp."""

STAYS = "It may be nothing, but it needs checking."
"""Spoken when a danger sign is said to be over (rules 8 and 10 of the red flags)."""


OFFER_TO_LOG = "Shall I write this cramp down?"
"""Spoken when a routine has helped (rules of the diary); unless somebody says yes, nothing is written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The next state of the conversation and what is done."""

    talk: Talk
    turn: Turn
    effect: Effect | None = None


def silent(talk: Talk, id_: str = "none", effect: Effect | None = None, reading: Reading | None = None) -> Reply:
    """Say nothing."""
    return Reply(talk=talk, turn=Turn(id=id_, kind=kind_of(id_), alternatives=_ranking(reading)), effect=effect)


def speak(talk: Talk, id_: str, say: tuple[str, ...], *, level: Level | None = None, reading: Reading | None = None) -> Reply:
    """Say some sentences and remember them for *repeat*."""
    talk = replace(talk, said=say or talk.said, at=0)
    return Reply(talk=talk, turn=Turn(id=id_, kind=kind_of(id_), level=level, say=say, alternatives=_ranking(reading)))


def led_by(first: tuple[str, ...], reply: Reply) -> Reply:
    """Put some sentences before those of a reply, for *repeat* too."""
    say = first + reply.turn.say
    return replace(reply, turn=replace(reply.turn, say=say), talk=replace(reply.talk, said=say or reply.talk.said))


def answer(scripts: Scripts, talk: Talk, id_: str, reading: Reading, now: int) -> Reply:
    """Answer with the script of `id_`, whatever kind it is."""
    script = scripts[id_]
    if isinstance(script, Emergency):
        return answer_emergency(scripts, talk, script, reading, now)
    if isinstance(script, Unclear):
        return ask_unclear(scripts, talk, script, reading)
    assert isinstance(script, Topic)
    return answer_topic(scripts, talk, script, reading, now)


def answer_topic(scripts: Scripts, talk: Talk, script: Topic, reading: Reading, now: int) -> Reply:
    """Give the first answer of a topic, in the variant for the person it is about, and get its routine ready."""
    asked, earlier = script.id, talk.person - reading.facts
    for who in CARRIED:
        variant = next((v for v in script.variants if v.who == who and v.answer), None)
        if variant is None or who not in earlier or (who == "surgery" and not script.steps):
            continue
        if who == "older" and variant.answer == talk.topic and not script.steps:
            continue  # It is general, and was just told; the others hold limits that are worth saying again.
        other = scripts[variant.answer or ""]
        if isinstance(other, Topic):
            script = other
            break
    own = next((v.say for v in script.variants if v.say and v.who in talk.person | reading.facts), ())
    say = (own or script.say) + tuple(one for one in script.caveats if one not in own)
    question = _check(script) if script.check else None
    in_pain = script.steps and script.id.partition(".")[0] in CRAMP_NOW
    began = now if in_pain and talk.began is None else talk.began
    talk = replace(
        talk,
        topic=script.id,
        asked=asked,
        told=0,
        question=question,
        emergency=None,
        level=None,
        place=Place(routine=script.id) if script.steps else None,
        began=began,
        logged=talk.logged and began == talk.began,
        heard_at=now,
    )
    return speak(talk, script.id, say + ((script.check,) if script.check else ()), reading=reading)


def answer_emergency(scripts: Scripts, talk: Talk, script: Emergency, reading: Reading, now: int) -> Reply:
    """Give the advice of a danger sign; levels now and today end a routine and stay open."""
    people = talk.person | reading.facts
    meant = next((scripts[one.answer] for one in script.variants if one.who in people and one.answer), script)
    if isinstance(meant, Emergency):
        script = meant
    level = max(reading.level or script.level, script.level, key=lambda one: one.urgency)
    opens = level.urgency >= Level.TODAY.urgency
    talk = replace(
        talk,
        topic=script.id,
        asked=None,
        told=0,
        question=None,
        place=None if opens else talk.place,
        emergency=script.id if opens else None,
        level=level if opens else None,
        opened=now if opens else talk.opened,
        eased=False,
        heard_at=now,
    )
    return speak(talk, script.id, script.say, level=level, reading=reading)


def ask_unclear(scripts: Scripts, talk: Talk, script: Unclear, reading: Reading) -> Reply:
    """Ask the one question of an unclear sign."""
    options = tuple(_option(one) for one in (*script.danger, *script.harmless))
    danger, harmless = script.danger[0].goto, script.harmless[0].goto
    question = Question(about=script.id, say=script.ask, options=options, silence=danger, insist=not _is_now(scripts[danger]))
    return _asked(talk, question, (danger, harmless), reading)


def ask_danger(talk: Talk, script: Emergency, other: str, reading: Reading) -> Reply:
    """Ask the one question of a danger sign that was only half heard; `other` is the harmless meaning."""
    yes = Option(goto=script.id, yes_or_no="yes", words=script.heard)
    no = Option(goto=other, yes_or_no="no")
    question = Question(
        about=script.id,
        say=script.ask or script.say[0],
        options=(yes, no),
        silence=script.id,
        insist=not _is_now(script),
    )
    return _asked(talk, question, (script.id, other), reading)


def ask_between(talk: Talk, first: Topic, second: Topic, reading: Reading) -> Reply:
    """Ask which of two topics is meant."""
    words = [set(topic.name.split()) for topic in (first, second)]
    options = (
        Option(goto=first.id, yes_or_no="yes", words=(*sorted(words[0] - words[1] - _SMALL), "the first")),
        Option(goto=second.id, words=(*sorted(words[1] - words[0] - _SMALL), "the second", "the other")),
    )
    question = Question(about="clarify", say=f"Do you mean {first.name}, or {second.name}?", options=options)
    return _asked(talk, question, (first.id, second.id), reading)


def step(scripts: Scripts, talk: Talk, place: Place, id_: str) -> Reply:
    """Speak the step of a routine at `place`; a step that asks opens its question."""
    topic = scripts[place.routine]
    assert isinstance(topic, Topic)
    current = topic.steps[place.step]
    question = None
    if current.ask:
        options = [Option(goto=choice.goto, words=choice.heard) for choice in current.choices]
        options += [Option(goto=current.yes, yes_or_no="yes"), Option(goto=current.no, yes_or_no="no")]
        question = Question(about=place.routine, say=current.ask, options=tuple(options), silence=current.silence)
    talk = replace(talk, place=place, question=question, topic=place.routine)
    return speak(talk, id_, current.say or (current.ask or "",))


def follow(scripts: Scripts, talk: Talk, target: str, id_: str, reading: Reading, now: int) -> Reply:
    """Go where a step of the running routine leads: another step, the end, another script, or a step of its routine.

    Before that step come the caveats of its script; a person for whom another answer is meant gets that one.
    """
    assert talk.place is not None
    topic = scripts[talk.place.routine]
    assert isinstance(topic, Topic)
    target, _, number = target.partition(" ")
    place = routine.after(topic, talk.place, target)
    if isinstance(place, Place):
        return step(scripts, talk, place, id_)
    if place != routine.END:
        reply = answer(scripts, replace(talk, place=None, question=None), place, reading, now)
        entered = scripts[place]
        if number and isinstance(entered, Topic) and reply.talk.place == Place(routine=place):
            return led_by(entered.caveats, step(scripts, reply.talk, Place(routine=place, step=int(number) - 1), id_))
        return reply if reply.turn.level else replace(reply, turn=replace(reply.turn, id=id_, kind=kind_of(id_)))
    lasted = now - talk.began if talk.began is not None else None
    ended = replace(talk, place=None, question=None, began=None, lasted=lasted)
    if lasted is None or talk.logged or not talk.place.eases:
        return speak(ended, id_, ())
    yes, no = Option(goto="diary.log", yes_or_no="yes"), Option(goto="control.no", yes_or_no="no")
    question = Question(about="diary.log", say=OFFER_TO_LOG, options=(yes, no))
    return speak(replace(ended, question=question), id_, (OFFER_TO_LOG,))


_SMALL = frozenset(
    [
        "a",
        "an",
        "and",
        "at",
        "by",
        "for",
        "from",
        "how",
        "in",
        "is",
        "it",
        "of",
        "on",
        "or",
        "the",
        "to",
        "with",
        "your",
        "cramp",
        "cramps",
        "leg",
        "legs",
    ]
)


def _is_now(script: Script) -> bool:
    """Tell whether silence to the question about a sign gives the advice at once (rule 7 of the red flags)."""
    return isinstance(script, Emergency) and script.level is Level.EMERGENCY_NOW


def _check(script: Topic) -> Question:
    yes = (Option(goto=script.check_yes, yes_or_no="yes"),) if script.check_yes else ()
    no = (Option(goto=script.check_no, yes_or_no="no"),) if script.check_no else ()
    others = tuple(_option(one) for one in script.check_answers)
    return Question(about=script.id, say=script.check or "", options=others + yes + no)


def _option(one: Answer) -> Option:
    return Option(goto=one.goto, words=one.heard, yes_or_no=one.yes_or_no, say=one.say, ask_again_s=one.ask_again_s)


def _asked(talk: Talk, question: Question, between: tuple[str, str], reading: Reading) -> Reply:
    scores = {candidate.id: candidate.score for candidate in reading.candidates}
    alternatives = tuple(Candidate(id=id_, score=scores.get(id_, 0.0)) for id_ in between)
    talk = replace(talk, question=question, said=(question.say,), at=0)
    return Reply(talk=talk, turn=Turn(id="clarify", kind="clarify", say=(question.say,), alternatives=alternatives))


def _ranking(reading: Reading | None) -> tuple[Candidate, ...]:
    return reading.candidates[:5] if reading else ()
