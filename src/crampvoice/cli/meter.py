"""The level meter of `check --live`: listens for some seconds and says whether the microphone will do."""

from __future__ import annotations

import time

from rich.console import Console
from rich.live import Live
from rich.text import Text

from crampvoice.adapters.sounddevice_devices import check_wanted
from crampvoice.adapters.sounddevice_io import Microphone
from crampvoice.adapters.sounddevice_keeper import Keeper, State
from crampvoice.audio.meter import LevelReport, judge
from crampvoice.audio.pcm import level_dbfs, to_samples
from crampvoice.errors import DeviceError

BEGINS_WITHIN_S = 6.0
"""How long the microphone may take to begin, in seconds."""

_BAR_DB = 60.0
_BAR_CELLS = 30


def measure_level(console: Console, wanted: str | None = None, *, seconds: float = 5.0) -> LevelReport:
    """Record some seconds while the person speaks, with a moving bar on a terminal, and print and give the verdict.

    Raises DeviceError if the microphone is missing or busy, or does not begin.
    """
    problem = "The microphone delivers nothing: see 'crampvoice devices'."
    found = False

    def note(state: State, detail: str) -> None:
        nonlocal problem, found
        found = found or state == "found"
        problem = detail if state == "lost" else problem

    with Keeper() as keeper:
        check_wanted(wanted, "input")
        microphone = Microphone(keeper, wanted, note)
        until = time.monotonic() + BEGINS_WITHIN_S
        pcm = b""
        console.print(f'Say, from where you will lie: "My leg is cramping." ({seconds:g} seconds)', highlight=False)
        with Live(console=console, transient=True, refresh_per_second=15, auto_refresh=False) as live:
            for chunk in microphone.chunks():
                if found:
                    pcm += chunk.pcm
                    if console.is_terminal:
                        live.update(_bar(level_dbfs(to_samples(chunk.pcm))), refresh=True)
                if len(pcm) >= 32_000 * seconds or (not found and time.monotonic() > until):
                    microphone.end()
    if not found:
        raise DeviceError(problem)
    report = judge(pcm)
    _show(console, report, microphone.name)
    return report


def _show(console: Console, report: LevelReport, name: str) -> None:
    style = "green" if report.verdict == "fine" else "red" if report.verdict in ("deaf", "clipped") else "yellow"
    console.print(Text(report.advice, style=style), soft_wrap=True)
    if report.verdict != "deaf":
        console.print(
            f"Microphone '{name}': speech {report.speech_dbfs:.0f} dBFS, noise {report.noise_dbfs:.0f} dBFS, "
            f"peak {report.peak_dbfs:.0f} dBFS, {report.clipped} samples cut off.",
            soft_wrap=True,
            highlight=False,
        )


def _bar(dbfs: float) -> Text:
    cells = round(max(0.0, min(1.0, 1 + dbfs / _BAR_DB)) * _BAR_CELLS)
    style = "red" if dbfs > -3 else "green" if dbfs > -45 else "yellow"
    return Text.assemble(("█" * cells, style), ("░" * (_BAR_CELLS - cells), "dim"), f" {dbfs:5.0f} dBFS")
