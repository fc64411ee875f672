"""When a fresh list of devices is worth ending what sounds."""

from __future__ import annotations

import pytest

from crampvoice.adapters.sounddevice_devices import Device, Way, has_come

INSIDE = Device(number=0, name="Inside (hw:0,0)", host="ALSA", inputs=2, outputs=2, rate_hz=48_000, default_input=True)
STICK = Device(number=1, name="USB stick (hw:1,0)", host="ALSA", inputs=1, outputs=0, rate_hz=16_000)
MOVED = Device(number=1, name="USB stick (hw:2,0)", host="ALSA", inputs=1, outputs=0, rate_hz=16_000)
SPEAKER = Device(number=2, name="Speaker (hw:3,0)", host="ALSA", inputs=0, outputs=2, rate_hz=48_000)


@pytest.mark.parametrize(
    ("before", "fresh", "wanted", "way", "come"),
    [
        ([INSIDE, SPEAKER], [INSIDE, STICK, SPEAKER], "stick", "input", True),
        ([INSIDE, STICK, SPEAKER], [INSIDE, MOVED, SPEAKER], "stick", "input", True),
        ([INSIDE, SPEAKER], [INSIDE, SPEAKER], "stick", "input", False),
        ([INSIDE, SPEAKER], [INSIDE], "stick", "input", False),
        ([INSIDE, STICK, SPEAKER], [STICK], "stick", "input", False),
        ([INSIDE, STICK, SPEAKER], [STICK, SPEAKER], None, "input", True),
        ([INSIDE, STICK, SPEAKER], [INSIDE, STICK], None, "input", False),
        ([INSIDE, STICK], [INSIDE, STICK, SPEAKER], "2", "output", True),
        ([SPEAKER], [], "2", "output", False),
    ],
)
def test_only_a_device_that_is_there_now_has_come(
    before: list[Device], fresh: list[Device], wanted: str | None, way: Way, come: bool
) -> None:
    assert has_come(before, fresh, wanted, way) is come


def test_a_number_that_stands_for_another_known_device_has_not_come() -> None:
    fresh = [INSIDE, Device(number=1, name=SPEAKER.name, host="ALSA", inputs=1, outputs=2, rate_hz=48_000)]
    before = [INSIDE, STICK, Device(number=2, name=SPEAKER.name, host="ALSA", inputs=1, outputs=2, rate_hz=48_000)]
    assert not has_come(before, fresh, "1", "input")
    assert has_come(before, [INSIDE, MOVED], "1", "input")
