"""What is said while a danger sign is open: no stretching, no chat, and being over does not close it. Pure."""

from __future__ import annotations

import re
from dataclasses import replace

from crampvoice.dialog.reply import STAYS, Reply, Scripts, silent, speak
from crampvoice.dialog.script import Emergency
from crampvoice.dialog.talk import Talk
from crampvoice.messages import Level, Reading, kind_of

_OVER = re.compile(
    r"\b(?:gone|passed|better|all right|alright|fine|normal|himself|herself|eased|easing|stopped|over|worn off|went away|"
    r"settled)\b"
)
"""Words that say a danger sign is over."""
BETTER = frozenset("control.better aftercare.back_to_sleep aftercare.soreness".split())
"""What is understood when somebody says that it is over."""
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


def is_below_open(talk: Talk, script: Emergency, reading: Reading) -> bool:
    """Tell whether a danger sign is less urgent than the one that is open."""
    level = reading.level or script.level
    return talk.level is not None and level.urgency < talk.level.urgency


def says_over(reading: Reading) -> bool:
    """Tell whether it is only said that the sign is over, and nothing is asked."""
    spoken_of = kind_of(reading.id) in ("none", "topic", "emergency")
    return spoken_of and _OVER.search(reading.text) is not None and _ASKS.search(reading.text) is None


def stay(scripts: Scripts, talk: Talk, emergency: str, reading: Reading, now: int) -> Reply | None:
    """Stay in an open emergency: no stretching, no chat; what is said to be over still needs checking."""
    script = scripts[emergency]
    assert isinstance(script, Emergency)
    kind = kind_of(reading.id)
    if reading.id in BETTER or says_over(reading):
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


def still_open(scripts: Scripts, talk: Talk, reply: Reply, reading: Reading) -> Reply:
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
