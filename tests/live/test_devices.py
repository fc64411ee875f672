"""Microphone and loudspeaker over real PortAudio streams."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from bedroom import ROOT, PulseServer

from crampvoice.adapters import sounddevice_io
from crampvoice.adapters.sounddevice_devices import check_wanted, devices, find
from crampvoice.adapters.sounddevice_io import Loudspeaker, Microphone
from crampvoice.adapters.sounddevice_keeper import Keeper
from crampvoice.adapters.speech_model import SpeechModel
from crampvoice.errors import DeviceError
from crampvoice.messages import CHUNK_SAMPLES, RATE_HZ, AudioChunk

pytestmark = [pytest.mark.needs_audio, pytest.mark.timeout(120)]

QUESTION = ROOT / "tests" / "recordings" / "why do i get leg cramps.ogg"
Servers = tuple[PulseServer, PulseServer]


class Loop:
    """Microphone to loudspeaker in a thread, as the night does it; keeps what it was given and told."""

    def __init__(self, keeper: Keeper, *, rates_hz: tuple[int, ...] = (), wanted: str | None = None) -> None:
        self.chunks: list[AudioChunk] = []
        self.told: list[tuple[str, str]] = []
        self.pause = threading.Event()
        self.microphone = Microphone(keeper, wanted or "bedmic", self._teller("microphone"), rates_hz=rates_hz)
        self.loudspeaker = Loudspeaker(keeper, "bedspeaker", self._teller("loudspeaker"), rates_hz=rates_hz)
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def end(self) -> None:
        self.pause.clear()
        self.microphone.end()
        self._thread.join(10)
        assert not self._thread.is_alive()

    def wait_for(self, *events: str) -> None:
        """Wait until exactly these things were told, in any order of devices but in order for each."""
        self.wait(lambda: sorted(f"{name} {state}" for name, state in self.told) == sorted(events))

    def wait(self, condition: Callable[[], bool]) -> None:
        until = time.monotonic() + 20
        while not condition():
            assert time.monotonic() < until, self.told
            time.sleep(0.02)

    def _run(self) -> None:
        for chunk in self.microphone.chunks():
            while self.pause.is_set():
                time.sleep(0.01)
            self.chunks.append(chunk)
            self.loudspeaker.write(chunk.pcm)

    def _teller(self, name: str) -> Callable[[str, str], None]:
        return lambda state, detail: self.told.append((name, state))


@pytest.fixture
def keeper(servers: Servers) -> Iterator[Keeper]:
    with Keeper() as keeper:
        yield keeper


@pytest.fixture
def loop(bedroom: Servers, keeper: Keeper) -> Iterator[Loop]:
    loop = Loop(keeper)
    yield loop
    loop.end()


WITHIN_S = 5.0
"""A device that is there again is used again within this time, in seconds."""

BOTH_FOUND = ("microphone found", "loudspeaker found")


@pytest.mark.parametrize("rates_hz", [(), (48_000,), (44_100,)], ids=["16 kHz", "48 kHz", "44.1 kHz"])
def test_what_is_said_into_the_microphone_comes_out_of_the_loudspeaker(
    rates_hz: tuple[int, ...], bedroom: Servers, keeper: Keeper, model: SpeechModel, folder: Path
) -> None:
    loop = Loop(keeper, rates_hz=rates_hz)
    recorder = bedroom[1].record(folder / "heard.raw")
    loop.wait_for(*BOTH_FOUND)
    bedroom[0].play(soundfile.read(QUESTION, dtype="float32")[0]).wait(20)
    time.sleep(1)
    loop.end()
    recorder.terminate()
    recorder.wait()
    recognizer = model.recognizer()
    recognizer.AcceptWaveform((folder / "heard.raw").read_bytes())
    assert "get leg cramps" in recognizer.FinalResult()


def test_chunks_follow_on_without_a_gap(loop: Loop) -> None:
    loop.wait(lambda: len(loop.chunks) > 100)
    assert [chunk.start for chunk in loop.chunks] == [CHUNK_SAMPLES * i for i in range(len(loop.chunks))]
    assert {len(chunk.pcm) for chunk in loop.chunks} == {2 * CHUNK_SAMPLES}


def test_at_rest_chunks_come_a_few_times_a_second_and_the_sound_is_whole(loop: Loop, bedroom: Servers) -> None:
    loop.wait_for(*BOTH_FOUND)
    loop.microphone.at_rest = True
    time.sleep(0.5)
    begin, overflows, bursts, before = len(loop.chunks), loop.microphone.overflows, 0, 0
    began_s = time.monotonic()
    while time.monotonic() < began_s + 2:
        bursts += len(loop.chunks) > before
        before = len(loop.chunks)
        time.sleep(0.05)
    passed_s = time.monotonic() - began_s
    assert bursts <= 8 * passed_s
    assert abs((len(loop.chunks) - begin) * CHUNK_SAMPLES / RATE_HZ - passed_s) < 0.5
    assert loop.microphone.overflows == overflows
    _hear_a_tone(loop, bedroom[0])


def test_a_lost_microphone_gives_silence_and_comes_back(loop: Loop, bedroom: Servers) -> None:
    loop.wait_for(*BOTH_FOUND)
    bedroom[0].stop()
    loop.wait_for(*BOTH_FOUND, "microphone lost")
    before = len(loop.chunks)
    loop.wait(lambda: len(loop.chunks) > before + 100)
    assert not any(any(chunk.pcm) for chunk in loop.chunks[before:])
    bedroom[0].start()
    back_s = time.monotonic()
    loop.wait_for(*BOTH_FOUND, "microphone lost", "microphone found")
    assert time.monotonic() - back_s < WITHIN_S
    _hear_a_tone(loop, bedroom[0])


def test_a_lost_loudspeaker_comes_back(loop: Loop, bedroom: Servers) -> None:
    loop.wait_for(*BOTH_FOUND)
    bedroom[1].stop()
    loop.wait_for(*BOTH_FOUND, "loudspeaker lost")
    bedroom[1].start()
    back_s = time.monotonic()
    loop.wait_for(*BOTH_FOUND, "loudspeaker lost", "loudspeaker found")
    assert time.monotonic() - back_s < WITHIN_S


def test_a_microphone_that_comes_later_is_found_while_the_loudspeaker_runs(keeper: Keeper, servers: Servers) -> None:
    servers[1].start()
    loop = Loop(keeper)
    loop.wait(lambda: ("microphone", "lost") in loop.told and ("loudspeaker", "found") in loop.told)
    servers[0].start()
    back_s = time.monotonic()
    loop.wait(lambda: ("microphone", "found") in loop.told)
    assert time.monotonic() - back_s < WITHIN_S
    _hear_a_tone(loop, servers[0])
    loop.end()
    assert loop.told.count(("microphone", "lost")) == 1


def test_a_microphone_of_zeros_is_told_once(loop: Loop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sounddevice_io, "ZEROS_AFTER_S", 1.0)
    loop.wait_for(*BOTH_FOUND, "microphone zeros")
    before = len(loop.chunks)
    loop.wait(lambda: len(loop.chunks) > before + 70)
    loop.wait_for(*BOTH_FOUND, "microphone zeros")


def test_sound_that_nobody_takes_is_dropped_and_counted(loop: Loop, monkeypatch: pytest.MonkeyPatch) -> None:
    loop.wait(lambda: all((name, "found") in loop.told for name in ("microphone", "loudspeaker")))
    monkeypatch.setattr(sounddevice_io, "QUEUE_S", 0.2)
    loop.pause.set()
    loop.wait(lambda: loop.microphone.overflows > 5)
    loop.pause.clear()


def test_a_wrong_name_lists_the_devices_there_are(bedroom: Servers, keeper: Keeper) -> None:
    with pytest.raises(DeviceError, match=r"no microphone 'Yeti'.*0 bedmic; 1 bedspeaker"):
        check_wanted("Yeti", "input")
    with pytest.raises(DeviceError, match="no loudspeaker '17'"):
        check_wanted("17", "output")


def test_a_device_whose_name_is_no_text_is_left_out(servers: Servers, folder: Path) -> None:
    for server in servers:
        server.start()
    with (folder / "asound.conf").open("ab") as configuration:
        form = f'type pulse server "unix:{servers[0].socket}" device mic hint {{ show on description "another" }}'
        configuration.write(b"pcm.'bed\xe9' { %s }\n" % form.encode())
    import sounddevice as sd

    sd._terminate()
    sd._initialize()
    with pytest.raises(UnicodeDecodeError):
        sd.query_devices()
    assert {"bedmic", "bedspeaker", "default"} <= {device.name for device in devices()}


def test_devices_are_found_by_number_and_by_part_of_the_name(bedroom: Servers, keeper: Keeper) -> None:
    found = devices()
    assert [find(found, wanted, "input").name for wanted in ("1", "DMIC", None)] == ["bedspeaker", "bedmic", "default"]


def _hear_a_tone(loop: Loop, server: PulseServer) -> None:
    tone = 0.3 * np.sin(2 * np.pi * 440 / 16_000 * np.arange(16_000)).astype(np.float32)
    before = len(loop.chunks)
    server.play(tone).wait(20)
    loop.wait(lambda: sum(np.abs(np.frombuffer(c.pcm, "<i2")).max() > 5_000 for c in loop.chunks[before:]) > 20)
