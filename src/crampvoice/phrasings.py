"""Files of wordings with their ids: tab-separated, the header `text ids style level about`, each line one wording.

The same simple form serves what is learned from (`dialogs/phrasings`) and what is measured with (`crampvoice evaluate text`).
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from crampvoice.errors import ContentError, Problem
from crampvoice.intent.normalize import normal_form
from crampvoice.messages import kind_of

HEADER = ("text", "ids", "style", "level", "about")
NO_SCRIPT = frozenset({"none", "clarify"})
"""What a wording may mean besides the id of a script: nothing for the device, or a question."""
MAX_GRAMMAR_WORDS = 12
"""Longer wordings are left out of the grammar: they add two-word joints that nobody says in short."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrasing:
    """One wording and what it means."""

    text: str
    """In normal form."""
    ids: tuple[str, ...]
    """Accepted ids, the best first."""
    style: str = "plain"
    """How it is said: plain, helper, elderly, nonnative, panic, sleepy, rambling, child, elliptic, …"""
    level: str = ""
    """Level of an emergency; `near`, `clarify`, `control`, `none`; or empty."""
    about: str = ""
    """Id that was answered just before, when the wording means this only after it."""
    file: str = ""
    line: int = 0


def read(path: Path, *, as_written: bool = False) -> list[Phrasing]:
    """Read one file; the header may be missing, and so may style and level.

    `as_written` leaves the texts as they are, ten times quicker, for files that are in normal form. Raises ContentError
    with every bad line.
    """
    try:
        rows = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8 text"
        raise ContentError(f"{path} cannot be read: {reason}. Name a file of lines 'text TAB ids'.") from error
    found: list[Phrasing] = []
    problems: list[Problem] = []
    for number, row in enumerate(rows, start=1):
        fields = row.rstrip("\r").split("\t")
        if not row.strip() or (number == 1 and fields[0] == "text"):
            continue
        if not 2 <= len(fields) <= len(HEADER) or not fields[0].strip() or not fields[1].strip():
            problems.append(Problem(str(path), number, 1, "a line is 'text TAB ids', then style, level and about if you like"))
            continue
        _, ids, style, level, about = (*fields, "", "", "")[:5]
        text = fields[0] if as_written else normal_form(fields[0])
        accepted = tuple(ids.split("|"))
        found.append(
            Phrasing(text=text, ids=accepted, style=style or "plain", level=level, about=about, file=str(path), line=number)
        )
    if problems:
        raise ContentError(f"{path} has {len(problems)} line(s) that cannot be used", problems)
    return found


def read_all(folder: Path, *, as_written: bool = False) -> list[Phrasing]:
    """Read every file of a folder, by name, as `read` does. Raises ContentError with every bad line of every file."""
    found: list[Phrasing] = []
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.tsv")):
        try:
            found += read(path, as_written=as_written)
        except ContentError as error:
            problems += error.problems or [Problem(str(path), 1, 1, str(error))]
    if problems:
        raise ContentError(f"{len(problems)} problem(s) in the phrasings", problems)
    return found


def unknown_ids(wordings: Iterable[Phrasing], known: Container[str]) -> Iterator[Problem]:
    """Give a problem for each id of a wording that is not one of the `known` ids of scripts."""
    for phrasing in wordings:
        about = {phrasing.about} - {""}
        for id_ in (*(id_ for id_ in phrasing.ids if id_ not in NO_SCRIPT), *about):
            if id_ not in known:
                yield Problem(shown(phrasing), phrasing.line, 1, f"'{id_}' is not one of the fixed ids in dialogs/ids.yaml")


def shown(phrasing: Phrasing) -> str:
    """Give the file of a wording as it is told: `dialogs/phrasings/FOLDER/FILE`."""
    return "/".join(Path(phrasing.file).parts[-4:])


def for_grammar(learned: Iterable[Phrasing]) -> Iterator[str]:
    """Give the wordings that bias the recognizer: what the device is asked, not what it must not answer."""
    for phrasing in learned:
        meant = kind_of(phrasing.ids[0]) != "none" and phrasing.level != "near"
        if meant and len(phrasing.text.split()) <= MAX_GRAMMAR_WORDS:
            yield phrasing.text
