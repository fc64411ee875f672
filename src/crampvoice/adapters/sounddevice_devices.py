"""Which microphones and loudspeakers there are, by PortAudio. Run as a module it prints them as JSON: a fresh look."""

from __future__ import annotations

import ctypes
import functools
import json
import logging
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

from crampvoice.errors import DeviceError
from crampvoice.messages import RATE_HZ

Way = Literal["input", "output"]
"""Which way the sound goes: in from a microphone, or out to a loudspeaker."""

COMMON_RATES_HZ = (RATE_HZ, 44_100, 48_000)
"""The rates worth asking a device for besides its own, in samples per second."""

_NAMES: dict[Way, str] = {"input": "microphone", "output": "loudspeaker"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A device as PortAudio lists it."""

    number: int
    """Its place in the list; changes between boots, unlike the name."""
    name: str
    host: str
    """The sound system it is reached through: ALSA, Core Audio, …"""
    inputs: int
    """Channels it can record; 0 for a loudspeaker."""
    outputs: int
    """Channels it can play; 0 for a microphone."""
    rate_hz: int
    """The rate it prefers, in samples per second."""
    default_input: bool = False
    default_output: bool = False

    def channels(self, way: Way) -> int:
        """How many channels it has in one direction."""
        return self.inputs if way == "input" else self.outputs

    def is_default(self, way: Way) -> bool:
        """Whether it is taken when none is named."""
        return self.default_input if way == "input" else self.default_output


def load_sounddevice() -> ModuleType:
    """Import sounddevice, which starts PortAudio. Raises DeviceError when PortAudio is not installed."""
    try:
        import sounddevice
    except OSError as error:
        raise DeviceError(
            "PortAudio is not installed, so there is neither microphone nor loudspeaker: install it with 'sudo apt "
            "install libportaudio2' (Debian, Ubuntu, Raspberry Pi OS) or 'sudo dnf install portaudio' (Fedora)."
        ) from error
    hush_alsa()
    hush_portaudio()
    module: ModuleType = sounddevice
    return module


@functools.cache
def hush_portaudio() -> None:
    """Keep PortAudio from writing its failed expressions to standard error, as Debian's build does at every retry.

    It has no switch for that, so the stream `stderr` of the C library is sent away; Python's own is another one. Does
    nothing outside Linux, or when debug messages are wanted.
    """
    if not sys.platform.startswith("linux") or logging.getLogger("crampvoice").isEnabledFor(logging.DEBUG):
        return
    library = ctypes.CDLL(None)
    library.fopen.restype = ctypes.c_void_p
    nowhere = library.fopen(os.devnull.encode(), b"w")
    if nowhere:
        ctypes.c_void_p.in_dll(library, "stderr").value = nowhere


@functools.cache
def hush_alsa() -> Any:
    """Keep ALSA from writing to standard error what is reported better elsewhere; nothing where there is no ALSA."""
    kind = ctypes.CFUNCTYPE(None, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p)
    handler = kind(lambda *_: None)
    try:
        ctypes.CDLL("libasound.so.2").snd_lib_error_set_handler(handler)
    except (OSError, AttributeError):
        return None
    return handler  # ALSA keeps the pointer, so the cache keeps the object


def devices() -> list[Device]:
    """List the devices as of the last start of PortAudio, without those whose name is no UTF-8.

    Raises DeviceError when it is not installed or fails.
    """
    sd = load_sounddevice()
    try:
        hosts = sd.query_hostapis()
        defaults = tuple(sd.default.device)
        found = []
        for number in sorted(number for host in hosts for number in host["devices"]):
            with suppress(UnicodeDecodeError):
                raw = sd.query_devices(number)
                found.append(_device(raw, hosts[raw["hostapi"]]["name"], defaults))
    except sd.PortAudioError as error:
        raise DeviceError(f"The sound system does not answer ({error}): log out and in again, or restart.") from error
    return found


def _device(raw: Mapping[str, Any], host: str, defaults: Sequence[int]) -> Device:
    number = int(raw["index"])
    return Device(
        number=number,
        name=str(raw["name"]),
        host=host,
        inputs=int(raw["max_input_channels"]),
        outputs=int(raw["max_output_channels"]),
        rate_hz=int(raw["default_samplerate"]),
        default_input=number == defaults[0],
        default_output=number == defaults[1],
    )


def find(found: Sequence[Device], wanted: str | int | None, way: Way) -> Device:
    """Choose the device: the default one, the one of that number, or the first whose name holds `wanted`.

    An exact name comes before part of one; upper and lower case are the same. Raises DeviceError listing what there is.
    """
    usable = [device for device in found if device.channels(way)]
    if wanted is None or wanted == "":
        chosen = [device for device in usable if device.is_default(way)] or usable
    elif _is_number(wanted):
        chosen = [device for device in usable if device.number == int(wanted)]
    else:
        name = str(wanted).casefold()
        exact = [device for device in usable if device.name.casefold() == name]
        chosen = exact or [device for device in usable if name in device.name.casefold()]
    if chosen:
        return chosen[0]
    raise DeviceError(_missing(usable, wanted, way))


def has_come(before: Sequence[Device], fresh: Sequence[Device], wanted: str | int | None, way: Way) -> bool:
    """Tell whether a fresh list has a device for `wanted` that the list before did not give for it.

    A list that another process makes may lack devices that are busy, as those in use here are. So it does not matter what
    else is different, nor that a number stands for another device that was there before.
    """
    try:
        found = find(fresh, wanted, way)
    except DeviceError:
        return False
    if _is_number(wanted):
        return found.name not in [device.name for device in before if device.channels(way)]
    try:
        return found.name != find(before, wanted, way).name
    except DeviceError:
        return True


def _is_number(wanted: str | int | None) -> bool:
    return isinstance(wanted, int) or (wanted is not None and wanted.isdecimal())


def check_wanted(wanted: str | int | None, way: Way) -> None:
    """Refuse the name of a device that matches none of those there are; when there is none at all it may still come.

    Raises DeviceError that lists what there is, or when PortAudio is not installed.
    """
    found = devices()
    if any(device.channels(way) for device in found):
        find(found, wanted, way)


def working_rates_hz(device: Device, way: Way) -> list[int]:
    """Ask a device which rates it takes for mono int16, lowest first; empty if it is busy or takes none."""
    sd = load_sounddevice()
    check = sd.check_input_settings if way == "input" else sd.check_output_settings
    working = []
    for rate_hz in sorted({*COMMON_RATES_HZ, device.rate_hz}):
        try:
            check(device=device.number, channels=1, dtype="int16", samplerate=rate_hz)
        except (sd.PortAudioError, ValueError):
            continue
        working.append(rate_hz)
    return working


def is_about_format(error: Exception) -> bool:
    """Whether a device refused only the rate or the number of channels, so that others are worth a try."""
    return any(code in str(error) for code in ("-9997", "-9998"))


def explained(error: Exception | None, name: str, way: Way) -> str:
    """Say what an error of PortAudio means for the device called `name`, in one sentence with what to do."""
    text = str(error)
    what = f"{_NAMES[way]} '{name}'"
    if "-9985" in text or "unavailable" in text.lower():
        return f"The {what} is busy or gone: close other programs that use it, or plug it in again."
    if error is None or is_about_format(error):
        return f"The {what} takes neither 16,000 Hz nor its own rate: choose another with 'crampvoice devices'."
    return f"The {what} cannot be opened ({text.splitlines()[0]}): see 'crampvoice devices'."


def _missing(usable: Sequence[Device], wanted: str | int | None, way: Way) -> str:
    what = _NAMES[way]
    if not usable:
        return f"There is no {what}: plug one in.{_permission_hint()}"
    listed = "; ".join(f"{device.number} {device.name}" for device in usable)
    return f"There is no {what} '{wanted}': give one of these numbers or a part of a name: {listed}."


def _permission_hint() -> str:
    if not sys.platform.startswith("linux"):
        return ""
    nodes = [node for node in Path("/dev/snd").glob("pcm*") if not os.access(node, os.R_OK | os.W_OK)]
    if nodes:
        return " This user may not use the sound card: 'sudo usermod -aG audio $USER', then log in again."
    return ""


if __name__ == "__main__":
    try:
        print(json.dumps([asdict(device) for device in devices()]))
    except DeviceError:
        print("[]")
