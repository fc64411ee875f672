"""Cross-checks of all scripts together: what would go wrong at night is found before it.

Pure. `review` gives every problem with its line. The limits are those of the content rules: a sentence of at most 15 words, a
first answer of at most 40 and of 35 for a danger sign, reading grade (Flesch-Kincaid, by textstat) 8 at most for a script and
6 on average over all. The caveats and the check come on top of the first answer: together at most 55 words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from crampvoice.dialog.script import Control, Emergency, Script, Step, Topic, Unclear
from crampvoice.errors import Problem
from crampvoice.messages import Level

MAX_SENTENCE_WORDS = 15
MAX_FIRST_ANSWER_WORDS = 40
MAX_DANGER_WORDS = 35
MAX_WHOLE_ANSWER_WORDS = 55
"""With the caveats and the check, which are always spoken too."""
MAX_GRADE = 8.0
MAX_MEAN_GRADE = 6.0
CANNOT_CALL = "I cannot call for you."
PLACEHOLDERS = frozenset({"EMERGENCY", "ADVICE_LINE", "MATERNITY", "DOCTOR", "WHEN"})
"""`{WHEN}` is the day and time of a diary entry; the others come from the settings."""

_SPOKEN_FIELDS = frozenset({"say", "ask", "remind", "unsure", "caveats", "check", "waiting", "why", "empty"})
_WORD = re.compile(r"[A-Za-z']+")
_PLACEHOLDER = re.compile(r"\{([^}]*)\}")
_UNSPEAKABLE = re.compile(
    r"[0-9@#%&*/\\<>\[\]()_=+~^|;:\"“”–—]|\b(?:e\.g|i\.e|etc|vs|mg|ml|hrs?|mins?|dr|mr|mrs)\b\.?", re.IGNORECASE
)
_CALL_NOW = re.compile(r"^(?:Please )?[Cc]all \{(?:EMERGENCY|MATERNITY)\}(?: or [^,.]+)? now\b(?!.*\bif\b)")
_CAPITALS = re.compile(r"\b[A-Z]{2,}\b")
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]+")
_NAMES = frozenset("United States British American French English Roman World Health Organization".split())
"""Capital words that may stand inside a sentence; any other is taken for a brand."""
_SUBSTANCES = (
    "ibuprofen|paracetamol|acetaminophen|aspirin|quinine|magnesium|potassium|calcium|iron|salt|folic acid|retinol|naproxen|"
    "diclofenac|codeine|diazepam|gabapentin|furosemide|diltiazem|verapamil|baclofen|statins?|vitamin [acde]"
)
_NUMBERS = (
    "half|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|seventy|"
    "eighty|ninety|hundred|thousand"
)
_FORBIDDEN = (
    (
        re.compile(r"\bstop (?:taking|your|the) (?:\w+ )?(?:medicine|tablet|pill|statin|drug)", re.I),
        "never tell anyone to stop a medicine",
    ),
    (re.compile(r"\bstop taking\b", re.I), "never tell anyone to stop a medicine"),
    (re.compile(r"\b(?:milligrams?|micrograms?|millilit(?:re|er)s?|grams?)\b", re.I), "no doses"),
    (re.compile(r"\b(?:one|two|three|four|five|six) (?:tablets?|pills?|capsules?)\b", re.I), "no doses"),
    (re.compile(rf"\b(?:{_SUBSTANCES}) (?:of |at |up to )?(?:{_NUMBERS})\b", re.I), "no doses"),
    (
        re.compile(r"\b(?:tylenol|panadol|advil|nurofen|magnesiocard|biolectra|voltarol|aspro|complivit|vitrum)\b", re.I),
        "no brands",
    ),
    (
        re.compile(r"\bit is not (?:a clot|a stroke|serious)\b|\bnothing serious\b", re.I),
        "never say that it is not serious",
    ),
)


Place = Callable[[tuple[int | str, ...], str], Problem]
"""Makes a problem at a place of a script's file."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A sentence of a script and where it stands."""

    loc: tuple[int | str, ...]
    text: str


def spoken(script: Script) -> Iterator[Spoken]:
    """Give every sentence that can be spoken from a script, in the order of the file."""
    yield from _walk(script, ())


def words(sentence: str) -> list[str]:
    """Split a spoken sentence into its words; a placeholder counts as three."""
    return _WORD.findall(_PLACEHOLDER.sub(" your local number ", sentence))


def review(
    scripts: Mapping[str, Script],
    places: Mapping[str, Place],
    *,
    ids: Mapping[str, Iterable[str]],
    sources: Iterable[str],
    grade: Callable[[str], float] | None = None,
) -> list[Problem]:
    """Check all scripts.

    `places` make problems in the file of each script, `ids` are the fixed ids by family (`dialogs/ids.yaml`), `sources`
    the known keys, `grade` gives the reading grade of a text (None leaves reading grades out).
    """
    known = {id_ for family in ids.values() for id_ in family}
    listened = {word for s in scripts.values() if isinstance(s, Control) and s.while_speaking for word in s.words}
    problems: list[Problem] = []
    for id_, script in scripts.items():
        at = places[id_]
        if id_ not in known:
            problems.append(at(("id",), f"'{id_}' is not one of the fixed ids in dialogs/ids.yaml"))
        for sentence in spoken(script):
            problems += [at(sentence.loc, message) for message in sentence_faults(sentence.text, listened)]
        problems += [at(loc, message) for loc, message in _script_faults(script, scripts, set(sources))]
        if grade is not None and not isinstance(script, Control):
            text = " ".join(_plain(sentence.text) for sentence in spoken(script))
            if (found := grade(text)) > MAX_GRADE:
                problems.append(at(("id",), f"reading grade {found:.1f}, {MAX_GRADE:g} at most: shorter words and sentences"))
    missing = sorted(known - set(scripts))
    problems += [Problem("dialogs/ids.yaml", 1, 1, f"no script for '{id_}'; write FAMILY/{id_}.yaml") for id_ in missing]
    if grade is not None and scripts:
        problems += _mean_grade(scripts, grade)
    return sorted(problems)


def sentence_faults(sentence: str, listened: Iterable[str] = ()) -> Iterator[str]:
    """Give what is wrong with one spoken sentence. `listened` are the words the device listens for while it speaks."""
    count = len(words(sentence))
    if count > MAX_SENTENCE_WORDS:
        yield f"{count} words, {MAX_SENTENCE_WORDS} at most: split the sentence"
    if not sentence.rstrip().endswith((".", "?")):
        yield "a spoken sentence ends with . or ?"
    bare = _PLACEHOLDER.sub("number", sentence)
    yield from (f"{name!r} has a capital letter: no brands" for name in _NAME.findall(bare) if name not in _NAMES)
    if match := (_UNSPEAKABLE.search(bare.rstrip(".?")) or _CAPITALS.search(bare)):
        yield f"a voice stumbles on {match.group()!r}; write it as words"
    for name in _PLACEHOLDER.findall(sentence):
        if name not in PLACEHOLDERS:
            yield f"{{{name}}} is not a known placeholder; known: {', '.join(sorted(PLACEHOLDERS))}"
    for pattern, message in _FORBIDDEN:
        if match := pattern.search(sentence):
            yield f"{match.group()!r}: {message}"
    lower = {word.lower() for word in words(sentence)}
    for word in sorted(lower.intersection(listened)):
        yield f"'{word}' is a control word that is listened for while this is spoken; use another word"


def _plain(sentence: str) -> str:
    return _PLACEHOLDER.sub("your doctor", sentence)


def _mean_grade(scripts: Mapping[str, Script], grade: Callable[[str], float]) -> Iterator[Problem]:
    texts = [" ".join(_plain(s.text) for s in spoken(script)) for script in scripts.values() if not isinstance(script, Control)]
    if not texts:
        return
    mean = sum(grade(text) for text in texts) / len(texts)
    if mean > MAX_MEAN_GRADE:
        yield Problem("dialogs", 1, 1, f"mean reading grade {mean:.2f}, {MAX_MEAN_GRADE:g} at most")


def _walk(value: Any, loc: tuple[int | str, ...], name: str = "") -> Iterator[Spoken]:
    if isinstance(value, str):
        if name in _SPOKEN_FIELDS and value:
            yield Spoken(loc, value)
    elif isinstance(value, tuple):
        for i, item in enumerate(value):
            yield from _walk(item, (*loc, i), name)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from _walk(getattr(value, field.name), (*loc, field.name), field.name)


def _script_faults(
    script: Script, scripts: Mapping[str, Script], sources: set[str]
) -> Iterator[tuple[tuple[int | str, ...], str]]:
    for loc, id_ in _links(script):
        name, _, number = id_.partition(" ")
        if name not in scripts:
            yield loc, f"'{name}' leads nowhere: there is no such script"
        elif number and not _has_step(scripts[name], number):
            yield loc, f"'{name}' has no step {number}"
    for loc, key in _source_keys(script):
        if key != "judgement" and key not in sources:
            yield loc, f"'{key}' is not a key of dialogs/sources.yaml"
    if not isinstance(script, Unclear):
        yield from _length_faults(script)
    if isinstance(script, Topic):
        yield from _topic_faults(script)
    elif isinstance(script, Emergency):
        yield from _emergency_faults(script)


def _length_faults(script: Topic | Emergency | Control) -> Iterator[tuple[tuple[int | str, ...], str]]:
    most = MAX_DANGER_WORDS if isinstance(script, Emergency) else MAX_FIRST_ANSWER_WORDS
    besides = (*script.caveats, *((script.check,) if script.check else ())) if isinstance(script, Topic) else ()
    for loc, say in _first_answers(script):
        count, whole = _count(say), _count((*say, *besides))
        if count > most:
            yield loc, f"the first answer has {count} words, {most} at most"
        if whole > MAX_WHOLE_ANSWER_WORDS:
            yield loc, f"the first answer has {whole} words with its caveats and check, {MAX_WHOLE_ANSWER_WORDS} at most"


def _first_answers(script: Topic | Emergency | Control) -> Iterator[tuple[tuple[int | str, ...], tuple[str, ...]]]:
    yield ("say",), script.say
    if not isinstance(script, Control):
        yield from ((("variants", i, "say"), variant.say) for i, variant in enumerate(script.variants) if variant.say)


def _count(sentences: Iterable[str]) -> int:
    return sum(len(words(sentence)) for sentence in sentences)


def _topic_faults(script: Topic) -> Iterator[tuple[tuple[int | str, ...], str]]:
    if bool(script.check) != bool(script.check_yes or script.check_no or script.check_answers):
        yield ("id",), "a 'check' needs 'check_yes', 'check_no' or 'check_answers', and they need a 'check'"
    for loc, say in _first_answers(script):
        if any(_CALL_NOW.search(sentence) for sentence in say) and CANNOT_CALL not in say:
            yield loc, f"an answer that says to call now, whatever else there is, says '{CANNOT_CALL}'"
    for i, fact in enumerate(script.more):
        for j, key in enumerate(fact.sources):
            if key != "judgement" and key not in script.sources:
                yield ("more", i, "sources", j), f"'{key}' is missing under 'sources' of the topic"
    for i, variant in enumerate(script.variants):
        if bool(variant.say) == bool(variant.answer):
            yield ("variants", i), "a variant has either 'say' or 'answer'"
    for i, step in enumerate(script.steps):
        yield from ((("steps", i), message) for message in _step_faults(step, len(script.steps)))


def _step_faults(step: Step, steps: int) -> Iterator[str]:
    if bool(step.say) == bool(step.ask):
        yield "a step has either 'say' or 'ask'"
    if step.ask and not step.hold_s:
        yield "a question needs 'hold_s': how long to wait for the answer"
    for target in (step.yes, step.no, step.silence, *(choice.goto for choice in step.choices)):
        if target.isdigit() and not 1 <= int(target) <= steps:
            yield f"there is no step {target}"
    if step.repeat_from is not None and not 1 <= step.repeat_from <= steps:
        yield f"there is no step {step.repeat_from} to go back to"


def _has_step(script: Script, number: str) -> bool:
    return isinstance(script, Topic) and number.isdigit() and 1 <= int(number) <= len(script.steps)


def _emergency_faults(script: Emergency) -> Iterator[tuple[tuple[int | str, ...], str]]:
    text = " ".join(script.say)
    if script.level.urgency >= Level.TODAY.urgency and not script.ask:
        yield ("level",), "levels now and today need 'ask': the one question when the sign was half heard"
    if script.level is Level.EMERGENCY_NOW:
        if not re.search(r"\{EMERGENCY\}|\{MATERNITY\}|emergency (?:help|department)|crisis line", text):
            yield ("say",), "an emergency_now answer says to call {EMERGENCY} or go to an emergency department"
        if CANNOT_CALL not in (*script.say, *script.waiting):
            yield ("say",), f"an emergency_now answer says '{CANNOT_CALL}'"
    if script.level is Level.TODAY and not re.search(
        r"\{ADVICE_LINE\}|\{MATERNITY\}|kidney unit|liver team|medical help", text
    ):
        yield ("say",), "a 'today' answer says to call {ADVICE_LINE} or {MATERNITY}"


def _links(script: Script) -> Iterator[tuple[tuple[int | str, ...], str]]:
    if isinstance(script, Topic):
        for name in ("check_yes", "check_no"):
            if target := getattr(script, name):
                yield (name,), target
        for i, answer in enumerate(script.check_answers):
            yield ("check_answers", i, "goto"), answer.goto
        for i, variant in enumerate(script.variants):
            if variant.answer:
                yield ("variants", i, "answer"), variant.answer
        for i, target in enumerate(script.follows):
            yield ("follows", i), target
        for i, step in enumerate(script.steps):
            for target in (step.yes, step.no, step.silence, *(choice.goto for choice in step.choices)):
                if "." in target or (target not in ("next", "end") and not target.isdigit()):
                    yield ("steps", i), target
    elif isinstance(script, Emergency):
        if script.topic:
            yield ("topic",), script.topic
        for i, variant in enumerate(script.variants):
            if variant.answer:
                yield ("variants", i, "answer"), variant.answer
    elif isinstance(script, Unclear):
        for name in ("danger", "harmless"):
            for i, answer in enumerate(getattr(script, name)):
                yield (name, i, "goto"), answer.goto


def _source_keys(script: Script) -> Iterator[tuple[tuple[int | str, ...], str]]:
    if isinstance(script, Topic | Emergency):
        for i, key in enumerate(script.sources):
            yield ("sources", i), key
    if isinstance(script, Topic):
        for i, fact in enumerate(script.more):
            for j, key in enumerate(fact.sources):
                yield ("more", i, "sources", j), key
