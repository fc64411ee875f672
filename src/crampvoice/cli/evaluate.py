"""The commands `evaluate text` and `evaluate audio`: measure the understanding on wordings or recordings with known ids."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Annotated

import typer

from crampvoice import app, phrasings
from crampvoice.cli.options import Model, OneTalk, SettingsFile, notes, out
from crampvoice.dialog.talk import Talk
from crampvoice.errors import ContentError, CrampvoiceError
from crampvoice.evaluate import Measure, Outcome, by_group, confusions, measures, word_errors
from crampvoice.messages import RATE_HZ, Turn, Utterance, kind_of
from crampvoice.phrasings import Phrasing
from crampvoice.settings import load_settings

evaluate = typer.Typer(help="Measure the understanding on wordings or recordings with known ids.", no_args_is_help=True)

SOUNDS = (".wav", ".flac", ".ogg")
Misses = Annotated[bool, typer.Option("--misses/--no-misses", help="List what went wrong, one by one.")]


@evaluate.command("text")
def text(
    files: Annotated[list[Path], typer.Argument(help="Lines: text TAB ids (a|b) TAB style TAB level.", metavar="FILE")],
    conversation: OneTalk = False,
    misses: Misses = True,
    settings_file: SettingsFile = None,
) -> None:
    """Measure on wordings: shares with 95 % intervals, per style and family, confused pairs, misses one by one.

    With --conversation the lines are turns; a blank line begins a new talk.

    Example: crampvoice evaluate text judge-topics.tsv
    """
    assistant = app.assistant(load_settings(settings_file))
    outcomes: list[Outcome] = []
    talks: list[list[Outcome]] = []
    for talk_lines in _talks(files, one_talk=conversation):
        talk = Talk()
        talks.append([])
        for turn, phrasing in enumerate(talk_lines):
            now = turn * 4 * RATE_HZ
            started = time.perf_counter()
            hypotheses = Utterance.typed(phrasing.text).hypotheses
            heard = assistant.answer(talk, Utterance(hypotheses=hypotheses, start=now, end=now))
            took_ms = 1000 * (time.perf_counter() - started)
            talk = heard.reply.talk
            talks[-1].append(Outcome(phrasing=phrasing, heard=phrasing.text, turn=heard.turn, understand_ms=took_ms))
        outcomes += talks[-1]
    if not outcomes:
        raise ContentError("There is no line in these files.")
    if conversation:
        whole = sum(all(one.right for one in some) for some in talks)
        _print([Measure(name="turns right", count=sum(o.right for o in outcomes), of=len(outcomes))])
        _print([Measure(name="whole conversations right", count=whole, of=len(talks))])
    else:
        _print(measures(outcomes))
    _groups(outcomes)
    times = sorted(one.understand_ms for one in outcomes)
    out.print(f"\nunderstanding: median {median(times):.1f} ms, 95th percentile {times[int(0.95 * (len(times) - 1))]:.1f} ms")
    if misses:
        _misses(outcomes)


@evaluate.command("audio")
def audio(
    source: Annotated[
        Path,
        typer.Argument(
            help="A folder of recordings, or its manifest: file TAB text TAB id [TAB voice].", metavar="FOLDER|MANIFEST"
        ),
    ],
    misses: Misses = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="New decodes for every recording; slower.")] = False,
    model: Model = None,
    settings_file: SettingsFile = None,
) -> None:
    """Measure on recordings: right, wrong, asked, silent, false reactions, word errors.

    Without a manifest the folder's own (a .tsv in it) is taken; without one, nothing must be answered.

    Example: crampvoice evaluate audio recordings/
    """
    settings = load_settings(settings_file, model=model)
    rows = list(_manifest(source))
    assistant, ears = app.assistant(settings), app.ears(settings, fresh=fresh)
    outcomes: list[Outcome] = []
    errors = expected = 0
    for path, phrasing in _progress(rows):
        try:
            utterances = list(ears.hear(path))
        except CrampvoiceError as error:
            notes.print(str(error), style="red")
            continue
        talk, turns = Talk(), []
        for utterance in utterances:
            heard = assistant.answer(talk, utterance)
            talk = heard.reply.talk
            turns.append(heard.turn)
        said = " ".join(utterance.text for utterance in utterances)
        outcomes.append(Outcome(phrasing=phrasing, heard=said, turn=_telling(turns, phrasing)))
        if phrasing.text:
            found, words = word_errors(phrasing.text, said)
            errors, expected = errors + found, expected + words
    _print(_audio_measures(outcomes))
    if expected:
        out.print(f"{'word errors of the open graph':44} {100 * errors / expected:5.1f} %")
    _print(measures([one for one in outcomes if one.phrasing.level]))
    if misses:
        _misses(outcomes)


def _audio_measures(outcomes: Sequence[Outcome]) -> list[Measure]:
    meant = [one for one in outcomes if one.phrasing.ids != ("none",)]
    others = [one for one in outcomes if one.phrasing.ids == ("none",)]
    found = []
    if meant:
        silent = sum(one.turn.id == "none" and not one.right for one in meant)
        asked = sum(one.asked and not one.right for one in meant)
        right = sum(one.right for one in meant)
        for name, count in (
            ("right", right),
            ("asked", asked),
            ("silent", silent),
            ("wrong", len(meant) - right - asked - silent),
        ):
            found.append(Measure(name=name, count=count, of=len(meant)))
    if others:
        found.append(Measure(name="false reactions", count=sum(one.answered for one in others), of=len(others)))
    return found


def _telling(turns: Sequence[Turn], phrasing: Phrasing) -> Turn:
    """Choose the turn a recording is judged by: a right one if there is one, else the first that said something."""
    silent = Turn(id="none", kind="none")
    right = (turn for turn in turns if turn.id in phrasing.ids and turn.id != "none")
    return next(right, next((turn for turn in turns if turn.say), turns[0] if turns else silent))


def _manifest(source: Path) -> Iterator[tuple[Path, Phrasing]]:
    if not source.exists():
        raise ContentError(f"There is no {source}: name a folder of recordings or its manifest.")
    manifests = sorted(source.glob("*.tsv")) if source.is_dir() else [source]
    if not manifests:
        for path in sorted(path for path in source.rglob("*") if path.suffix in SOUNDS):
            yield path, Phrasing(text="", ids=("none",), level="none")
        return
    for number, row in enumerate(_manifest_text(manifests[0]).splitlines(), start=1):
        fields = row.split("\t")
        if number == 1 and fields[0] == "file":
            continue
        if len(fields) < 3:
            raise ContentError(f"{manifests[0]}:{number}:1: a line is 'file TAB text TAB id'.")
        near = fields[2].startswith("near:")
        ids = tuple(fields[2].removeprefix("near:").split("|"))
        level = "near" if near else "none" if ids == ("none",) else ""
        style = fields[3] if len(fields) > 3 else "plain"
        yield manifests[0].parent / fields[0], Phrasing(text=fields[1], ids=ids, style=style, level=level)


def _manifest_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8 text"
        raise ContentError(f"{path} cannot be read: {reason}. Name a folder of recordings or its manifest.") from error


def _progress(rows: Sequence[tuple[Path, Phrasing]]) -> Iterable[tuple[Path, Phrasing]]:
    from rich.progress import track

    return track(rows, description="Listening", console=notes, transient=True, disable=not notes.is_terminal)


def _talks(files: Sequence[Path], *, one_talk: bool) -> Iterator[list[Phrasing]]:
    for file in files:
        lines = phrasings.read(file)
        if not one_talk:
            yield from ([line] for line in lines)
            continue
        talk: list[Phrasing] = []
        for line in lines:
            if talk and line.line > talk[-1].line + 1:
                yield talk
                talk = []
            talk.append(line)
        yield talk


def _print(found: Sequence[Measure]) -> None:
    for measure in found:
        out.print(str(measure))


def _groups(outcomes: Sequence[Outcome]) -> None:
    for title, group in (("style", lambda o: o.phrasing.style), ("family", _family)):
        out.print(f"\nright id per {title}")
        _print(by_group(outcomes, group))
    pairs = confusions(outcomes)[:15]
    if pairs:
        out.print("\nmost confused")
        for (due, reported), count in pairs:
            out.print(f"{count:4} {due} → {reported}")


def _family(outcome: Outcome) -> str:
    due = outcome.phrasing.ids[0]
    return due.partition(".")[0] if kind_of(due) != "topic" or "." in due else "understanding"


def _misses(outcomes: Sequence[Outcome]) -> None:
    out.print("\nmisses")
    for one in outcomes:
        if not one.right:
            given = [alternative.id for alternative in one.turn.alternatives[:2]]
            out.print(f"{'|'.join(one.phrasing.ids)} ← {one.turn.id} {given}: {one.heard or one.phrasing.text}")
