"""Who is meant: a follow-up that only names a person is the last question once more, asked for that person. Pure."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import get_args

from crampvoice.dialog.reply import Scripts
from crampvoice.dialog.script import Topic, Who
from crampvoice.dialog.talk import Talk
from crampvoice.messages import Reading, kind_of

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
_PEOPLE = frozenset[str](get_args(Who))
"""Facts that tell who a person is, as opposed to where it hurts."""


def about_whom(talk: Talk, reading: Reading) -> Talk:
    """Put the person that a follow-up names in the place of the one before; nothing else takes a person back."""
    somebody = reading.facts & _PEOPLE and _FOR_SOMEBODY.search(reading.text)
    if not (somebody or _FOR_ME.search(reading.text)):
        return talk
    return replace(talk, person=(talk.person - _PEOPLE) | reading.facts)


def meant_for(scripts: Scripts, talk: Talk, before: frozenset[str], reading: Reading) -> str | None:
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
