"""The phrasings as examples to learn from: reading, classes and weights, composed talk, mishearings."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from crampvoice import documents, phrasings
from crampvoice.intent.normalize import normal_form

DANGER = ("now", "today", "ask", "calm")
"""Outputs of the danger head, in order."""
_DANGER_OF_LEVEL = {"emergency_now": "now", "today": "today", "clarify": "ask"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One wording and what it means."""

    text: str
    """In normal form."""
    ids: tuple[str, ...]
    """Accepted ids; the first is what is learned. Empty when only the danger is to be learned from it."""
    style: str = "plain"
    danger: str = "calm"
    """One of `DANGER`."""
    about: str = ""
    """Id that was answered just before; the danger of such a line is not learned."""

    @property
    def id(self) -> str:
        """The id that is learned, or nothing."""
        return self.ids[0] if self.ids else ""


def read_examples(folder: Path) -> list[Example]:
    """Read all phrasing files of a folder, by name. Raises ContentError with every bad line."""
    return [
        Example(text=one.text, ids=one.ids, style=one.style, danger=_DANGER_OF_LEVEL.get(one.level, "calm"), about=one.about)
        for one in phrasings.read_all(folder)
    ]


def read_lexicon(path: Path) -> dict[str, list[str]]:
    """Read the concepts and their terms, terms in normal form. Raises ContentError."""
    raw: dict[str, list[str]] = documents.read(str(path), path.read_text(encoding="utf-8"), dict[str, list[str]])
    return {concept: sorted({normal_form(term) for term in terms}) for concept, terms in sorted(raw.items())}


def read_confusions(path: Path) -> dict[str, list[tuple[str, float]]]:
    """Read what the recognizer makes of words: lines `word TAB heard TAB share`; no file means no confusions."""
    confusions: dict[str, list[tuple[str, float]]] = {}
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines()[1:]:
            word, heard, share = line.split("\t")
            confusions.setdefault(word, []).append((heard, float(share)))
    return confusions


def digest(paths: Iterable[Path]) -> str:
    """Give one SHA-256 over the contents of files, in the order given."""
    total = hashlib.sha256()
    for path in paths:
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def class_names(examples: Iterable[Example]) -> list[str]:
    """List the ids that are learned, sorted."""
    return sorted({example.id for example in examples if example.id})


def balance(labels: Sequence[int], classes: int, power: float = 0.5) -> npt.NDArray[np.float32]:
    """Weigh examples so that a class counts as its size to the power 1 - `power`; the mean weight is 1.

    Labels below 0 (not to be learned) weigh 0.
    """
    array = np.asarray(labels)
    counts = np.bincount(array[array >= 0], minlength=classes).astype(np.float64)
    per_class = np.maximum(counts, 1.0) ** -power
    weights = np.where(array >= 0, per_class[array], 0.0)
    weights /= weights[array >= 0].mean()
    return weights.astype(np.float32)


_DENIALS: dict[str, tuple[str, ...]] = {
    "swollen swelling puffy": ("it isn't swollen", "no swelling", "it's not puffed up"),
    "red purple dark": ("it's not red", "no redness", "the colour is normal"),
    "hot warm burning": ("it isn't hot", "it's not warm to touch"),
    "cold pale white blue": ("it isn't cold", "the foot is a normal colour"),
    "numb feel tingling pins": ("it's not numb", "i can feel it fine"),
    "breath breathe breathing chest air gasping": ("no chest pain", "i can breathe fine", "breathing is okay"),
    "fever temperature hot shivering": ("no fever", "no temperature"),
    "wee pee urine dark brown": ("wee is the normal colour", "no dark urine"),
    "fell fall injury bang hit": ("i didn't fall", "no injury", "i haven't hurt it"),
    "pop snap kicked": ("nothing popped", "no pop or snap"),
    "weak weakness floppy dead": ("i'm not weak", "the leg isn't weak"),
    "blood bleeding": ("no bleeding",),
}
_JOINTS = (
    "",
    "",
    "",
    "and",
    "but",
    "but",
    "also",
    "oh and",
    "and now",
    "only",
    "just that",
    "so",
    "well",
    "the thing is",
)


def denials(rng: random.Random, beside: str, most: int = 3) -> str:
    """Make a list of one to `most` signs that are not there, none of which `beside` speaks of."""
    told = set(beside.split())
    usable = [phrases for signs, phrases in _DENIALS.items() if not told & set(signs.split())]
    chosen = rng.sample(usable, min(len(usable), rng.randint(1, most)))
    return " ".join(rng.choice(phrases) for phrases in chosen)


def compose(examples: Sequence[Example], count: int, seed: int) -> list[Example]:
    """Join lines into long talk in which a danger hides, or does not, `count` of them in all.

    Half hold a danger or unclear sign before, after or between calm talk or denials; the other half is calm throughout.
    """
    rng = random.Random(seed)
    calm = [e for e in examples if e.danger == "calm" and e.id and e.id != "none" and len(e.text.split()) > 3]
    calm = [e for e in calm if not e.id.startswith(("control.", "diary."))]
    topics = [e for e in calm if not e.id.startswith("emergency.")]
    signs = [e for e in examples if e.danger in ("now", "today")]
    unclear = [e for e in examples if e.danger == "ask"]
    made: list[Example] = []
    for number in range(count):
        joint = rng.choice(_JOINTS)
        if number % 2 == 0:
            sign = rng.choice(unclear if rng.random() < 0.15 else signs)
            made.append(_with_sign(rng, sign, rng.choice(topics), joint))
        else:
            made.append(_calm_talk(rng, rng.choice(calm), rng.choice(topics), joint))
    return made


def _with_sign(rng: random.Random, sign: Example, calm: Example, joint: str) -> Example:
    kind = rng.random()
    if kind < 0.45:
        parts = [calm.text, joint, sign.text]
    elif kind < 0.65:
        parts = [sign.text, joint, calm.text]
    elif kind < 0.9:
        parts = [denials(rng, sign.text), rng.choice(("but", "but", "and", "just", "")), sign.text]
    else:
        parts = [sign.text, rng.choice(("but", "and", "")), denials(rng, sign.text, 2)]
    return Example(text=" ".join(" ".join(parts).split()), ids=sign.ids, style="composed", danger=sign.danger)


def _calm_talk(rng: random.Random, first: Example, second: Example, joint: str) -> Example:
    kind = rng.random()
    ids: tuple[str, ...] = ()
    if kind < 0.5:
        parts = [first.text, joint, second.text]
    elif kind < 0.7:
        parts, ids = [denials(rng, second.text), rng.choice(("but", "just", "so", "")), second.text], second.ids
    elif kind < 0.9:
        parts, ids = [second.text, rng.choice(("and", "but", "")), denials(rng, second.text)], second.ids
    else:
        parts = [denials(rng, ""), denials(rng, "")]
    return Example(text=" ".join(" ".join(parts).split()), ids=ids, style="composed", danger="calm")


def change_subject(examples: Sequence[Example], abouts: Sequence[str], count: int, seed: int) -> list[Example]:
    """Put lines that stand by themselves behind something else that was answered; they mean what they always mean."""
    rng = random.Random(seed)
    known = [example for example in examples if example.id]
    return [replace(rng.choice(known), about=rng.choice(abouts)) for _ in range(count)]


def mishear(text: str, confusions: Mapping[str, Sequence[tuple[str, float]]], rng: random.Random, rate: float) -> str:
    """Replace words as the recognizer does: each word that has known mishearings with probability `rate`."""
    heard: list[str] = []
    for word in text.split():
        options = confusions.get(word)
        if options and rng.random() < rate:
            heard.append(rng.choices([to for to, _ in options], [share for _, share in options])[0])
        else:
            heard.append(word)
    return " ".join(" ".join(heard).split()) or text
