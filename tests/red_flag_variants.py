"""Harder forms of an utterance, made the same way every time: filler, another person, a word dropped."""

from __future__ import annotations

from collections.abc import Iterator

_FILLERS = ("um", "please", "like", "uh", "you know")
_SMALL = """a an the and is are was has have had of to in on at it it's i i've i'm i'd he he's she she's they my his her
its some so just really very all that this there's with"""
_SMALL_WORDS = frozenset(_SMALL.split())
_VERBS = {"am": "is", "have": "has", "feel": "feels", "get": "gets", "take": "takes", "keep": "keeps", "want": "wants"}
_TO_HE = {"i": "he", "i'm": "he's", "i've": "he's", "i'd": "he'd", "my": "his", "me": "him", "myself": "himself"}
_TO_MUM = {"i": "she", "i'm": "she's", "i've": "she's", "i'd": "she'd", "my": "her", "me": "her", "myself": "herself"}


def with_filler(text: str) -> str:
    """Put one filler in front and one in the middle; which ones depends on the length of the text."""
    words = text.split()
    middle = len(words) // 2
    first, second = _FILLERS[len(text) % len(_FILLERS)], _FILLERS[len(words) % len(_FILLERS)]
    return " ".join([first, *words[:middle], second, *words[middle:]])


def about_another(text: str) -> Iterator[str]:
    """Say the same of him, and of my mum; nothing if the text is not in the first person."""
    words = text.split()
    if not any(word in _TO_HE for word in words):
        return
    yield " ".join(_of(words, _TO_HE))
    said = " ".join(_of(words, _TO_MUM))
    yield f"my mum says {said}"


def with_a_word_dropped(text: str) -> Iterator[str]:
    """Leave out one word that carries no meaning of its own, one text for each such word."""
    words = text.split()
    for at, word in enumerate(words):
        if word in _SMALL_WORDS and len(words) > 2:
            yield " ".join(words[:at] + words[at + 1 :])


def variants(text: str) -> tuple[str, ...]:
    """Give all variants of a text, without itself and without repeats."""
    made = (with_filler(text), *about_another(text), *with_a_word_dropped(text))
    return tuple(dict.fromkeys(one for one in made if one != text))


def _of(words: list[str], person: dict[str, str]) -> Iterator[str]:
    for before, word in zip(["", *words], words, strict=False):
        yield _VERBS.get(word, word) if before == "i" else person.get(word, word)
