"""Nights for tests: a room with people in it, a recognizer that knows when they say what, and a make-believe voice.

The listener, the dialog engine and the session are the real ones. The sounds are bursts of noise, so that these tests
need no model and take no time; `test_recorded.py` does the same with recordings and the real model.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from crampvoice.audio.pcm import Samples, level_dbfs, to_pcm, to_samples
from crampvoice.dialog.script import Answer, Control, Emergency, Script, Step, Topic, Unclear
from crampvoice.hearing import Listener
from crampvoice.messages import (
    CHUNK_SAMPLES,
    RATE_HZ,
    AudioChunk,
    Candidate,
    Clip,
    Finding,
    Hypothesis,
    Level,
    Reading,
    Utterance,
)
from crampvoice.night.events import Event
from crampvoice.night.replay import EchoPath, replay
from crampvoice.night.session import Session
from crampvoice.night.voices import Fallback, PatientVoice

WORD_S = 0.28
"""How long a word lasts in these nights."""
DECODING_LAG = 1600
"""A word is in the partial this many samples after it was said."""


@dataclass(frozen=True)
class Say:
    """Somebody says something."""

    at_s: float
    text: str
    level: float = 0.2

    @property
    def words(self) -> Iterator[tuple[int, str]]:
        """Each word with the sample at which it is over."""
        for i, word in enumerate(self.text.split(), start=1):
            yield round((self.at_s + i * WORD_S) * RATE_HZ), word

    @property
    def end(self) -> int:
        """One past the last sample of the last word."""
        return max(end for end, _ in self.words)


class LoudIsSpeech:
    """A `SpeechDetector`: everything above -40 dBFS is speech."""

    def probability(self, chunk: AudioChunk) -> float:
        return float(level_dbfs(to_samples(chunk.pcm)) > -40)

    def reset(self) -> None:
        pass


class KnowsWhatIsSaid:
    """A `Recognizer` that looks the words up by their place on the timeline."""

    def __init__(self, said: Sequence[Say]) -> None:
        self._words = [word for one in said for word in one.words]
        self._from = self._until = 0

    def accept(self, chunk: AudioChunk, *, at_once: bool = False) -> None:
        if not self._until:
            self._from = chunk.start
        self._until = chunk.start + CHUNK_SAMPLES

    def partial(self) -> Sequence[Hypothesis]:
        return self._heard(self._until - DECODING_LAG)

    def rest(self) -> None:
        pass

    def finish(self) -> Sequence[Hypothesis]:
        heard = self._heard(self._until)
        self._until = 0
        return heard

    def _heard(self, until: int) -> Sequence[Hypothesis]:
        text = " ".join(word for end, word in self._words if self._from < end <= until)
        if not text:
            return ()
        return (Hypothesis(text=text, weight=0.5, decode="open"), Hypothesis(text=text, weight=0.5, decode="grammar"))


class Burr:
    """A `Synthesizer`: each word a burst of noise of its own, silence at both ends as real voices have it."""

    def __init__(self, rate_wpm: int = 150) -> None:
        self.rate_wpm = rate_wpm
        self.closed = False

    def close(self) -> None:
        self.closed = True

    def render(self, text: str, rate_wpm: int | None = None) -> Clip:
        rng = np.random.default_rng(len(text))
        word = round(RATE_HZ * 60 / (rate_wpm or self.rate_wpm))
        pause = np.zeros(word // 5, dtype=np.float32)
        bursts = [
            np.concatenate([0.3 * rng.standard_normal(word - pause.size).astype(np.float32), pause]) for _ in text.split()
        ]
        return Clip(pcm=to_pcm(np.concatenate([np.zeros(2000, dtype=np.float32), *bursts])), rate_hz=RATE_HZ)


def _steady(level: float) -> Clip:
    return Clip(pcm=to_pcm(np.full(RATE_HZ // 2, level, dtype=np.float32)), rate_hz=RATE_HZ)


FALLBACK = Fallback(relief=_steady(0.1), emergency=_steady(0.2))

MEANINGS = {
    "cramp in my calf": "relief.calf",
    "my leg hurts": "relief.start",
    "i can't breathe": "emergency.chest_or_breath",
    "why do i get cramps": "why.general",
    "why do i get cramps at night": "why.at_night",
    "why do i get cramps then eh at night": "why.at_night",
    "cramp in my calf and no breath": "emergency.chest_or_breath",
    "i can't breathe because of all this": "why.general",
    "my heart is all wrong": "emergency.chest_or_breath",
    "nobody knows it": "emergency.chest_or_breath",
    "my leg is numb": "unclear.leg_numb",
    "stop": "control.stop",
    "repeat": "control.repeat",
    "next": "control.next",
    "back": "control.back",
    "louder": "control.louder",
    "quieter": "control.quieter",
    "slower": "control.slower",
    "better": "control.better",
    "worse": "control.worse",
    "yes": "control.yes",
    "no": "control.no",
    "good night": "control.goodnight",
    "thanks": "control.thanks",
}

FAINT = ("my heart is all wrong", "nobody knows it")
"""Danger signs that no rule names, of which the matcher is half sure."""


def understand(utterance: Utterance, about: str | None, known: frozenset[str] = frozenset()) -> Reading:
    """Know a few phrases for sure, and nothing else."""
    text = utterance.text
    id_ = MEANINGS.get(text, "none")
    danger = id_.startswith("emergency.")
    finding = Finding(id=id_, rule="test", words=tuple(text.split()))
    faint = text in FAINT
    return Reading(
        text=text,
        id=id_,
        candidates=(Candidate(id=id_, score=0.95), Candidate(id="why.general", score=0.05)),
        danger=0.5 if faint else 0.95 if danger else 0.0,
        findings=(finding,) if danger and not faint else (),
        nearest=("", 0.9),
    )


def _topic(id_: str, say: tuple[str, ...], *, steps: tuple[Step, ...] = ()) -> Topic:
    return Topic(
        id=id_,
        name="a topic",
        say=say,
        steps=steps,
        evidence="judgement",
        sources=("judgement",),
        written="2026-11-24",
    )


def _emergency(id_: str, say: tuple[str, ...], level: Level) -> Emergency:
    return Emergency(
        id=id_, level=level, say=say, waiting=("Sit up.",), why="Tests.", sources=("judgement",), written="2026-11-24"
    )


def _control(id_: str, say: tuple[str, ...] = (), *, over: bool = True) -> Control:
    name = id_.partition(".")[2]
    return Control(id=id_, wants=name, say=say, while_speaking=over, words=(name,))


_CALF_STEPS = (
    Step(say=("Breathe out.",), hold_s=3),
    Step(say=("Pull your toes up.",), hold_s=20),
    Step(ask="Is it letting go?", hold_s=8, no="relief.not_working"),
    Step(say=("Let it rest.",), hold_s=10),
)
_ALL: tuple[Script, ...] = (
    _topic("relief.calf", ("Straighten your leg now.", "Ease off if it hurts."), steps=_CALF_STEPS),
    _topic("relief.start", ("I am here.", "Toes up."), steps=(Step(say=("I am here.", "Toes up."), hold_s=15),)),
    _topic(
        "relief.not_working",
        ("Stand up if you can.",),
        steps=(Step(say=("Lean in.",), hold_s=120, repeat_from=1, times=6),),
    ),
    _topic("why.general", ("Nobody knows for sure.",)),
    _topic("why.at_night", ("Your foot points down in bed.",)),
    _emergency("emergency.chest_or_breath", ("Call for help now.", "Sit up."), Level.EMERGENCY_NOW),
    _emergency("emergency.over_ten_minutes", ("Ten minutes is too long.",), Level.TODAY),
    Unclear(
        id="unclear.leg_numb",
        ask="Is it cold?",
        danger=(Answer(yes_or_no="yes", goto="emergency.chest_or_breath"),),
        harmless=(Answer(yes_or_no="no", goto="why.general", ask_again_s=20),),
        written="2026-11-24",
    ),
    _control("control.goodnight", ("Sleep well.",), over=False),
    _control("control.thanks", ("You are welcome.",), over=False),
    *(_control(f"control.{name}") for name in ["stop", "repeat", "next", "back", "louder", "quieter", "slower", "worse"]),
    _control("control.better", ("I am glad.",)),
    _control("control.yes", over=False),
    _control("control.no", over=False),
)
SCRIPTS = {script.id: script for script in _ALL}


@dataclass
class Night:
    """What a night gave."""

    events: list[Event]
    room: Samples
    device: Samples
    session: Session = field(repr=False)

    def of(self, kind: str, **data: Any) -> list[Event]:
        """Events of a kind with some data."""
        return [e for e in self.events if e.kind == kind and all(e.data.get(k) == v for k, v in data.items())]

    def said(self) -> list[str]:
        """The sentences that were begun, in order."""
        return [event.data["text"] for event in self.of("say_start")]

    def silent(self, begin_s: float, end_s: float) -> bool:
        """Whether the device made no sound in a stretch of time."""
        return not self.device[round(begin_s * RATE_HZ) : round(end_s * RATE_HZ)].any()

    def first_sound_after(self, sample: int) -> int:
        """The first audible sample from a place on."""
        return sample + int(np.flatnonzero(self.device[sample:])[0])


def room(said: Sequence[Say], length_s: float) -> Iterator[AudioChunk]:
    """A quiet room in which some things are said."""
    sound = np.random.default_rng(0).standard_normal(round(length_s * RATE_HZ)).astype(np.float32)
    loudness = np.full(sound.size, 3e-4, dtype=np.float32)
    for one in said:
        loudness[round(one.at_s * RATE_HZ) : one.end] = one.level
    return in_chunks(sound * loudness)


def in_chunks(sound: Samples) -> Iterator[AudioChunk]:
    """Cut a sound into chunks; a rest is left out."""
    for start in range(0, sound.size - CHUNK_SAMPLES + 1, CHUNK_SAMPLES):
        yield AudioChunk(start=start, pcm=to_pcm(sound[start : start + CHUNK_SAMPLES]))


def spend(
    *said: Say,
    length_s: float,
    echo: EchoPath | None = None,
    wake_at_s: float | None = None,
    lost_from_s: float | None = None,
    make: type[Burr] = Burr,
    **options: Any,
) -> Night:
    """Spend a night: replay a room through a session; from `lost_from_s` on the microphone gives zeros."""
    events: list[Event] = []
    options = {"spell_out": True, "voice": PatientVoice(make, FALLBACK), "scripts": SCRIPTS, **options}
    listener = Listener(LoudIsSpeech(), KnowsWhatIsSaid(said))
    session = Session(listener, understand, options.pop("scripts"), options.pop("voice"), on_event=events.append, **options)

    def chunks() -> Iterator[AudioChunk]:
        waits = wake_at_s is not None
        for chunk in room(said, length_s):
            if waits and chunk.start >= (wake_at_s or 0) * RATE_HZ:
                session.wake()
                waits = False
            lost = lost_from_s is not None and chunk.start >= lost_from_s * RATE_HZ
            yield AudioChunk(start=chunk.start, pcm=bytes(len(chunk.pcm))) if lost else chunk

    moments = list(replay(chunks(), session, echo=echo))
    heard = to_samples(b"".join(moment.chunk.pcm for moment in moments))
    played = to_samples(b"".join(moment.played for moment in moments))
    return Night(events, heard, played, session)
