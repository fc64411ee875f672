"""Follow-ups: utterances that only name somebody or a place, or that lean on the question before. Pure."""

from __future__ import annotations

import re

from crampvoice.dialog.reply import Scripts
from crampvoice.dialog.script import Topic
from crampvoice.dialog.talk import Talk
from crampvoice.messages import Reading, kind_of

PEOPLE = ("pregnant", "new_mother", "child", "surgery", "older", "medicine", "helper")
"""Facts that are about who it is, most important first."""

_FOR_PERSON = {
    "pregnant": "pregnancy.is_it_normal",
    "new_mother": "pregnancy.after_birth",
    "child": "child.is_it_normal",
    "surgery": "after_surgery.general",
    "older": "older_adults.general",
    "medicine": "why.medicines",
    "helper": "relief.helper",
}
_FOR_PLACE = {
    "calf": "relief.calf",
    "foot": "relief.foot",
    "toe": "relief.foot",
    "thigh_front": "relief.thigh_front",
    "hamstring": "relief.hamstring",
    "inner_thigh": "relief.inner_thigh",
    "shin": "relief.shin",
    "both_legs": "relief.both_legs",
}
_PEOPLE_FAMILIES = (
    "pregnancy.",
    "child.",
    "older_adults.",
    "after_surgery.",
    "athletes.",
    "scope.",
    "relief.",
    "why.medicines",
)
"""Families whose topics are about somebody, or about a place."""
_ALSO = re.compile(r"^(?:and|also|what about|how about|what if|same for)\b|\b(?:as well|too|either|instead)$")
"""How a question begins or ends that leans on the one before it: "and bananas", "coffee as well"."""
_LEANING_WORDS = 9
"""Longer questions stand by themselves."""
_LEANING = 0.015
"""Share from which a leaning question is taken for a topic."""
NEW_SUBJECT = 0.6
"""Score from which a topic is a new subject rather than an answer to the open question."""


def only_names(reading: Reading) -> bool:
    """Tell whether an utterance only names a person or a place, and is no subject of its own."""
    about_people = reading.id.startswith(_PEOPLE_FAMILIES) or reading.id == "none"
    sure = bool(reading.candidates) and reading.candidates[0].score >= NEW_SUBJECT
    return reading.names_only and (about_people or not sure)


def about_person(scripts: Scripts, talk: Talk, reading: Reading) -> str | None:
    """Find what a follow-up that names a place or a person asks for: the place's own topic, or the answer in hand for them."""
    in_hand = scripts[talk.topic or ""]
    if talk.topic is not None and talk.topic.startswith(("relief.", "scope.")):
        for place, id_ in _FOR_PLACE.items():
            if place in reading.facts:
                return id_
    for who in PEOPLE:
        if who in reading.facts:
            variants = in_hand.variants if isinstance(in_hand, Topic) else ()
            variant = next((v for v in variants if v.who == who), None)
            if variant is None:
                return _FOR_PERSON[who]
            return variant.answer or in_hand.id
    return None


def leaning(reading: Reading) -> str | None:
    """Find the topic of a short question that makes sense only after another one, and so looks like talk to nobody."""
    if not _ALSO.search(reading.text) or len(reading.text.split()) > _LEANING_WORDS:
        return None
    topics = (one for one in reading.candidates if kind_of(one.id) == "topic")
    best = next(topics, None)
    return best.id if best is not None and best.score >= _LEANING else None
