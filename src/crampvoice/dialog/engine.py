"""The whole dialog behavior: a conversation and a reading → the next conversation and what to say. Pure.

The order is that of the rules: new danger and an open emergency first, then the answer to an open question, then controls,
then topics. Silence is an answer too: a turn with nothing to say.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import get_args

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
    led_by,
    silent,
    speak,
)
from crampvoice.dialog.script import Emergency, Topic, Unclear, Who
from crampvoice.dialog.steer import steer
from crampvoice.dialog.talk import TAKEN_BACK_WITHIN, Option, Question, Talk
from crampvoice.messages import RATE_HZ, Level, Reading, kind_of

_NEW_SUBJECT = 0.6
"""Score from which a topic is a new subject rather than an answer to the open question."""
_SHORT = 4
"""Most words of an answer that is nothing but an answer."""
_CORRECTION = 8
"""Most words in which an answer is taken back."""
_CORRECTS = re.compile(
    r"\b(?:no|nope|wait|sorry|actually|hang on|hold on|i mean|i meant|tell a lie|oh|well|only|just|it's|it is|it has|now)\b"
)
"""Words of which a correction has one: "i can't reach my foot with this belly" takes nothing back."""
_QUESTION = re.compile(
    r"^(?:and |but |so )?(?:is|are|was|what|why|how|can|could|should|shall|do|does|did|will|would|when|which|who)\b"
)
"""First words of a question."""
_OVER = re.compile(
    r"\b(?:gone|passed|better|all right|alright|fine|normal|himself|herself|eased|easing|stopped|over|worn off|went away|"
    r"settled)\b"
)
"""Words that say a danger sign is over."""
_WAS = re.compile(
    r"\b(?:(?:it's|it is|has|have|they've|all) gone|gone (?:now|away|again)|passed|went away|wore off|worn off|any ?more|"
    r"eased|settled|stopped)\b"
)
"""Words by which even a "no" says that the sign was there: "no it's gone now"."""
_BETTER = frozenset("control.better aftercare.back_to_sleep aftercare.soreness".split())
"""What is understood when somebody says that it is over."""
_FAREWELL = frozenset(["control.goodnight", "control.thanks"])
_FINISHED = _BETTER | _FAREWELL
"""What is understood when somebody has done with it, in an answer to a question about danger."""
_SAID_OUTRIGHT = re.compile(r"^(?:(?:um|uh|er|oh|well) )*(?:yes|yeah|yep|yup|yah|aye|no|nope|nah)\b")
"""First words that are yes or no and nothing else, unlike those of "i have a cramp" or "not again"."""
_BOTH_LEGS = re.compile(r"\bboth (?:(?:of|my|the|his|her) )*(?:legs|calves|feet|thighs|shins|hamstrings)\b")
"""A "both" that is of the legs and not of two things that were asked about."""
_LEAD = r"^(?:(?:and|but|or|so|what|how|about|for|in|with|if|it's) )+"
_FOR_ME = re.compile(_LEAD + r"(?:me|myself)(?: (?:too|then|as well|please))?$")
_NUMBER = (
    r"(?:(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|"
    r"nineteen|(?:twen|thir|for|fif|six|seven|eigh|nine)t(?:y|ies)|a|hundred)\b ?)+"
)
_FOR_SOMEBODY = re.compile(
    _LEAD + r"(?:(?:my|our|the|a|an)(?: (?:little|old|elderly|young|poor|other))? [\w']+|"
    r"(?:pregnant women|(?:old|older|elderly) people|children|kids))(?: (?:too|then|as well|please))?"
    r"(?: (?:he's|she's|he is|she is|who's|who is|is|aged)(?: (?:only|just|about|nearly|almost|over|very|in (?:his|her)))* "
    rf"(?:{_NUMBER}(?:years? old|years?|(?:months?|weeks?)(?: (?:old|pregnant|gone))?)?|"
    r"pregnant|expecting|diabetic|old|elderly)(?: now)?)?$"
)
"""Follow-ups that only name a person: "and for my mum", "and me"."""
_WHERE_TO = re.compile(r"\{|\bemergency department\b")
"""Marks the sentence of a danger sign that says whom to call or where to go."""
_ASKS = re.compile(
    r"\b(?:what|how|why|when|where|shall|should|can|could|can't|must|may|do|does|will|would|is|am|are)\b.*"
    r"\b(?:i|he|she|it|we|they|me|him|her)\b"
    r"|\b(?:ring|call|phone|ambulance|hospital|doctor|wait|massage|massaged|rub|stretch|stretching|walk|need to|have to)\b"
)
"""Words by which somebody in an emergency asks what to do, or wants to go on with something else."""
_CALLED = re.compile(
    r"\b(?:called|rung|rang|phoned|dialled|dialed|calling|ringing|phoning) (?:(?:for|the|an|out) ){0,2}"
    r"(?:ambulance|emergency|them|help|paramedics|nine nine nine|nine one one|one one two|triple zero)\b"
    r"|\b(?:ambulance|paramedics|help)(?:'s|'re| is| are) (?:coming|on (?:the|its|their) way|nearly here|almost here)\b"
)
"""Words that say that help was called or is coming."""
_NOT_CALLED = re.compile(
    r"\b(?:not|never|no|nobody|none|\w+n't|if|who|when|what|you|should|should've|could|would|wish|must|will|gonna|"
    r"going to|want|yesterday|last)\b|^(?:have|has|had|did|do|does|is|are|am|shall|can|may)\b"
)
"""Words by which that is denied, asked, or only thought of."""
_PEOPLE = frozenset[str](get_args(Who))
"""Facts that tell who a person is, as opposed to where it hurts."""
_STEERING = frozenset(
    "control.stop control.goodnight control.next control.back control.repeat control.more control.slower control.faster "
    "control.louder control.quieter control.thanks control.help".split()
)
"""Controls that are no answer to a question, though they may begin with "okay" or "go on"."""


def respond(scripts: Scripts, talk: Talk, reading: Reading, now: int) -> Reply:
    """Decide what to do with one utterance.

    `now` is the position of its end on the timeline, in samples at 16 kHz. The same inputs give the same reply.
    """
    talk = talk.remembered(now)
    if reading.id != "none":
        talk = replace(talk, heard_at=now)
    before, talk = talk.person, _about_whom(talk, reading)
    topic = _meant_for(scripts, talk, before, reading) if before is not talk.person else None
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
    return _still_open(scripts, talk, reply, nothing)


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


def _about_whom(talk: Talk, reading: Reading) -> Talk:
    """Put the person that a follow-up names in the place of the one before; nothing else takes a person back."""
    somebody = reading.facts & _PEOPLE and _FOR_SOMEBODY.search(reading.text)
    if not (somebody or _FOR_ME.search(reading.text)):
        return talk
    return replace(talk, person=(talk.person - _PEOPLE) | reading.facts)


def _meant_for(scripts: Scripts, talk: Talk, before: frozenset[str], reading: Reading) -> str | None:
    """Give the topic that was asked about if it is asked for the person that was just named too; None if it is not.

    It is if it has an answer of its own for that person or for those known `before`; never in the middle of a routine, nor
    over danger or what steers the assistant.
    """
    asks_danger = talk.question is not None and talk.question.silence is not None
    busy = talk.emergency is not None or talk.place is not None or asks_danger
    if busy or reading.between is not None or not (kind_of(reading.id) == "topic" or reading.id == "control.more"):
        return None
    topic = scripts.get(talk.asked or "")
    people = before | talk.person
    return topic.id if isinstance(topic, Topic) and any(v.who in people for v in topic.variants) else None


def _respond(scripts: Scripts, talk: Talk, reading: Reading, now: int) -> Reply:
    script = scripts.get(reading.id)
    alarm = isinstance(script, Emergency) and script.level.urgency >= Level.TODAY.urgency
    settled = talk.question is not None and _settles(talk.question, reading)
    if alarm and not settled and reading.id != talk.emergency and not _below_open(talk, script, reading):
        return answer(scripts, talk, reading.id, reading, now)
    if talk.question is not None and (reply := _answered(scripts, talk, talk.question, reading, now)):
        return _still_open(scripts, talk, reply, reading)
    if talk.question is None and talk.denied is not None and (reply := _taken_back(scripts, talk, *talk.denied, reading, now)):
        return reply
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
    if reading.id.startswith("aftercare."):
        talk = talk.let_go(now)
    return answer(scripts, replace(talk, question=None), reading.id, reading, now)


def _settles(question: Question, reading: Reading) -> bool:
    """Tell whether an utterance that sounds like a danger is no more than the answer to the open question.

    Not if a rule found a present sign, nor if it says more than an answer that is harmless would.
    """
    option = answers.chosen(question, reading.text)
    if not isinstance(option, Option) or any(finding.standing == "present" for finding in reading.findings):
        return False
    return option.goto.startswith("emergency.") or _is_bare(option, reading.text)


def _is_bare(option: Option, text: str) -> bool:
    """Tell whether an utterance is nothing but the answer that an option stands for."""
    rest = answers.beside(option, text)
    return not rest or (len(text.split()) <= _SHORT and not {"and", "but"} & set(rest))


def _is_harmless(scripts: Scripts, question: Question, option: Option) -> bool:
    """Tell whether an option is the harmless answer to a question about danger."""
    danger = question.silence or ""
    asked = danger != option.goto and (question.about.startswith("unclear.") or isinstance(scripts.get(danger), Emergency))
    return asked and not option.goto.startswith(("emergency.", "unclear."))


def _other_sign(scripts: Scripts, question: Question, option: Option, reading: Reading) -> str | None:
    """Give the danger or unclear sign that a harmless answer holds besides the one that was asked about."""
    about = reading.between[0] if reading.between is not None else reading.id
    own = {question.about, *(one.goto for one in question.options if about == question.about)}
    rest = answers.beside(option, reading.text)
    signs = [
        finding.id
        for finding in reading.findings
        if finding.standing == "present" and finding.id not in own and _is_sign(scripts, finding.id)
        if any(word in rest for words in finding.words for word in words.split())
    ]
    if about not in own and _is_sign(scripts, about) and (signs or not _is_bare(option, reading.text)):
        signs.append(about)
    return min(signs, key=lambda id_: not id_.startswith("emergency."), default=None)


def _is_sign(scripts: Scripts, id_: str) -> bool:
    script = scripts.get(id_)
    return isinstance(script, Unclear) or (isinstance(script, Emergency) and script.level.urgency >= Level.TODAY.urgency)


def _below_open(talk: Talk, script: object, reading: Reading) -> bool:
    assert isinstance(script, Emergency)
    level = reading.level or script.level
    return talk.level is not None and level.urgency < talk.level.urgency


def _answered(scripts: Scripts, talk: Talk, question: Question, reading: Reading, now: int) -> Reply | None:
    option = answers.chosen(question, reading.text)
    top = reading.candidates[0].score if reading.candidates else 0.0
    if isinstance(option, Option) and reading.id in _STEERING:
        option = None
    if _is_over(scripts, talk, question, option, reading):
        return _ask_though_over(scripts, talk, question, reading, now)
    if isinstance(option, Option) and _is_harmless(scripts, question, option):
        sign = _other_sign(scripts, question, option, reading)
        if sign is not None:
            return _add_sign(scripts, talk, sign, option, reading, now)
    if not question.said_twice and _is_another_matter(scripts, question, option, reading, top):
        return speak(replace(talk, question=replace(question, said_twice=True)), "clarify", (question.say,), reading=reading)
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
        assert talk.place is not None
        talk = replace(talk, place=replace(talk.place, eases=talk.place.eases or option.yes_or_no == "yes"))
        return follow(scripts, talk, option.goto, _routine_id(option, talk), reading, now)
    if option.goto.startswith(("control.", "diary.")):
        return steer(scripts, replace(talk, question=None), replace(reading, id=option.goto), now, confirmed=True)
    return _take(scripts, talk, question, option, reading, now)


def _take(
    scripts: Scripts, talk: Talk, question: Question, option: Option, reading: Reading, now: int, first: tuple[str, ...] = ()
) -> Reply:
    """Answer with what an option leads to, behind what is said `first`."""
    reply = led_by(first + option.say, answer(scripts, replace(talk, question=None), option.goto, reading, now))
    if option.ask_again_s is not None and not question.once_more:
        due = (question.about, now + option.ask_again_s * RATE_HZ)
        reply = replace(reply, talk=replace(reply.talk, ask_again=due))
    if _is_harmless(scripts, question, option):
        reply = replace(reply, talk=replace(reply.talk, denied=(question, now + TAKEN_BACK_WITHIN)))
    return reply


def _taken_back(scripts: Scripts, talk: Talk, question: Question, until: int, reading: Reading, now: int) -> Reply | None:
    """Give the dangerous answer to a question that was answered harmlessly, if that is said now: "no wait just one"."""
    elsewhere = kind_of(reading.id) == "topic" and reading.id != talk.topic and reading.score >= _NEW_SUBJECT
    asks = reading.id in _STEERING or _QUESTION.search(reading.text)
    corrects = len(reading.text.split()) <= _CORRECTION and _CORRECTS.search(reading.text) is not None
    if now > until or elsewhere or asks or not corrects:
        return None
    by_name = replace(question, options=tuple(replace(one, yes_or_no=None) for one in question.options))
    option = answers.chosen(by_name, reading.text)
    if not isinstance(option, Option) or _is_harmless(scripts, question, option):
        return None
    return _take(scripts, replace(talk, denied=None), question, option, reading, now)


def _is_another_matter(scripts: Scripts, question: Question, option: Option | str | None, reading: Reading, top: float) -> bool:
    """Tell whether a new subject leaves a question about danger open, or only begins like the dangerous yes or no."""
    if option is None and (reading.id in _FAREWELL or _is_between_topics(scripts, reading)):
        return isinstance(scripts.get(question.silence or ""), Emergency)
    if kind_of(reading.id) != "topic" or top < _NEW_SUBJECT:
        return False
    if not isinstance(option, Option):
        return option is None and isinstance(scripts.get(question.silence or ""), Emergency)
    if not option.goto.startswith("emergency."):
        return False
    words = tuple(word for word in option.words if word != "both" or not _BOTH_LEGS.search(reading.text))
    by_name = replace(question, options=(replace(option, words=words, yes_or_no=None),))
    return _SAID_OUTRIGHT.search(reading.text) is None and answers.chosen(by_name, reading.text) is None


def _is_between_topics(scripts: Scripts, reading: Reading) -> bool:
    return reading.between is not None and all(isinstance(scripts[id_], Topic) for id_ in reading.between)


def _add_sign(scripts: Scripts, talk: Talk, sign: str, option: Option, reading: Reading, now: int) -> Reply:
    """Go on with a sign that came with a harmless answer: by its question, unless it was clear or there is a risk with it."""
    script = scripts[sign]
    at_risk = isinstance(script, Emergency) and any(one.who in talk.person | reading.facts for one in script.variants)
    if isinstance(script, Emergency) and reading.id != sign and not at_risk:
        return ask_danger(talk, script, option.goto, reading)
    return answer(scripts, talk, sign, reading, now)


def _is_over(scripts: Scripts, talk: Talk, question: Question, option: Option | str | None, reading: Reading) -> bool:
    """Tell whether the answer to the question about a chest, stroke, fit or faint sign is only that it is over."""
    danger = scripts.get(question.silence or "")
    if not isinstance(danger, Emergency) or not danger.stays_open or (talk.place and question.about == talk.place.routine):
        return False
    if isinstance(option, Option):
        denied = answers.yes_or_no(reading.text) == "no" and option.yes_or_no == "no"
        return denied and _is_harmless(scripts, question, option) and _WAS.search(reading.text) is not None
    return option is None and (reading.id in _FINISHED or _says_over(reading))


def _says_over(reading: Reading) -> bool:
    spoken_of = kind_of(reading.id) in ("none", "topic", "emergency")
    return spoken_of and _OVER.search(reading.text) is not None and _ASKS.search(reading.text) is None


def _ask_though_over(scripts: Scripts, talk: Talk, question: Question, reading: Reading, now: int) -> Reply:
    """Ask once more about a sign that is said to be over.

    When that is all that is said again, give its advice; if the sign decides nothing alone, that of the harmless answer.
    """
    if not question.said_twice:
        asked = replace(talk, question=replace(question, said_twice=True))
        return speak(asked, "clarify", (STAYS, question.say), reading=reading)
    harmless = next((one for one in question.options if _is_harmless(scripts, question, one)), None)
    if harmless is not None and question.about.startswith("unclear."):
        return _take(scripts, talk, question, harmless, reading, now, (STAYS,))
    assert question.silence is not None
    return answer(scripts, replace(talk, question=None), question.silence, reading, now)


def _routine_id(option: Option, talk: Talk) -> str:
    assert talk.place is not None
    if option.goto in ("next", "end") or option.goto.isdigit():
        return f"control.{option.yes_or_no}" if option.yes_or_no else talk.place.routine
    return option.goto.partition(" ")[0]


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
    if reading.id in _BETTER or _says_over(reading):
        stays = script.stays_open or talk.level is Level.EMERGENCY_NOW
        keeps = stays or reading.id != "control.better"
        level = talk.level if keeps else None
        say = (STAYS, *_where_to(script))
        return speak(replace(talk, eased=not stays), emergency if keeps else reading.id, say, level=level, reading=reading)
    if reading.id in ("control.more", "control.next", "control.worse"):
        say = (script.why,) if "why" in reading.text.split() else script.waiting
        return speak(talk, reading.id, say, reading=reading)
    if _help_comes(emergency, reading):
        return speak(talk, emergency, script.waiting, level=talk.level, reading=reading)
    if reading.id == "control.help":
        return _what_to_do(scripts, talk, emergency, reading)
    if kind in ("control", "diary") or (kind == "clarify" and _more_urgent(scripts, talk, reading)):
        return None
    if kind == "none" and not _ASKS.search(reading.text):
        return silent(talk, reading=reading)
    if reading.id.startswith("why."):
        return speak(talk, emergency, (script.why,), level=talk.level, reading=reading)
    return _what_to_do(scripts, talk, emergency, reading)


def _help_comes(emergency: str, reading: Reading) -> bool:
    """Tell whether it is only said that help was called or is coming, and no sign is told of."""
    told = any(finding.standing == "present" for finding in reading.findings)
    if told or not (reading.id == emergency or kind_of(reading.id) in ("topic", "none")):
        return False
    return _CALLED.search(reading.text) is not None and _NOT_CALLED.search(reading.text) is None


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
    if reading.id == emergency:
        talk = replace(talk, eased=False, opened=talk.heard_at if reading.text else talk.opened)
    return speak(talk, emergency, (*_where_to(script), *script.waiting), level=talk.level, reading=reading)


def _where_to(script: Emergency) -> tuple[str, ...]:
    """Give the sentences that say whom to call or where to go, up to the first with a number."""
    where = [line for line in script.say if _WHERE_TO.search(line)]
    last = next((i for i, line in enumerate(where) if "{" in line), len(where) - 1)
    return tuple(where[: last + 1]) or script.say[:1]


def _clarify(scripts: Scripts, talk: Talk, reading: Reading, between: tuple[str, str]) -> Reply:
    first, second = (scripts[id_] for id_ in between)
    if isinstance(first, Emergency):
        return ask_danger(talk, first, second.id, reading)
    assert isinstance(first, Topic)
    assert isinstance(second, Topic)
    return ask_between(talk, first, second, reading)
