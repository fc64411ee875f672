"""The one normal form of text that matching works on: what the offline recognizer would have returned.

Lower case, no punctuation but apostrophes inside words, numbers as words, abbreviations as single letters. Transcripts,
typed text, phrasings and lexicon terms all pass through here, so they can be compared word by word.
"""

from __future__ import annotations

import re
import unicodedata

_APOSTROPHES = str.maketrans({"\u2019": "'", "\u2018": "'", "\u02bc": "'", "\u00b4": "'", "`": "'"})
_SYMBOLS = {"&": " and ", "%": " percent ", "+": " plus ", "\u00b0": " degrees "}
_TOKEN = re.compile(r"\d+(?:st|nd|rd|th)?|[a-z]+(?:'[a-z]+)*'?")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}\b)")
_DECIMAL = re.compile(r"(?<=\d)\.(?=\d)")

_SPELLED = {
    name: " ".join(name)
    for name in (
        *("adhd", "bmi", "bp", "copd", "ct", "dna", "dvt", "ecg", "ekg", "gp", "hiv", "hrt", "ibs", "icu", "iv"),
        *("mnd", "mri", "nhs", "nsaid", "pvd", "rls", "ssri", "tia", "tv", "uti"),
    )
} | {"dvts": "d v t s", "gps": "g p s", "gp's": "g p's", "cpap": "c pap"}

_RESPELLED = {
    "ok": "okay",
    "im": "i'm",
    "ive": "i've",
    "dont": "don't",
    "doesnt": "doesn't",
    "didnt": "didn't",
    "cant": "can't",
    "couldnt": "couldn't",
    "isnt": "isn't",
    "wasnt": "wasn't",
    "arent": "aren't",
    "wouldnt": "wouldn't",
    "shouldnt": "shouldn't",
    "hasnt": "hasn't",
    "havent": "haven't",
    "hadnt": "hadn't",
    "whats": "what's",
    "thats": "that's",
    "theres": "there's",
    "hes": "he's",
    "shes": "she's",
    "youre": "you're",
    "theyre": "they're",
    "youve": "you've",
    "weve": "we've",
    "mr": "mister",
    "dr": "doctor",
    "vs": "versus",
    "paracetemol": "paracetamol",
}

_UNITS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("zero", "ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ORDINALS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}
_ONE_BY_ONE = frozenset({"999", "911", "111", "112", "000", "101", "811", "116"})


def number_in_words(number: int) -> str:
    """Spell a whole number from 0 to 999,999 as a recognizer does: "two hundred and five"."""
    if number < 20:
        return _UNITS[number]
    if number < 100:
        tens, unit = divmod(number, 10)
        return _TENS[tens] + (f" {_UNITS[unit]}" if unit else "")
    if number < 1000:
        hundreds, rest = divmod(number, 100)
        return f"{_UNITS[hundreds]} hundred" + (f" and {number_in_words(rest)}" if rest else "")
    thousands, rest = divmod(number, 1000)
    joint = " and " if 0 < rest < 100 else " "
    return f"{number_in_words(thousands)} thousand" + (f"{joint}{number_in_words(rest)}" if rest else "")


def normal_form(text: str) -> str:
    """Bring text into the normal form; words that have none of the letters a to z vanish.

    Idempotent: a text in normal form is returned unchanged.
    """
    text = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES)).lower()
    for symbol, word in _SYMBOLS.items():
        text = text.replace(symbol, word)
    text = "".join(letter for letter in text if not unicodedata.combining(letter))
    text = _DECIMAL.sub(" point ", _THOUSANDS.sub("", text))
    return " ".join(_spoken(token) for token in _TOKEN.findall(text))


def words(text: str) -> tuple[str, ...]:
    """Split text into the words of its normal form."""
    return tuple(normal_form(text).split())


def _spoken(token: str) -> str:
    if token[0].isdigit():
        return _number(token)
    if not token.endswith("s'"):
        token = token.rstrip("'")
    return _SPELLED.get(token) or _RESPELLED.get(token) or token


def _number(token: str) -> str:
    digits = token.rstrip("stndrh")
    if digits in _ONE_BY_ONE or len(digits) > 6 or (len(digits) > 1 and digits[0] == "0"):
        return " ".join(_UNITS[int(digit)] for digit in digits)
    if len(digits) == 4 and digits[:2] in ("19", "20") and digits[2] != "0":
        return f"{number_in_words(int(digits[:2]))} {number_in_words(int(digits[2:]))}"
    spelled = number_in_words(int(digits))
    if digits == token:
        return spelled
    head, _, last = spelled.rpartition(" ")
    ordinal = _ORDINALS.get(last) or (last[:-1] + "ieth" if last.endswith("y") else last + "th")
    return f"{head} {ordinal}".strip()
