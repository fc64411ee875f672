"""A recorded night on one timeline, the same every time."""

from __future__ import annotations

import json
import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from nights import FALLBACK, SCRIPTS, Burr, KnowsWhatIsSaid, LoudIsSpeech, Say, room, spend, understand

from crampvoice.audio.pcm import to_samples
from crampvoice.errors import ContentError
from crampvoice.hearing import Listener
from crampvoice.messages import CHUNK_SAMPLES, RATE_HZ
from crampvoice.night.events import Emit, Event
from crampvoice.night.replay import EchoPath, Moment, replay, write_heard, written_events
from crampvoice.night.session import Session
from crampvoice.night.voices import PatientVoice

CRY = Say(1, "cramp in my calf")
FULL = Path("/dev/full")


def _session(emit: Emit | None = None) -> Session:
    listener = Listener(LoudIsSpeech(), KnowsWhatIsSaid([CRY]))
    return Session(listener, understand, SCRIPTS, PatientVoice(Burr, FALLBACK), on_event=emit)


def test_the_same_night_gives_the_same_samples_and_events() -> None:
    first, second = (spend(CRY, length_s=30, echo=EchoPath()) for _ in range(2))
    assert np.array_equal(first.device, second.device)
    assert first.events == second.events


def test_what_was_heard_is_as_long_as_the_recording(tmp_path: Path) -> None:
    path = tmp_path / "HEARD.wav"
    samples = write_heard(path, replay(room([CRY], 6), _session()))
    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (RATE_HZ, 1, 2)
        assert file.getnframes() == samples == 6 * RATE_HZ // CHUNK_SAMPLES * CHUNK_SAMPLES


def test_the_tail_lasts_until_the_session_has_nothing_to_say_or_wait_for(tmp_path: Path) -> None:
    samples = write_heard(tmp_path / "HEARD.wav", replay(room([CRY], 4), _session(), tail_s=300))
    assert 60 * RATE_HZ < samples < 100 * RATE_HZ


def test_say_start_is_where_the_sound_begins() -> None:
    night = spend(CRY, length_s=8)
    for event in night.of("say_start"):
        assert not night.device[event.sample - 100 : event.sample].any()
        assert night.first_sound_after(event.sample) - event.sample < 100


def test_the_echo_comes_late_and_soft() -> None:
    night = spend(CRY, length_s=8, echo=EchoPath(level_db=-20, delay_ms=100))
    begin = night.of("say_start")[0].sample
    later = begin + RATE_HZ // 10
    assert np.allclose(night.room[later : later + RATE_HZ], 0.1 * night.device[begin : begin + RATE_HZ], atol=2e-3)


def test_events_are_written_line_by_line(tmp_path: Path) -> None:
    path = tmp_path / "EVENTS.jsonl"
    with written_events(path) as write:
        for _ in replay(room([CRY], 5), _session(write)):
            pass
    events = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    kinds = [event["kind"] for event in events]
    assert kinds[0] == "speech_start"
    assert kinds[kinds.index("speech_end") :][:5] == ["speech_end", "heard", "wake", "decide", "say_start"]
    assert all(isinstance(event["sample"], int) for event in events)
    assert not any("calf" in str(event.get("text", "")) for event in events)


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    nowhere = tmp_path / "no" / "HEARD.wav"
    with pytest.raises(ContentError, match="cannot be written"):
        write_heard(nowhere, [])
    with pytest.raises(ContentError, match="cannot be written"), written_events(nowhere):
        pass


def test_an_error_of_the_night_is_not_one_of_the_file(tmp_path: Path) -> None:
    def night() -> Iterator[Moment]:
        yield from replay(room([CRY], 1), _session())
        raise OSError(5, "the sound system is gone")

    with pytest.raises(OSError, match="the sound system is gone"):
        write_heard(tmp_path / "HEARD.wav", night())
    with wave.open(str(tmp_path / "HEARD.wav")) as file:
        assert file.getnframes() == RATE_HZ // CHUNK_SAMPLES * CHUNK_SAMPLES
    with pytest.raises(OSError, match="the sound system is gone"), written_events(tmp_path / "EVENTS.jsonl"):
        raise OSError(5, "the sound system is gone")


@pytest.mark.skipif(not FULL.exists(), reason="needs /dev/full")
def test_a_full_disk_is_told(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"/dev/full cannot be written \(No space left.*--out"):
        write_heard(FULL, replay(room([CRY], 1), _session()))
    with pytest.raises(ContentError, match=r"/dev/full cannot be written.*--events"), written_events(FULL) as write:
        write(Event(sample=0, kind="timer"))


@pytest.mark.skipif(not FULL.exists(), reason="needs /dev/full")
def test_a_full_disk_that_was_got_over_is_not_told_again_at_the_end() -> None:
    with written_events(FULL) as write, pytest.raises(OSError, match="No space left"):
        write(Event(sample=0, kind="timer"))


def test_every_moment_can_be_kept(tmp_path: Path) -> None:
    kept: list[Moment] = []
    samples = write_heard(tmp_path / "HEARD.wav", replay(room([CRY], 4), _session()), kept.append)
    assert to_samples(b"".join(moment.played for moment in kept)).size == samples


def test_an_exchange_can_be_drawn(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="needs the extra 'plot'")
    from crampvoice.night.plot import plot_exchange

    night = spend(CRY, Say(3.3, "louder"), length_s=12)
    plot_exchange(tmp_path / "night.png", night.room, night.device, night.events, title="A night")
    assert (tmp_path / "night.png").read_bytes().startswith(b"\x89PNG")
    for name in ("no/night.png", "night.nonsense"):
        with pytest.raises(ContentError, match=r"cannot be written.*--plot"):
            plot_exchange(tmp_path / name, night.room, night.device, night.events)


def test_the_voice_is_closed_with_the_session() -> None:
    made: list[Burr] = []

    class Noted(Burr):
        def __init__(self) -> None:
            super().__init__()
            made.append(self)

    spend(Say(1, "cramp in my calf"), length_s=4, make=Noted)
    assert [one.closed for one in made] == [True]
