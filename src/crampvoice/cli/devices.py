"""The command `devices`."""

from __future__ import annotations

from rich.table import Table

from crampvoice.adapters.sounddevice_devices import Device, Way, devices, working_rates_hz
from crampvoice.cli.options import out
from crampvoice.errors import DeviceError
from crampvoice.messages import RATE_HZ


def list_devices() -> None:
    """List the microphones and loudspeakers, which of them are taken by default, and which rates they work at.

    Example: crampvoice devices
    """
    found = devices()
    if not found:
        raise DeviceError("There is neither a microphone nor a loudspeaker: plug them in, and look again.")
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("No.", "Name", "Through", "Microphone", "Loudspeaker"):
        table.add_column(heading, justify="right" if heading == "No." else "left")
    for device in found:
        table.add_row(str(device.number), device.name, device.host, _cell(device, "input"), _cell(device, "output"))
    out.print(table)
    out.print(
        "\nTake one with --microphone or --loudspeaker and a part of its name, or with 'devices' in the settings. "
        "Numbers change when something is plugged in; names do not."
    )


def _cell(device: Device, way: Way) -> str:
    if not device.channels(way):
        return "–"
    rates_hz = working_rates_hz(device, way)
    if not rates_hz:
        text = "busy, or no rate fits"
    elif RATE_HZ in rates_hz:
        text = "works"
    else:
        text = "works, at " + " or ".join(f"{rate_hz / 1000:g}" for rate_hz in rates_hz) + " kHz"
    return text + (", default" if device.is_default(way) else "")
