"""The one thread of a process that calls PortAudio: opens the streams, watches them, and brings lost ones back.

PortAudio looks for devices only when it starts, and starting it anew ends every stream of the process. So while
another stream runs, a child process takes the fresh look, and PortAudio is started anew only when the missing device is
there, in a pause of what is being spoken. A call that hangs, as some do on a device that was pulled out, hangs this thread
and nothing else; `Keeper.turns` tells.
"""

from __future__ import annotations

import itertools
import json
import logging
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from types import ModuleType
from typing import Any, Literal, Self

from crampvoice.adapters.sounddevice_devices import (
    Device,
    Way,
    devices,
    explained,
    find,
    has_come,
    is_about_format,
    load_sounddevice,
)
from crampvoice.errors import DeviceError
from crampvoice.messages import RATE_HZ

_log = logging.getLogger(__name__)

State = Literal["found", "lost", "zeros"]
OnState = Callable[[State, str], None]
"""Called with the new state of a device and a sentence about it for a person."""

LOOK_EVERY_S = 0.2
"""How often the streams are looked at, in seconds."""
RETRY_EVERY_S = 1.5
"""How often a lost device is tried again, in seconds."""
FIRST_WITHIN_S = 3.0
"""How long a device may take to begin, in seconds: PulseAudio takes up to two."""
STALLED_AFTER_S = 1.5
"""How long a running device may be still before it counts as lost, in seconds."""
PAUSE_WITHIN_S = 1.5
"""How long a pause in what is spoken is waited for before PortAudio is started anew, in seconds."""
SETTLE_S = 0.7
"""How long a device that has just come is left alone, in seconds: a stream that is begun while the sound system still
starts may fail in a way that lets PortAudio 19.6 wait without end."""
LOOK_WITHIN_S = 5.0
"""How long the child process may take to list the devices, in seconds."""
HANGS_AFTER_S = 30.0
"""How long one look at the devices may take before it counts as hanging, in seconds."""


class Line:
    """One direction of sound, with the stream that carries it while there is a device."""

    way: Way
    block_s: float
    """How much sound the device hands over or takes at a time, in seconds; left to itself ALSA takes 10 ms."""
    latency_s: float

    def __init__(self, wanted: str | int | None, on_state: OnState | None, rates_hz: tuple[int, ...]) -> None:
        """Name the device; `rates_hz` are tried in order, without any: 16 kHz, then the device's own."""
        self.wanted = wanted
        self.name = str(wanted or "default")
        self.rate_hz = RATE_HZ
        self._rates_hz = rates_hz
        self._on_state = on_state or (lambda state, detail: None)
        self._reports: queue.SimpleQueue[tuple[State, str]] = queue.SimpleQueue()
        self._stream: Any = None
        self._opened = self._last = 0.0
        self._began = False
        self._known: State | None = None

    @property
    def running(self) -> bool:
        """Whether a device carries it now."""
        return self._stream is not None and self._began

    @property
    def is_open(self) -> bool:
        """Whether there is a stream, running or about to."""
        return self._stream is not None

    @property
    def sounding(self) -> bool:
        """Whether an interruption now would be heard."""
        return False

    def open(self, sd: ModuleType, found: list[Device]) -> None:
        """Open a stream on the device. Raises DeviceError."""
        device = find(found, self.wanted, self.way)
        rates_hz = self._rates_hz or (RATE_HZ, device.rate_hz)
        counts = sorted({1, min(2, device.channels(self.way)), device.channels(self.way)})
        error: Exception | None = None
        for channels, rate_hz in itertools.product(counts, rates_hz):
            try:
                self._start(sd, device, rate_hz, channels)
            except (sd.PortAudioError, ValueError) as refused:
                error = error or refused
                if not is_about_format(refused):
                    break
            else:
                self.name, self.rate_hz = device.name, rate_hz
                return
        raise DeviceError(explained(error, device.name, self.way)) from error

    def close(self) -> None:
        """End the stream; what PortAudio says about a device that is gone does not matter."""
        stream, self._stream = self._stream, None
        self._began = False
        if stream is not None:
            stream.close(ignore_errors=True)

    def watch(self) -> None:
        """Close the stream if its device has stopped, and report what has changed. For the keeper's thread."""
        if self._stream is None:
            return
        now = time.monotonic()
        if self._began:
            if self._known != "found":
                self._report("found", f"{self._what} '{self.name}' at {self.rate_hz:,} Hz")
            if self._stream.active and now - self._last < STALLED_AFTER_S:
                return
            self.lose(f"The {self._what} '{self.name}' has stopped: is it still plugged in?")
        elif now - self._opened > FIRST_WITHIN_S:
            self.lose(f"The {self._what} '{self.name}' delivers nothing: is it plugged in and switched on?")

    def lose(self, why: str) -> None:
        """Close the stream and report the loss, once until it is back."""
        self.close()
        if self._known != "lost":
            self._report("lost", why)

    def tell(self) -> None:
        """Hand what has happened to `on_state`, in the thread of the loop."""
        while not self._reports.empty():
            self._on_state(*self._reports.get())

    def _report(self, state: State, detail: str) -> None:
        if state in ("found", "lost"):
            self._known = state
        self._reports.put((state, detail))

    @property
    def _what(self) -> str:
        return "microphone" if self.way == "input" else "loudspeaker"

    def _start(self, sd: ModuleType, device: Device, rate_hz: int, channels: int) -> None:
        make = sd.RawInputStream if self.way == "input" else sd.RawOutputStream
        stream = make(
            samplerate=rate_hz,
            device=device.number,
            channels=channels,
            dtype="int16",
            latency=self.latency_s,
            blocksize=round(self.block_s * rate_hz),
            callback=self._callback(rate_hz, channels),
        )
        self._began = False
        self._opened = time.monotonic()
        try:
            stream.start()
        except BaseException:
            stream.close(ignore_errors=True)
            raise
        self._stream = stream

    def _callback(self, rate_hz: int, channels: int) -> Callable[..., None]:
        raise NotImplementedError

    def _beat(self) -> None:
        """Note that the device is alive; called by its callback."""
        self._last = time.monotonic()
        self._began = True


class Keeper:
    """Keeps some lines open. Use it as a context manager; one per process."""

    def __init__(self) -> None:
        """Start PortAudio. Raises DeviceError when it is not installed."""
        self._sd = load_sounddevice()
        self._lines: list[Line] = []
        self._wake = threading.Event()
        self._ended = False
        self._next_try = 0.0
        self._pause_until: float | None = None
        self._looked: list[Device] | None = None
        self._turned = time.monotonic()
        self._thread = threading.Thread(target=self._run, name="crampvoice-devices", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        """Begin to keep lines open."""
        return self

    def __exit__(self, *error: object) -> None:
        """Close every stream."""
        self.close()

    def add(self, line: Line) -> None:
        """Keep one more line open."""
        self._lines.append(line)
        self._next_try = 0.0
        self._wake.set()

    @property
    def turns(self) -> bool:
        """Whether the devices are still looked after: no call of PortAudio hangs."""
        return self._thread.is_alive() and time.monotonic() - self._turned < HANGS_AFTER_S

    def close(self) -> None:
        """Close every stream; a device that hangs is left behind."""
        self._ended = True
        self._wake.set()
        self._thread.join(timeout=3.0)

    def _run(self) -> None:
        while not self._ended:
            self._wake.wait(LOOK_EVERY_S)
            self._wake.clear()
            self._turned = time.monotonic()
            try:
                self._look()
            except Exception as error:  # whatever a device or its driver comes up with, the others are kept
                _log.info("the sound devices could not be looked at: %s", error)
        for line in self._lines:
            line.close()

    def _look(self) -> None:
        for line in self._lines:
            line.watch()
        if self._ended or all(line.is_open for line in self._lines):
            return
        if self._pause_until is not None:
            self._start_anew_in_pause(self._pause_until)
        elif time.monotonic() >= self._next_try:
            try:
                if self._open():
                    self._looked = None
                elif self._is_worth_starting_anew():
                    self._pause_until = time.monotonic() + PAUSE_WITHIN_S
                    self._start_anew_in_pause(self._pause_until)
            finally:
                self._next_try = time.monotonic() + RETRY_EVERY_S

    def _open(self) -> bool:
        """Open what is closed; tell whether all of it could be opened."""
        for line in self._lines:
            if not line.is_open and not self._ended:
                try:
                    line.open(self._sd, devices())
                except DeviceError as error:
                    line.lose(str(error))
        return all(line.is_open for line in self._lines)

    def _is_worth_starting_anew(self) -> bool:
        if not any(line.is_open for line in self._lines):
            return True
        command = [sys.executable, "-m", "crampvoice.adapters.sounddevice_devices"]
        try:
            done = subprocess.run(command, capture_output=True, timeout=LOOK_WITHIN_S, check=True)
            fresh = [Device(**device) for device in json.loads(done.stdout)]
        except (OSError, ValueError, subprocess.SubprocessError) as error:
            _log.debug("no fresh list of devices: %s", error)
            return False
        before, self._looked = _listed() if self._looked is None else self._looked, fresh
        if not any(has_come(before, fresh, line.wanted, line.way) for line in self._lines if not line.is_open):
            return False
        time.sleep(SETTLE_S)
        return True

    def _start_anew_in_pause(self, until: float) -> None:
        if time.monotonic() < until and any(line.sounding for line in self._lines):
            return
        self._pause_until = self._looked = None
        for line in self._lines:
            line.close()
        with suppress(self._sd.PortAudioError):  # it does not run when its last start has failed
            self._sd._terminate()
        self._sd._initialize()
        self._open()


def _listed() -> list[Device]:
    """Give the devices of PortAudio's own list; none when it does not answer."""
    try:
        return devices()
    except DeviceError:
        return []
