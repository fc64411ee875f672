"""What is done with an utterance while a question is open, or was just answered.

The answer may come with a danger sign of its own, be about another matter, or be that it is all over. Pure.
"""

from __future__ import annotations

import re
from dataclasses import replace

from crampvoice.dialog import answers
from crampvoice.dialog.open_emergency import BETTER, says_over
from crampvoice.dialog.reply import STAYS, Reply, Scripts, answer, ask_danger, follow, led_by, silent, speak
from crampvoice.dialog.script import Emergency, Topic, Unclear
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
_WAS = re.compile(
    r"\b(?:(?:it's|it is|has|have|they've|all) gone|gone (?:now|away|again)|passed|went away|wore off|worn off|any ?more|"
    r"eased|settled|stopped)\b"
)
"""Words by which even a "no" says that the sign was there: "no it's gone now"."""
_FAREWELL = frozenset(["control.goodnight", "control.thanks"])
_FINISHED = BETTER | _FAREWELL
"""What is understood when somebody has done with it, in an answer to a question about danger."""
_SAID_OUTRIGHT = re.compile(r"^(?:(?:um|uh|er|oh|well) )*(?:yes|yeah|yep|yup|yah|aye|no|nope|nah)\b")
"""First words that are yes or no and nothing else, unlike those of "i have a cramp" or "not again"."""
_BOTH_LEGS = re.compile(r"\bboth (?:(?:of|my|the|his|her) )*(?:legs|calves|feet|thighs|shins|hamstrings)\b")
"""A "both" that is of the legs and not of two things that were asked about."""
_STEERING = frozenset(
    "control.stop control.goodnight control.next control.back control.repeat control.more control.slower control.faster "
    "control.louder control.quieter control.thanks control.help".split()
)
"""Controls that are no answer to a question, though they may begin with "okay" or "go on"."""


def settles(question: Question, reading: Reading) -> bool:
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


def answered(scripts: Scripts, talk: Talk, question: Question, reading: Reading, now: int) -> Reply | None:
    """Do what the answer to the open question leads to; None when the utterance is to be taken by itself."""
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


def taken_back(scripts: Scripts, talk: Talk, question: Question, until: int, reading: Reading, now: int) -> Reply | None:
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
    return option is None and (reading.id in _FINISHED or says_over(reading))


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
