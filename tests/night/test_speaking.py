"""The speaker by itself: sample-exact, never waiting, never silent for want of a voice."""

from __future__ import annotations

import numpy as np
import pytest
from nights import FALLBACK, Burr

from crampvoice.audio.pcm import to_pcm, to_samples
from crampvoice.messages import CHUNK_SAMPLES, RATE_HZ, Clip
from crampvoice.night.events import Event, Journal
from crampvoice.night.loudness import Loudness
from crampvoice.night.speaking import FALLBACK_AFTER, GAP, Line, Speaker, prepared
from crampvoice.night.voices import PatientVoice
from crampvoice.settings import NightSettings


class NeverReady:
    """A voice that renders for ever, but for some sentences."""

    fallback = FALLBACK

    def __init__(self, *ready: str) -> None:
        self._ready = ready

    def clip(self, text: str, rate_wpm: int) -> Clip | None:
        return Burr(rate_wpm).render(text) if text in self._ready else None

    def close(self) -> None:
        pass


def _speaker(*ready: str) -> tuple[Speaker, list[Event]]:
    events: list[Event] = []
    loudness = Loudness(NightSettings(), 0.0)
    return Speaker(NeverReady(*ready), 150, loudness, Journal(events.append, spell_out=True)), events


def _lines(*texts: str) -> list[Line]:
    return [Line(id="relief.calf", text=text, sentence=i, of=len(texts)) for i, text in enumerate(texts)]


def _play(speaker: Speaker, seconds: float, start: int = 0) -> np.ndarray:
    chunks = range(start, start + round(seconds * RATE_HZ), CHUNK_SAMPLES)
    return to_samples(b"".join(speaker.take(now, CHUNK_SAMPLES) for now in chunks))


def test_sentences_are_played_to_the_sample_with_a_gap_between() -> None:
    speaker, events = _speaker("One two.", "Three.")
    speaker.say(_lines("One two.", "Three."), 0)
    sound = _play(speaker, 4)
    first, second = (prepared(Burr(150).render(text)) for text in ("One two.", "Three."))
    gain = 10 ** (-18 / 20)
    assert np.allclose(sound[: first.size], first * gain, atol=1e-4)
    assert not sound[first.size : first.size + GAP].any()
    begin = first.size + GAP
    assert np.allclose(sound[begin : begin + second.size], second * gain, atol=1e-4)
    assert [event.sample for event in events] == [0, first.size, begin, begin + second.size]


def test_stopping_fades_within_ten_milliseconds() -> None:
    speaker, _ = _speaker("One two three four.")
    speaker.say(_lines("One two three four."), 0)
    _play(speaker, 0.32)
    speaker.stop(5120)
    tail = _play(speaker, 1, 5120)
    assert tail[:100].any()
    assert not tail[RATE_HZ // 100 :].any()
    assert not speaker.busy


def test_a_sentence_that_is_not_ready_is_waited_for_two_seconds_and_then_the_fallback_is_played() -> None:
    speaker, events = _speaker("Three.")
    speaker.say(_lines("One two.", "Three."), 0)
    sound = _play(speaker, 5)
    assert not sound[:FALLBACK_AFTER].any()
    assert 0 <= int(np.flatnonzero(sound)[0]) - FALLBACK_AFTER < CHUNK_SAMPLES
    starts = [event for event in events if event.kind == "say_start"]
    assert [event.data["fallback"] for event in starts] == [True, False]


def test_the_fallback_is_played_once_however_many_sentences_are_missing() -> None:
    speaker, events = _speaker()
    speaker.say(_lines("One.", "Two.", "Three."), 0)
    sound = _play(speaker, 12)
    assert np.count_nonzero(sound) <= FALLBACK.relief.samples
    assert not speaker.busy
    assert [event.data["samples"] > 0 for event in events if event.kind == "say_start"] == [True, False, False]


@pytest.mark.parametrize(("emergency", "clip"), [(False, FALLBACK.relief), (True, FALLBACK.emergency)])
def test_in_an_emergency_the_fallback_says_to_call_for_help(emergency: bool, clip: Clip) -> None:
    speaker, events = _speaker("Go on.")
    speaker.say([Line(id="x", text=text, sentence=0, of=2, emergency=emergency) for text in ("One.", "Go on.")], 0)
    sound = _play(speaker, 3)
    begin = next(event for event in events if event.kind == "say_start")
    gain = 10 ** (begin.data["gain_db"] / 20)
    assert begin.data["fallback"]
    expected = prepared(clip) * gain
    assert np.allclose(sound[begin.sample : begin.sample + expected.size], expected, atol=1e-4)


def test_a_sentence_held_back_waits() -> None:
    speaker, _ = _speaker("One.")
    speaker.say(_lines("One."), 0)
    speaker.held_back = True
    assert not _play(speaker, 1).any()
    speaker.held_back = False
    assert _play(speaker, 1, RATE_HZ + CHUNK_SAMPLES).any()


def test_its_own_words_count_for_two_seconds() -> None:
    speaker, events = _speaker("Ease off.")
    speaker.say(_lines("Ease off."), 0)
    assert not speaker.own_words(0)
    _play(speaker, 2)
    end = next(event.sample for event in events if event.kind == "say_end")
    assert speaker.own_words(end + 2 * RATE_HZ - 1) == {"ease", "off"}
    assert not speaker.own_words(end + 2 * RATE_HZ)


def test_clips_are_brought_to_16_khz_without_silence_at_their_ends() -> None:
    silence, tone = np.zeros(4410), 0.3 * np.sin(np.arange(22050) * 0.1)
    sound = prepared(Clip(pcm=to_pcm(np.concatenate([silence, tone, silence])), rate_hz=22050))
    assert abs(sound.size - RATE_HZ) < 250
    assert np.abs(sound[:200]).max() > 0.01


def test_closing_falls_silent_and_ends_the_voice() -> None:
    made: list[Burr] = []

    def make() -> Burr:
        made.append(Burr())
        return made[-1]

    speaker = Speaker(PatientVoice(make, FALLBACK), 150, Loudness(NightSettings(), 0.0), Journal(None, spell_out=False))
    speaker.say(_lines("One two."), 0)
    _play(speaker, 0.32)
    speaker.close(5120)
    assert not speaker.busy
    assert [one.closed for one in made] == [True]
