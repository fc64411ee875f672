"""The command `lint`: every problem of the dialogs, before the night."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from crampvoice import app, phrasings, resources
from crampvoice.adapters.speech_model import SpeechModel
from crampvoice.cli.options import SettingsFile, out
from crampvoice.dialog.review import review
from crampvoice.errors import ContentError, Problem
from crampvoice.library import load, read_document
from crampvoice.library_rules import load_rules
from crampvoice.phrasings import Phrasing
from crampvoice.settings import load_settings
from crampvoice.standins import StandIns, read_stand_ins
from crampvoice.training.manifest import LANGUAGE_MODEL_FILE, language_model_is_stale, stale

STAND_INS = "heard-as.yaml"
"""Words the recognizer has no word for, and what stands in for them."""


def lint(
    settings_file: SettingsFile = None,
    model: Annotated[bool, typer.Option("--model/--no-model", help="Check the vocabulary of the speech model too.")] = True,
) -> None:
    """Check the dialogs: ids, spoken sentences, reading grade, sources, phrasings, vocabulary, trained files.

    Every problem is told at once as FILE:LINE:COLUMN. Needs the extra 'lint' for the reading grade.

    Example: crampvoice lint
    """
    settings = load_settings(settings_file)
    folder = app.dialogs_folder(settings)
    speech_model = app.speech_model(settings) if model else None
    problems = [
        *_all(folder, lambda: _script_problems(folder)),
        *_all(folder / "rules", lambda: _rule_problems(folder)),
        *_all(folder / "phrasings", lambda: _phrasing_problems(folder, speech_model)),
    ]
    if "heads" in stale(folder, resources.UNDERSTANDING):
        problems.append(Problem("models/understanding/manifest.json", 1, 1, "other phrasings than now: run 'crampvoice train'"))
    if speech_model and language_model_is_stale(app.expected(settings, speech_model), speech_model.folder):
        again = "other phrasings than now: run 'crampvoice train --language-model FILE'"
        problems.append(Problem(f"models/{LANGUAGE_MODEL_FILE}", 1, 1, again))
    if problems:
        Console(stderr=True).print(
            "\n".join(str(problem) for problem in sorted(problems)), soft_wrap=True, markup=False, highlight=False
        )
        raise typer.Exit(1)
    out.print("The dialogs are fine.")


def _all(where: Path, look: Callable[[], Iterable[Problem]]) -> list[Problem]:
    """Give the problems that `look` gives or raises; an error that names no place is one of `where`."""
    try:
        return list(look())
    except ContentError as error:
        return list(error.problems) or [Problem(str(where), 1, 1, str(error))]


def _script_problems(folder: Path) -> Iterable[Problem]:
    grade = _grade()
    lists: dict[str, dict[str, Any]] = {}

    def read_list(name: str, type_: Any) -> Iterable[Problem]:
        lists[name] = read_document(folder / name, f"dialogs/{name}").parse(type_)
        return ()

    problems = [
        *_all(folder, lambda: read_list("ids.yaml", dict[str, tuple[str, ...]])),
        *_all(folder, lambda: read_list("sources.yaml", dict[str, dict[str, str]])),
    ]
    try:
        library = load(folder)
    except ContentError as error:
        return [*problems, *(error.problems or [Problem(str(folder), 1, 1, str(error))])]
    if problems:
        return problems
    places = {id_: document.problem_at for id_, document in library.documents.items()}
    return review(library.scripts, places, ids=lists["ids.yaml"], sources=lists["sources.yaml"], grade=grade)


def _rule_problems(folder: Path) -> Iterable[Problem]:
    load_rules(folder / "rules")
    return ()


def _grade() -> Callable[[str], float]:
    try:
        import textstat
    except ImportError as error:
        raise ContentError("The reading grade needs textstat: pip install 'crampvoice[lint]'") from error
    return lambda text: float(textstat.flesch_kincaid_grade(text))


def _unknown_ids(folder: Path, wordings: Iterable[Phrasing]) -> Iterable[Problem]:
    try:
        families = read_document(folder / "ids.yaml", "dialogs/ids.yaml").parse(dict[str, tuple[str, ...]])
    except ContentError:
        return ()  # told with the scripts
    return phrasings.unknown_ids(wordings, {id_ for ids in families.values() for id_ in ids})


def _phrasing_problems(folder: Path, model: SpeechModel | None) -> Iterator[Problem]:
    learned, chosen, follow_ups = (
        phrasings.read_all(folder / "phrasings" / name) for name in ("learn", "choose", "follow-ups")
    )
    misheard = phrasings.read_all(folder / "phrasings" / "heard", as_written=True)
    yield from _unknown_ids(folder, (*learned, *chosen, *follow_ups, *misheard))
    where: dict[tuple[str, str], list[Phrasing]] = defaultdict(list)
    for phrasing in (*learned, *follow_ups, *chosen):
        where[phrasing.text, phrasing.about].append(phrasing)
    for (text, _), same in where.items():
        for other in same[1:]:
            message = f"“{text}” stands in {_shown(same[0])} too; keep one, with every id it may have"
            yield Problem(phrasings.shown(other), other.line, 1, message)
    if model is not None:
        yield from _unheard([*learned, *follow_ups], StandIns(read_stand_ins(folder / STAND_INS), model.knows))


def _unheard(learned: Iterable[Phrasing], stand_ins: StandIns) -> Iterator[Problem]:
    seen: dict[str, Phrasing] = {}
    for phrasing in learned:
        if phrasing.ids[0] != "none":
            for word in phrasing.text.split():
                seen.setdefault(word, phrasing)
    for word, phrasing in seen.items():
        if stand_ins.missing(word):
            message = f"the recognizer has no word '{word}': add what it hears instead to dialogs/{STAND_INS}, or use another"
            yield Problem(phrasings.shown(phrasing), phrasing.line, 1, message)


def _shown(phrasing: Phrasing) -> str:
    return f"{phrasings.shown(phrasing)}:{phrasing.line}"
