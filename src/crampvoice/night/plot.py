"""A picture of one exchange: the room, the device, what was heard and decided, and in which state, on one time axis.

Needs matplotlib (the extra `plot`), which is imported here only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np

from crampvoice.audio.pcm import Samples
from crampvoice.errors import ContentError
from crampvoice.messages import RATE_HZ
from crampvoice.night.events import Event

matplotlib.use("Agg")
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.patches import Patch

ROOM, DEVICE, DECISION, INTERRUPTION, INK, FAINT = "#0072B2", "#E69F00", "#009E73", "#D55E00", "#222222", "#7a7a7a"
"""Okabe and Ito's colors, which most color-blind people can tell apart."""

STATES = {"listening": "#56B4E9", "speaking": DEVICE, "holding": "#CC79A7", "asking": "#F0E442"}
_DPI = 150
_CHARACTER_IN = 0.072
_COLUMNS = 2400


@dataclass(frozen=True, slots=True)
class _Span:
    begin_s: float
    end_s: float


def plot_exchange(path: Path, room: Samples, device: Samples, events: Sequence[Event], *, title: str = "") -> None:
    """Draw an exchange as a PNG file.

    `room` is what the microphone heard and `device` what the loudspeaker played, float32, (samples,), 16 kHz; `events`
    are those of the session, best with their words. Raises ContentError if the file cannot be written.
    """
    length_s = max(room.size, device.size) / RATE_HZ
    width = min(max(10.0, 0.9 * length_s), 16.0)
    figure, axes = plt.subplots(
        5, 1, figsize=(width, 7.2), sharex=True, height_ratios=[1.3, 1.5, 1.3, 1.6, 0.75], layout="constrained"
    )
    _draw_sound(axes[0], room, ROOM, "room\n(microphone)")
    _draw_words(axes[1], events, width / length_s)
    _draw_decisions(axes[2], events, width / length_s)
    _draw_sound(axes[3], device, DEVICE, "device\n(loudspeaker)")
    _draw_sentences(axes[3], events, width / length_s)
    _draw_states(axes[4], events, length_s)
    for axis in axes:
        axis.spines[["top", "right", "left"]].set_visible(False)
        axis.grid(axis="x", color="#e6e6e6", linewidth=0.8)
        axis.set_axisbelow(True)
    axes[-1].set_xlim(0, length_s)
    axes[-1].set_xlabel("seconds")
    if title:
        figure.suptitle(title, fontsize=13, color=INK, x=0.01, ha="left")
    try:
        figure.savefig(path, dpi=_DPI, facecolor="white")
    except (OSError, ValueError) as error:  # ValueError is a kind of file that cannot be drawn
        reason = getattr(error, "strerror", None) or error
        raise ContentError(f"{path} cannot be written ({reason}): name another file with --plot.") from error
    finally:
        plt.close(figure)


def _label(axis: Axes, text: str) -> None:
    axis.set_ylabel(text, rotation=0, ha="right", va="center", fontsize=10, color=INK, labelpad=8)
    axis.set_yticks([])


def _draw_sound(axis: Axes, sound: Samples, color: str, label: str) -> None:
    step = max(sound.size // _COLUMNS, 1)
    rows = sound[: sound.size // step * step].reshape(-1, step)
    times = (np.arange(len(rows)) + 0.5) * step / RATE_HZ
    axis.fill_between(times, rows.min(axis=1), rows.max(axis=1), color=color, linewidth=0.4, edgecolor=color)
    limit = max(float(np.abs(sound).max(initial=0.0)), 0.02) * 1.15
    axis.set_ylim(-limit, limit)
    _label(axis, label)


def _draw_words(axis: Axes, events: Sequence[Event], inches_per_s: float) -> None:
    """Write each partial below the one before, the final text in bold, from the time it was known."""
    rows = _Rows(axis, 6, inches_per_s)
    spoken = False
    for event in events:
        if event.kind == "speech_start":
            rows.begin()
            axis.axvline(event.sample / RATE_HZ, color=ROOM, linewidth=0.8, linestyle=":")
        elif event.kind == "heard" and (text := event.data.get("text")):
            final = not event.data["partial"]
            rows.write(event.sample / RATE_HZ, text, INK if final else FAINT, bold=final)
            spoken = True
    _label(axis, "heard")
    if not spoken:
        axis.text(0.01, 0.5, "events without words", transform=axis.transAxes, color=FAINT, fontsize=9, va="center")


def _draw_decisions(axis: Axes, events: Sequence[Event], inches_per_s: float) -> None:
    rows = _Rows(axis, 4, inches_per_s)
    last_word = 0
    for event in events:
        at_s = event.sample / RATE_HZ
        if event.kind == "speech_end":
            last_word = event.data["end"]
        elif event.kind == "wake":
            _mark(axis, at_s, ROOM)
            rows.write(at_s, f"wakes by {event.data['by']}", ROOM)
        elif event.kind == "decide" and event.data["acted"]:
            _mark(axis, at_s, DECISION)
            rows.write(at_s, event.data["id"], DECISION, bold=True)
            rows.write(at_s, f"{(event.sample - last_word) * 1000 // RATE_HZ} ms after the last word", DECISION)
        elif event.kind == "decide":
            rows.write(at_s, "not for us", FAINT)
        elif event.kind == "interrupted":
            _mark(axis, at_s, INTERRUPTION)
            rows.write(at_s, "interrupted", INTERRUPTION)
        elif event.kind == "volume":
            rows.write(at_s, f"{event.data['why']}: {event.data['gain_db']:.0f} dB", FAINT)
    _label(axis, "decided")


def _mark(axis: Axes, at_s: float, color: str) -> None:
    axis.axvline(at_s, color=color, linewidth=1.2)


def _draw_sentences(axis: Axes, events: Sequence[Event], inches_per_s: float) -> None:
    top = axis.get_ylim()[1]
    axis.set_ylim(-top, 1.9 * top)
    starts = [event for event in events if event.kind == "say_start"]
    for span, event in zip(_pairs(events, "say_start", "say_end"), starts, strict=False):
        text = event.data.get("text") or f"{event.data['id']} {event.data['sentence'] + 1}/{event.data['of']}"
        room = int((span.end_s - span.begin_s) * inches_per_s / _CHARACTER_IN)
        lines = _wrapped(text, max(room, 6), 3)
        axis.text(span.begin_s, 1.85 * top, lines, fontsize=7.5, color=INK, va="top", ha="left", linespacing=1.15)
        axis.axvspan(span.begin_s, span.end_s, color=DEVICE, alpha=0.10, linewidth=0)


def _draw_states(axis: Axes, events: Sequence[Event], length_s: float) -> None:
    spans = {
        "listening": _windows(events, length_s),
        "speaking": _pairs(events, "say_start", "say_end", length_s),
        "holding": _timers(events, "hold", length_s),
        "asking": _timers(events, "question", length_s),
    }
    for row, (name, found) in enumerate(spans.items()):
        for span in found:
            axis.broken_barh([(span.begin_s, span.end_s - span.begin_s)], (-row - 0.4, 0.8), color=STATES[name])
    axis.set_ylim(-len(spans) + 0.4, 0.6)
    _label(axis, "state")
    legend: list[Any] = [Patch(color=color, label=name) for name, color in STATES.items() if spans[name]]
    axis.legend(handles=legend, ncols=max(len(legend), 1), loc="upper center", bbox_to_anchor=(0.5, -0.55), frameon=False)


def _pairs(events: Sequence[Event], begin: str, end: str, length_s: float = 0.0) -> list[_Span]:
    spans, opened = [], None
    for event in events:
        if event.kind == begin:
            opened = event.sample / RATE_HZ
        elif event.kind == end and opened is not None:
            spans.append(_Span(opened, event.sample / RATE_HZ))
            opened = None
    if opened is not None:
        spans.append(_Span(opened, max(length_s, opened)))
    return spans


def _timers(events: Sequence[Event], what: str, length_s: float) -> list[_Span]:
    spans, opened = [], None
    for event in events:
        if event.kind == "timer" and event.data["what"] == what:
            if event.data["state"] == "start":
                opened = event.sample / RATE_HZ
            elif opened is not None:
                spans.append(_Span(opened, event.sample / RATE_HZ))
                opened = None
    return spans if opened is None else [*spans, _Span(opened, length_s)]


def _windows(events: Sequence[Event], length_s: float) -> list[_Span]:
    spans, opened = [], None
    for event in events:
        if event.kind == "wake" and opened is None:
            opened = event.sample / RATE_HZ
        elif event.kind == "timer" and event.data["what"] == "window" and opened is not None:
            spans.append(_Span(opened, event.sample / RATE_HZ))
            opened = None
    return spans if opened is None else [*spans, _Span(opened, length_s)]


def _wrapped(text: str, characters: int, lines: int) -> str:
    rows = [""]
    for word in text.split():
        if rows[-1] and len(rows[-1]) + 1 + len(word) > characters:
            rows.append("")
        rows[-1] = f"{rows[-1]} {word}".strip()
    if len(rows) > lines:
        rows = [*rows[: lines - 1], rows[lines - 1] + " …"]
    return "\n".join(rows)


class _Rows:
    """Places texts in the first row that is free at their time, so that none covers another."""

    def __init__(self, axis: Axes, rows: int, inches_per_s: float) -> None:
        self._axis = axis
        self._free_from_s = [0.0] * rows
        self._inches_per_s = inches_per_s
        self._next = 0
        axis.set_ylim(-rows + 0.4, 0.6)

    def begin(self) -> None:
        """Go back to the top row."""
        self._next = 0

    def write(self, at_s: float, text: str, color: str, *, bold: bool = False) -> None:
        rows = len(self._free_from_s)
        order = [(self._next + i) % rows for i in range(rows)]
        row = next((i for i in order if self._free_from_s[i] <= at_s), None)
        if row is None:
            return
        self._free_from_s[row] = at_s + (len(text) * _CHARACTER_IN + 0.15) / self._inches_per_s
        self._next = row + 1
        weight = "bold" if bold else "normal"
        box = {"facecolor": "white", "edgecolor": "none", "pad": 0.8, "alpha": 0.85}
        place = (at_s + 0.06, -row)
        self._axis.text(*place, text, color=color, fontsize=8.5, fontweight=weight, va="center", clip_on=True, bbox=box)
