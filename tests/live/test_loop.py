"""What the loop of a night does besides feeding the session, with make-believe devices and no waiting."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crampvoice import live
from crampvoice.adapters.supervisor import Supervisor
from crampvoice.errors import DeviceError
from crampvoice.live import LiveOptions, listen_all_night
from crampvoice.messages import CHUNK_SAMPLES, RATE_HZ, AudioChunk

MINUTE_CHUNKS = 60 * RATE_HZ // CHUNK_SAMPLES
CHUNKS = 2 * MINUTE_CHUNKS + 100


class _Microphone:
    """Somewhat more than two minutes of silence, as fast as they are taken."""

    at_rest = False
    overflows = 0

    def __init__(self, keeper: object, wanted: object, on_state: Any) -> None:
        self._on_state = on_state

    def chunks(self) -> Iterator[AudioChunk]:
        self._on_state("lost", "The microphone has stopped.")
        for i in range(CHUNKS):
            self.overflows = (0, 2, 2)[i // MINUTE_CHUNKS]
            yield AudioChunk(start=i * CHUNK_SAMPLES, pcm=bytes(2 * CHUNK_SAMPLES))


class _Loudspeaker:
    underflows = 1
    gaps = 0
    left_out_s = 0.0
    written = 0

    def __init__(self, keeper: object, wanted: object, on_state: Any) -> None:
        pass

    def write(self, pcm: bytes) -> None:
        self.written += 1
        if self.written == 2 * MINUTE_CHUNKS + 1:
            self.gaps, self.left_out_s = 2, 0.25


class _Session:
    """Notes what it is told."""

    at_rest = True

    def __init__(self) -> None:
        self.now = 0
        self.told: list[tuple[Any, ...]] = []

    def feed(self, chunk: AudioChunk) -> bytes:
        self.now = chunk.start + CHUNK_SAMPLES
        return chunk.pcm

    def device(self, *what: Any) -> None:
        self.told.append((self.now // RATE_HZ, *what))

    def set_clock(self, clock_s: float) -> None:
        self.told.append((self.now // RATE_HZ, "clock", clock_s))

    def close(self) -> None:
        self.told.append(("closed",))


class _Keeper:
    turns = True

    def __enter__(self) -> _Keeper:
        return self

    def __exit__(self, *error: object) -> None:
        pass


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> _Session:
    for name, part in (("Microphone", _Microphone), ("Loudspeaker", _Loudspeaker), ("Keeper", _Keeper)):
        monkeypatch.setattr(live, name, part)
    monkeypatch.setattr(live, "time_of_day_s", lambda: 3.5)
    return _Session()


def _listen(session: _Session, folder: Path, tell: live.Tell, **options: Any) -> None:
    make: Any = lambda emit: session  # noqa: E731
    listen_all_night(make, {}, LiveOptions(lock_folder=folder, **options), tell)


def test_each_minute_the_session_is_told_the_time_and_what_sound_was_lost_since(session: _Session, tmp_path: Path) -> None:
    lines: list[str] = []
    _listen(session, tmp_path, lines.append)
    assert session.told == [
        (0, "microphone", "lost"),
        (60, "clock", 3.5),
        (60, "loudspeaker", "underflow", 1),
        (120, "clock", 3.5),
        (120, "microphone", "overflow", 2),
        (123, "loudspeaker", "gap", 2),
        (123, "loudspeaker", "left_out_ms", 250),
        ("closed",),
    ]
    assert lines == [
        "The microphone has stopped.",
        "The computer was too busy: so far 1 times the loudspeaker ran out of sound.",
        "The computer was too busy: so far 2 times sound of the microphone was lost.",
        "The computer was too busy: so far 2 times speech was held up, 250 ms of speech were left out.",
    ]


@pytest.mark.parametrize("error", [SystemExit(1), OSError(28, "No space left on device"), ValueError("closed file")])
def test_a_terminal_that_is_gone_ends_nothing(session: _Session, tmp_path: Path, error: BaseException) -> None:
    def gone(line: str) -> None:
        raise error

    _listen(session, tmp_path, gone)
    assert session.now == CHUNKS * CHUNK_SAMPLES


@pytest.mark.parametrize("turns", [True, False])
def test_the_watchdog_is_fed_only_while_the_devices_are_looked_after(
    session: _Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, turns: bool
) -> None:
    fed: list[int] = []
    monkeypatch.setattr(_Keeper, "turns", turns)
    monkeypatch.setattr(Supervisor, "alive", lambda self: fed.append(1))
    _listen(session, tmp_path, lambda line: None)
    assert bool(fed) is turns


def test_only_a_device_that_is_named_now_is_refused(session: _Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(wanted: str | None, way: str) -> None:
        raise DeviceError(f"no {way} {wanted}")

    monkeypatch.setattr(live, "check_wanted", refuse)
    _listen(session, tmp_path, lambda line: None, microphone="Yeti", loudspeaker="Box")
    assert session.now == CHUNKS * CHUNK_SAMPLES
    with pytest.raises(DeviceError, match="no output Box"):
        _listen(session, tmp_path, lambda line: None, microphone="Yeti", loudspeaker="Box", named_now=frozenset({"output"}))
