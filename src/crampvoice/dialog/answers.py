"""What an utterance says to an open question. Pure text work."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from crampvoice.dialog.talk import Option, Question

_YES = re.compile(
    r"^(?:um |uh |er |oh |well |i think |i guess |i'm afraid |actually )*"
    r"(?:(?:yes|yeah|yep|yup|yah|aye|ya|okay|ok|of course|definitely|certainly|absolutely|correct|that's right|it is|it does|"
    r"it has|it did|i did|he is|she is|they are|he does|she does|please do|mm hm|uh huh|go on|a bit|a little|"
    r"(?:i )?(?:think|guess|suppose) so|(?:i'm )?afraid so|indeed|exactly)\b|"
    r"(?:i am|i have|i do|there is|sure|right|please|very|both)"
    r"(?: (?:yes|yeah|please|much|so|i am|i have|i do|there is|is|are|of them|i think|actually|thanks|thank you|doctor|dear|"
    r"love))*$)"
)
"""Yes; "i have" and the like only by themselves: "i have a cramp in my calf" answers nothing."""
_NO_ANSWER_TO_DANGER = frozenset(["please", "right"])
"""What is a yes to an offer, but to a question about danger rather a plea or a breath."""
_NO = re.compile(
    r"^(?:um |uh |er |oh |well |i think |i guess |actually |thankfully |luckily )*"
    r"(?:no|nope|nah|know|not|none|neither|never|nothing|it isn't|it's not|it doesn't|it hasn't|it didn't|i'm not|"
    r"i don't think|i wouldn't (?:say|have (?:said|thought)|think)|(?:i )?can't say i|"
    r"i haven't|i didn't|he isn't|she isn't|he's not|she's not|there isn't|don't think so|i don't think so|hardly|no thanks)\b"
)
_UNSURE = re.compile(
    r"\b(?:don't know|not sure|no idea|(?:can't|couldn't) (?:tell|see)|couldn't say|can't say(?! i)|hard to say|unsure|maybe|"
    r"perhaps|dunno)\b"
)
_DENIAL = re.compile(
    r"\b(?:no|not|isn't|aren't|never|without|neither|nor|doesn't|don't|hasn't|haven't|hadn't|wasn't|weren't|didn't)\b"
)
_IS_FINE = re.compile(
    r"^(?: (?:is|are|feels?|seems?|just|all|quite|perfectly))* (?:fine|ok|okay|right|alright|normal|normally|good)\b"
)
"""Words behind one of an answer that take it back: "i'm breathing fine"."""
_REACH = 3
"""How many words a denial reaches over."""
_AFRESH = re.compile(
    r".*(?<!think )(?<!sure )(?<!feel )(?<!say )(?<!like )(?<!believe )(?<!that )(?<!if )"
    r"\b(?:it's|it is|i'm|i am|he's|he is|she's|she is|they're|they are|but|just|only)\b"
)
"""Words that begin afresh behind a "no" ("no it's jerking"), but not behind a thought ("i don't think it's jerking")."""
_OUTRIGHT = re.compile(r"^(?:no|nope|nah|know) (?=(?:the|my|both|all|just|only|it's|on one|in one|one (?:leg|side)|still)\b)")
"""A "no" that stands for itself before an answer: "no the left one"."""

_FILLERS = frozenset(
    "a actually bit here i i'm in is it it's just my no now okay on only really so that's the there think um was well yeah "
    "yes".split()
)
"""Words that add nothing to an answer."""

Given = Literal["yes", "no", "unsure"]


def yes_or_no(text: str) -> Given | None:
    """Tell whether an utterance in normal form says yes, no, or that the person does not know."""
    if _UNSURE.search(text):
        return "unsure"
    if _NO.match(text):
        return "no"
    return "yes" if _YES.match(text) else None


def chosen(question: Question, text: str) -> Option | Literal["unsure"] | None:
    """Find which option of a question an utterance in normal form chooses.

    Words of an option that are not denied come first ("no it's floppy"), then yes and no. None if it says neither.
    """
    named = [option for option in question.options if _names(option.words, text)]
    if len({option.goto for option in named}) == 1:
        return named[0]
    about_danger = question.about.startswith(("emergency.", "unclear."))
    given = None if about_danger and text in _NO_ANSWER_TO_DANGER else yes_or_no(text)
    if given == "unsure":
        return "unsure"
    if named:
        return named[0]
    return next((option for option in question.options if given is not None and option.yes_or_no == given), None)


def beside(option: Option, text: str) -> tuple[str, ...]:
    """Give the words of an utterance that chooses an option beside those of the option, without fillers.

    Of "it's stiff and swollen" that is "and swollen", if the option is known by "stiff".
    """
    for phrase in sorted(option.words, key=len, reverse=True):
        text = re.sub(rf"\b{re.escape(phrase)}\b", "", text)
    return tuple(word for word in text.split() if word not in _FILLERS)


def _names(words: Sequence[str], text: str) -> bool:
    text = _OUTRIGHT.sub("", text)
    for phrase in words:
        for match in re.finditer(rf"\b{re.escape(phrase)}\b", text):
            before = " ".join(text[: match.start()].split()[-_REACH:])
            if not (_DENIAL.search(_AFRESH.sub("", before)) or _IS_FINE.search(text[match.end() :])):
                return True
    return False
