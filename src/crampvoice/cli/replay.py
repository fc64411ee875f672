"""The command `replay`: a recorded night, as fast as the machine can."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import Annotated

import typer

from crampvoice import app
from crampvoice.adapters.audio_files import AudioFile
from crampvoice.audio.pcm import to_samples
from crampvoice.cli.options import Model, SettingsFile, out
from crampvoice.errors import ContentError
from crampvoice.messages import RATE_HZ
from crampvoice.night.events import Event
from crampvoice.night.replay import EchoPath, Moment, write_heard, written_events
from crampvoice.night.replay import replay as run
from crampvoice.settings import load_settings

LONGEST_PLOT_S = 300.0
"""A plot of a recording of more than this many seconds cannot be read."""


def replay(
    night: Annotated[Path, typer.Argument(help="What the microphone recorded.", metavar="NIGHT.wav")],
    heard: Annotated[Path, typer.Option("--out", help="What the room would have heard.", metavar="HEARD.wav")] = Path(
        "heard.wav"
    ),
    events: Annotated[
        Path | None, typer.Option("--events", help="What happened, one JSON object a line.", metavar="FILE")
    ] = None,
    echo: Annotated[
        float | None, typer.Option("--echo", help="Mix its own voice into the microphone, at this level in dB.")
    ] = None,
    delay: Annotated[float, typer.Option("--delay", help="Way of the echo, in milliseconds.", min=0, max=400)] = 60.0,
    tail: Annotated[
        float, typer.Option("--tail", help="Quiet seconds after the recording, for an answer to end.", min=0)
    ] = 30.0,
    clock: Annotated[
        float, typer.Option("--clock", help="Hour of the day at which the recording begins.", min=0, max=24)
    ] = 3.0,
    plot: Annotated[Path | None, typer.Option("--plot", help="Draw the exchange (extra 'plot').", metavar="FILE.png")] = None,
    model: Model = None,
    settings_file: SettingsFile = None,
) -> None:
    """Run a recorded night through the device: the same code as 'listen', with the sound from a file.

    The output is on the same timeline as the recording, sample for sample. The events hold the words, since the recording
    is your own.

    Example: crampvoice replay night.wav --out heard.wav --events night.jsonl --echo -20
    """
    recording = AudioFile(night)
    length_s = recording.duration_s
    _keep_apart(night, {"--out": heard, "--events": events, "--plot": plot})
    draw = _drawing(length_s) if plot is not None else None
    kept: list[Event] = []
    moments: list[Moment] = []
    with written_events(events) if events else nullcontext() as write:

        def note(event: Event) -> None:
            if write is not None:
                write(event)
            if plot is not None:
                kept.append(event)

        bedside = app.bedside(load_settings(settings_file, model=model), patient=True)
        session = bedside.session(note, spell_out=True, clock_s=3600 * clock)
        path = EchoPath(level_db=echo, delay_ms=delay) if echo is not None else None
        run_through = run(recording.chunks(), session, echo=path, tail_s=tail)
        samples = write_heard(heard, run_through, moments.append if plot is not None else None)
    out.print(f"{samples / RATE_HZ:.1f} s in {heard}")
    if plot is not None and draw is not None:
        room = to_samples(b"".join(moment.chunk.pcm for moment in moments))
        device = to_samples(b"".join(moment.played for moment in moments))
        draw(plot, room, device, kept, title=night.stem)
        out.print(f"Drawn in {plot}")


def _keep_apart(night: Path, outputs: dict[str, Path | None]) -> None:
    for option, path in outputs.items():
        with suppress(OSError):  # one that is not there yet is another one
            if path is not None and path.samefile(night):
                raise ContentError(f"{path} is the recording, and would be overwritten: name another file with {option}.")


def _drawing(length_s: float) -> Callable[..., None]:
    if length_s > LONGEST_PLOT_S:
        raise ContentError(f"The recording is too long for a plot: cut out at most {LONGEST_PLOT_S:g} seconds.")
    try:
        from crampvoice.night.plot import plot_exchange
    except ImportError as error:
        raise ContentError("The plot needs matplotlib: pip install 'crampvoice[plot]'") from error
    return plot_exchange
