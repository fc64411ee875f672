"""The command `ask`: recordings to spoken answers. The main job."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from crampvoice import app
from crampvoice.adapters.audio_files import AudioFile, save_clip, shown
from crampvoice.assistant import Assistant
from crampvoice.audio.pcm import joined
from crampvoice.cli.interpret import show
from crampvoice.cli.options import Jsonl, Model, OneTalk, SettingsFile, notes, out
from crampvoice.cli.results import emit, result
from crampvoice.dialog.talk import Talk
from crampvoice.errors import CrampvoiceError
from crampvoice.hearing import Listener
from crampvoice.messages import RATE_HZ, Clip, Turn, Utterance
from crampvoice.settings import Settings, load_settings

GAP_S = 0.4
"""Silence between two sentences of a spoken answer, in seconds."""

LONG_FILE_S = 60.0
"""From this length on, in seconds, a recording gets a progress bar on a terminal."""

NAME_BYTES = 200
"""How much of the name of a recording its answers are named after, in bytes: a file system takes 255 with the number behind."""

NOTHING = Turn(id="none", kind="none")


class Spoken:
    """Says sentences: into files, through the loudspeaker, or both."""

    def __init__(self, settings: Settings, *, folder: Path | None = None, play: bool = False) -> None:
        """Make the voice; `folder` is where answers are kept."""
        self._voice = app.synthesizer(settings)
        self._folder, self._play = folder, play
        self._settings = settings

    def say(self, sentences: Sequence[str], name: str = "") -> tuple[Path | None, float]:
        """Render sentences, keep them as NAME.wav and play them as asked; gives the file and the time of the rendering in ms.

        Raises EngineError (voice), ContentError (folder cannot be written) or DeviceError (loudspeaker).
        """
        started = time.perf_counter()
        clip = joined([self._voice.render(sentence) for sentence in sentences], GAP_S)
        took_ms = 1000 * (time.perf_counter() - started)
        path = None
        if self._folder is not None:
            path = self._folder / f"{name}.wav"
            save_clip(path, clip)
        if self._play:
            play(clip)
        return path, took_ms


def play(clip: Clip) -> None:
    """Play a clip to its end through the default loudspeaker. Raises DeviceError."""
    from crampvoice.adapters.clip_player import play_clip

    play_clip(clip)


def ask(
    files: Annotated[list[Path], typer.Argument(help="Recordings: WAV, FLAC or OGG, any rate.", metavar="FILE")],
    out_folder: Annotated[Path | None, typer.Option("--out", help="Folder for the spoken answers.", metavar="DIR")] = None,
    play_aloud: Annotated[bool, typer.Option("--play", help="Play the answers through the loudspeaker.")] = False,
    conversation: OneTalk = False,
    jsonl: Jsonl = False,
    model: Model = None,
    settings_file: SettingsFile = None,
) -> None:
    """Answer recorded questions aloud.

    Without --out, --play or --jsonl the answers go into the folder 'answers'. A file that cannot be used is told and
    the others are answered; the exit code is then that of the first such file.

    Example: crampvoice ask "my calf is cramping.wav" --out answers --play
    """
    settings = load_settings(settings_file, model=model)
    folder = out_folder or (None if jsonl or play_aloud else Path("answers"))
    asking = _Asking(settings, folder, play_aloud=play_aloud, one_talk=conversation, jsonl=jsonl)
    exit_code = 0
    for file in files:
        try:
            asking.answer(file)
        except CrampvoiceError as error:
            exit_code = exit_code or error.exit_code
            if jsonl:
                emit({"file": shown_name(file), "error": str(error)})
            else:
                notes.print(f"{error}", style="red")
    if folder is not None and not jsonl and exit_code == 0:
        out.print(f"Answers are in {folder}/", style="dim")
    raise typer.Exit(exit_code)


class _Asking:
    def __init__(self, settings: Settings, folder: Path | None, *, play_aloud: bool, one_talk: bool, jsonl: bool) -> None:
        self._assistant: Assistant = app.assistant(settings, remember=True)
        self._ears = app.ears(settings)
        self._spoken = Spoken(settings, folder=folder, play=play_aloud) if folder or play_aloud else None
        self._one_talk, self._jsonl = one_talk, jsonl
        self._talk = Talk()
        self._offset = 0
        self._names: set[str] = set()
        app.warm_up(self._ears)

    def answer(self, file: Path) -> None:
        if not self._one_talk:
            self._talk, self._offset = Talk(), 0
        audio = AudioFile(file)
        duration_s = audio.duration_s
        name = self._name(file)
        turn = 0
        listener = self._ears.listener()
        for utterance, decode_ms in _utterances(audio, listener, duration_s):
            turn += 1
            self._one(utterance, file, name, turn, duration_s, decode_ms)
        if not turn:
            self._report({"turn": 0, "start_s": 0.0, "end_s": 0.0}, "", NOTHING, file, duration_s)
        self._offset += round(duration_s * RATE_HZ)

    def _one(self, utterance: Utterance, file: Path, name: str, turn: int, duration_s: float, decode_ms: float) -> None:
        started = time.perf_counter()
        placed = Utterance(
            hypotheses=utterance.hypotheses, start=utterance.start + self._offset, end=utterance.end + self._offset
        )
        heard = self._assistant.answer(self._talk, placed)
        understand_ms = 1000 * (time.perf_counter() - started)
        self._talk = heard.reply.talk
        if not self._jsonl:
            show(heard)
        answer, voice_ms = None, 0.0
        if self._spoken is not None and heard.turn.say:
            answer, voice_ms = self._spoken.say(heard.turn.say, f"{name}-{turn}")
        times = {
            "turn": turn,
            "start_s": round(utterance.start / RATE_HZ, 3),
            "end_s": round(utterance.end / RATE_HZ, 3),
            "decode_ms": round(decode_ms, 2),
            "voice_ms": round(voice_ms, 2),
            "understand_ms": round(understand_ms, 2),
            "answer": shown_name(answer) if answer else None,
        }
        self._report(times, utterance.text, heard.turn, file, duration_s)

    def _report(self, times: dict[str, Any], text: str, turn: Turn, file: Path, duration_s: float) -> None:
        if self._jsonl:
            common = {"decode_ms": 0.0, "voice_ms": 0.0, "understand_ms": 0.0, "answer": None}
            emit(
                {
                    **result(text, turn, 0.0),
                    "file": shown_name(file),
                    "audio_s": round(duration_s, 3),
                    **common,
                    **times,
                }
            )
        elif not times["turn"]:
            out.print(f"{shown(file)}: no speech found")
        else:
            parts = [f"hearing {times['decode_ms']:.0f} ms", f"understanding {times['understand_ms']:.0f} ms"]
            if times["answer"]:
                parts += [f"voice {times['voice_ms']:.0f} ms", f"answer in {times['answer']}"]
            out.print(f"  {shown(file)}, {duration_s:.1f} s: {', '.join(parts)}", style="dim")

    def _name(self, file: Path) -> str:
        stem = shown_name(Path(file.stem)).replace("\n", " ").replace("/", "_") or "answer"
        stem = stem.encode()[:NAME_BYTES].decode("utf-8", "ignore")
        name, count = stem, 1
        while name in self._names:
            count += 1
            name = f"{stem}-{count}"
        self._names.add(name)
        return name


def shown_name(file: Path) -> str:
    """Give a path as text that JSON can hold."""
    return str(file).encode("utf-8", "backslashreplace").decode()


def _utterances(audio: AudioFile, listener: Listener, duration_s: float) -> Any:
    """Give each utterance with the work it took, in ms: from its first chunk to its text."""
    columns = (TextColumn("Listening"), BarColumn(), TimeRemainingColumn())
    hide = duration_s < LONG_FILE_S or not notes.is_terminal
    spent = 0.0
    with Progress(*columns, console=notes, transient=True, disable=hide) as progress:
        task = progress.add_task("", total=duration_s)
        for chunk in audio.chunks():
            started = time.perf_counter()
            event = listener.feed(chunk)
            spent += time.perf_counter() - started
            progress.update(task, completed=chunk.start / RATE_HZ)
            if isinstance(event, Utterance):
                if event.hypotheses:
                    yield event, 1000 * spent
                spent = 0.0
        started = time.perf_counter()
        last = listener.flush()
        spent += time.perf_counter() - started
        if last is not None and last.hypotheses:
            yield last, 1000 * spent
