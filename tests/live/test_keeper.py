"""The thread that keeps the devices, when PortAudio does not do what it should. No device is needed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from crampvoice.adapters import sounddevice_keeper as module
from crampvoice.adapters.sounddevice_devices import devices
from crampvoice.adapters.sounddevice_io import Loudspeaker, Microphone
from crampvoice.adapters.sounddevice_keeper import Keeper
from crampvoice.errors import DeviceError

sd = pytest.importorskip("sounddevice", reason="PortAudio missing: apt install libportaudio2", exc_type=OSError)


def eventually(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.01)


@pytest.fixture
def keeper(monkeypatch: pytest.MonkeyPatch) -> Iterator[Keeper]:
    monkeypatch.setattr(module, "LOOK_EVERY_S", 0.01)
    monkeypatch.setattr(module, "RETRY_EVERY_S", 0.05)
    with Keeper() as keeper:
        yield keeper


@pytest.mark.parametrize("error", [ValueError("odd"), UnicodeDecodeError("utf-8", b"\xe9", 0, 1, "odd"), AssertionError()])
def test_it_goes_on_after_any_error(keeper: Keeper, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    looks: list[int] = []

    def odd() -> list[module.Device]:
        looks.append(1)
        raise error

    monkeypatch.setattr(module, "devices", odd)
    Microphone(keeper, "no such microphone")
    eventually(lambda: len(looks) > 3)
    assert keeper.turns


def test_a_start_of_portaudio_that_fails_is_tried_again(keeper: Keeper, monkeypatch: pytest.MonkeyPatch) -> None:
    starts: list[int] = []
    start = sd._initialize

    def fail_at_first() -> None:
        starts.append(1)
        if len(starts) <= 2:
            raise sd.PortAudioError("odd")
        start()

    monkeypatch.setattr(sd, "_initialize", fail_at_first)
    told: list[str] = []
    microphone = Microphone(keeper, "no such microphone", lambda state, detail: told.append(state))
    eventually(lambda: len(starts) > 3)
    microphone.tell()
    assert told == ["lost"]
    keeper.close()
    devices()


def test_a_call_that_hangs_is_noticed(keeper: Keeper, monkeypatch: pytest.MonkeyPatch) -> None:
    goes_on = threading.Event()

    def hang() -> list[module.Device]:
        goes_on.wait(20)
        return []

    monkeypatch.setattr(module, "HANGS_AFTER_S", 0.3)
    assert keeper.turns
    monkeypatch.setattr(module, "devices", hang)
    Loudspeaker(keeper, "no such loudspeaker")
    eventually(lambda: not keeper.turns)
    goes_on.set()
    eventually(lambda: keeper.turns)


def test_a_list_that_cannot_be_made_is_told_as_a_loss(keeper: Keeper, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> list[module.Device]:
        raise DeviceError("The sound system does not answer.")

    monkeypatch.setattr(module, "devices", fail)
    told: list[tuple[str, str]] = []
    loudspeaker = Loudspeaker(keeper, None, lambda state, detail: told.append((state, detail)))
    time.sleep(0.3)
    loudspeaker.tell()
    assert told == [("lost", "The sound system does not answer.")]
