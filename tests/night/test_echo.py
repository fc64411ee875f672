"""Telling the own voice from everybody else's."""

from __future__ import annotations

import numpy as np
import pytest
from nights import Burr

from crampvoice.audio.pcm import Samples, level_dbfs, to_pcm, to_samples
from crampvoice.messages import CHUNK_SAMPLES, RATE_HZ, AudioChunk
from crampvoice.night.echo import EchoFilter, EchoRules

SECONDS = 8


def _own() -> Samples:
    sound = to_samples(Burr(150).render(" ".join(["word"] * 30)).pcm) * np.float32(0.3)
    return sound[: SECONDS * RATE_HZ]


def _hiss() -> Samples:
    hiss: Samples = 3e-4 * np.random.default_rng(2).standard_normal(SECONDS * RATE_HZ).astype(np.float32)
    return hiss


def _echoed(own: Samples, level_db: float, delay_ms: int) -> Samples:
    delay = delay_ms * RATE_HZ // 1000
    return np.concatenate([np.zeros(delay, dtype=np.float32), own])[: own.size] * np.float32(10 ** (level_db / 20))


def _clean(room: Samples, own: Samples) -> Samples:
    echo = EchoFilter()
    out = []
    for start in range(0, room.size - CHUNK_SAMPLES + 1, CHUNK_SAMPLES):
        part = slice(start, start + CHUNK_SAMPLES)
        out.append(echo.clean(AudioChunk(start=start, pcm=to_pcm(room[part])), to_pcm(own[part])).pcm)
    return to_samples(b"".join(out))


def _loudest(sound: Samples) -> float:
    return max(level_dbfs(sound[i : i + CHUNK_SAMPLES]) for i in range(0, sound.size, CHUNK_SAMPLES))


@pytest.mark.parametrize(("level_db", "delay_ms"), [(-12, 60), (-20, 60), (-3, 120), (-12, 0), (-12, 300)])
def test_nothing_of_the_own_voice_is_left(level_db: float, delay_ms: int) -> None:
    own = _own()
    cleaned = _clean(_hiss() + _echoed(own, level_db, delay_ms), own)
    assert _loudest(cleaned) < -60


@pytest.mark.parametrize("delay_ms", [60, 120, 200, 300])
def test_nothing_is_left_of_a_voice_that_becomes_louder_while_it_is_learned(delay_ms: int) -> None:
    own = _own()
    own[: 11 * CHUNK_SAMPLES] *= np.float32(0.25)
    cleaned = _clean(_hiss() + _echoed(own, -12, delay_ms), own)
    assert _loudest(cleaned) < -60


@pytest.mark.parametrize("level_db", [-12, -60])
def test_somebody_else_is_let_through(level_db: float) -> None:
    own = _own()
    other = np.zeros_like(own)
    begin, end = 4 * RATE_HZ, 5 * RATE_HZ
    other[begin:end] = 0.1 * np.random.default_rng(3).standard_normal(RATE_HZ)
    cleaned = _clean(_hiss() + _echoed(own, level_db, 60) + other, own)
    heard = cleaned[begin + 2 * CHUNK_SAMPLES : end]
    assert level_dbfs(heard - other[begin + 2 * CHUNK_SAMPLES : end]) < level_dbfs(heard) - 10


def _in_a_room(own: Samples, level_db: float) -> Samples:
    """The own voice out of a loudspeaker that distorts, in a room with a reverberation time of 0.35 s."""
    tail = np.random.default_rng(5).standard_normal(RATE_HZ // 4) * np.exp(-6.9 * np.arange(RATE_HZ // 4) / (0.35 * RATE_HZ))
    tail[0] = 4
    room = np.convolve(np.tanh(5 * own) / 5, tail / np.sqrt(np.square(tail).sum()))[: own.size].astype(np.float32)
    return _echoed(room, level_db, 60)


def test_a_loudspeaker_that_wakes_late_is_learned_in_the_end() -> None:
    own = _own()
    late = _in_a_room(own, -6)
    late[:RATE_HZ] = 0
    cleaned = _clean(_hiss() + late, own)
    assert _loudest(cleaned[RATE_HZ : 2 * RATE_HZ]) > -40
    assert _loudest(cleaned[4 * RATE_HZ :]) < -60


def test_a_loudspeaker_that_becomes_louder_is_learned_anew() -> None:
    own = _own()
    louder = np.concatenate([_in_a_room(own, -20)[: 2 * RATE_HZ], _in_a_room(own, 0)[2 * RATE_HZ :]])
    assert _loudest(_clean(_hiss() + louder, own)[6 * RATE_HZ :]) < -60


@pytest.mark.parametrize("level_db", [-12, -40])
def test_somebody_who_speaks_through_the_first_seconds_is_not_learned_as_the_own_voice(level_db: float) -> None:
    own = _own()
    rng = np.random.default_rng(3)
    other = np.zeros_like(own)
    other[: 5 * RATE_HZ] = 0.2 * rng.standard_normal(5 * RATE_HZ)
    begin, end = round(6.5 * RATE_HZ), 7 * RATE_HZ
    other[begin:end] = 0.15 * rng.standard_normal(end - begin)
    cleaned = _clean(_hiss() + _in_a_room(own, level_db) + other, own)
    for part in (slice(4 * RATE_HZ, 5 * RATE_HZ), slice(begin + 2 * CHUNK_SAMPLES, end)):
        assert level_dbfs(cleaned[part]) > level_dbfs(other[part]) - 3


def test_a_word_into_the_first_sentence_lets_no_own_voice_through_behind_it() -> None:
    own = np.roll(_own(), -2000)
    other = np.zeros_like(own)
    other[: 4 * CHUNK_SAMPLES] = 0.2 * np.random.default_rng(3).standard_normal(4 * CHUNK_SAMPLES)
    cleaned = _clean(_hiss() + _in_a_room(own, -12) + other, own)
    assert _loudest(cleaned[5 * CHUNK_SAMPLES :]) < -60


@pytest.mark.parametrize("begin_s", [0.0, 0.2])
@pytest.mark.parametrize("level_db", [-12, -60])
def test_somebody_who_goes_on_into_the_first_sentence_is_let_through(level_db: float, begin_s: float) -> None:
    own = _own()
    other = np.zeros_like(own)
    begin = round(begin_s * RATE_HZ)
    end = begin + RATE_HZ
    other[begin:end] = 0.2 * np.random.default_rng(3).standard_normal(RATE_HZ)
    cleaned = _clean(_hiss() + _echoed(own, level_db, 60) + other, own)
    assert level_dbfs(cleaned[begin + 2 * CHUNK_SAMPLES : end]) > level_dbfs(other[begin:end]) - 3
    assert _loudest(cleaned[end + 8 * CHUNK_SAMPLES :]) < -55


def test_a_breath_behind_the_question_does_not_pass_for_a_loud_echo() -> None:
    own = _own() * np.linspace(0, 1, SECONDS * RATE_HZ, dtype=np.float32).clip(0, 0.1) * np.float32(10)
    rng = np.random.default_rng(4)
    other = np.zeros_like(own)
    other[: 4 * CHUNK_SAMPLES] = 0.005 * rng.standard_normal(4 * CHUNK_SAMPLES)
    begin, end = 2 * RATE_HZ, 3 * RATE_HZ
    other[begin:end] = 0.02 * rng.standard_normal(RATE_HZ)
    cleaned = _clean(_hiss() + other, own)
    assert level_dbfs(cleaned[begin + 2 * CHUNK_SAMPLES : end]) > level_dbfs(other[begin:end]) - 3


def test_without_own_voice_nothing_is_changed() -> None:
    room = _hiss()
    whole = room.size // CHUNK_SAMPLES * CHUNK_SAMPLES
    assert np.array_equal(_clean(room, np.zeros_like(room)), to_samples(to_pcm(room[:whole])))


def test_it_rests_when_the_echo_is_over() -> None:
    echo = EchoFilter()
    loud, silent = to_pcm(np.full(CHUNK_SAMPLES, 0.1)), bytes(2 * CHUNK_SAMPLES)
    echo.clean(AudioChunk(start=0, pcm=silent), loud)
    assert echo.active
    for i in range(EchoRules().partitions + 3):
        echo.clean(AudioChunk(start=(i + 1) * CHUNK_SAMPLES, pcm=silent), silent)
    assert not echo.active
