"""What the loudspeaker plays, sample by sample: sentences with gaps between, ducked, cut off, or said again."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import soxr

from crampvoice.audio.pcm import Samples, to_pcm, to_samples
from crampvoice.intent.normalize import words
from crampvoice.messages import RATE_HZ, Clip
from crampvoice.night.events import Journal
from crampvoice.night.loudness import Loudness
from crampvoice.night.voices import Voice

GAP = 4 * RATE_HZ // 10
"""Pause between two sentences, in samples: 400 ms in which the device listens freely."""

FALLBACK_AFTER = 2 * RATE_HZ
"""How long a sentence may take to be rendered before a fallback clip is played, in samples."""

OWN_WORDS_FOR = 2 * RATE_HZ
"""How long after a sentence its words still count as the own ones, in samples."""

_FADE = RATE_HZ // 100
_SILENT = 0.003
_LEAD = RATE_HZ // 200
_PREPARED = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One sentence to say."""

    id: str
    """What is answered by it."""
    text: str
    sentence: int
    """Which sentence of the answer, from 0."""
    of: int
    """How many the answer has."""
    emergency: bool = False
    """Whether it is never quieter than the normal step, and the fallback says to call for help."""
    aside: bool = False
    """Whether it is said during a hold, which goes on meanwhile."""


@dataclass(slots=True)
class _Playing:
    line: Line
    sound: Samples
    start: int
    at: int = 0


class Speaker:
    """The mouth of the device. `take` moves its time on; everything else takes effect with the next `take`."""

    def __init__(self, voice: Voice, rate_wpm: int, loudness: Loudness, journal: Journal) -> None:
        """Begin silent."""
        self.rate_wpm = rate_wpm
        self.loudness = loudness
        self.held_back = False
        """Whether the next sentence waits: somebody is speaking."""
        self._voice = voice
        self._journal = journal
        self._queue: deque[Line] = deque()
        self._playing: _Playing | None = None
        self._said: deque[tuple[Line, int, int]] = deque(maxlen=6)
        self._not_before = 0
        self._asked_at: int | None = None
        self._fell_back = False
        self._repeated: Line | None = None
        self._tail: Samples = np.zeros(0, dtype=np.float32)
        self._gain_db: float | None = None
        self._prepared: OrderedDict[tuple[str, int], Samples] = OrderedDict()

    @property
    def busy(self) -> bool:
        """Whether something is being said or about to be."""
        return self._playing is not None or bool(self._queue)

    @property
    def line(self) -> Line | None:
        """The sentence that is sounding now."""
        return self._playing.line if self._playing else None

    @property
    def aside(self) -> bool:
        """Whether all there is to say is an aside."""
        return self.busy and all(line.aside for line in self.left())

    def left(self) -> tuple[Line, ...]:
        """Give the sentence that is sounding and those behind it."""
        return (*([self._playing.line] if self._playing else []), *self._queue)

    def spoke_at(self, sample: int) -> bool:
        """Tell whether a sentence was sounding at a sample of the last seconds."""
        playing = self._playing is not None and self._playing.start <= sample
        return playing or any(start <= sample < end for _, start, end in self._said)

    def own_words(self, now: int) -> frozenset[str]:
        """Give the words of the sentence that is sounding and of those just said, in normal form."""
        lines = [self._playing.line] if self._playing else []
        lines += [line for line, _, end in self._said if now - end < OWN_WORDS_FOR]
        return frozenset(word for line in lines for word in words(line.text))

    def say(self, lines: Sequence[Line], now: int) -> None:
        """Say some sentences instead of whatever there was to say."""
        self.stop(now)
        self._queue.extend(lines)
        self._not_before = now
        self._fell_back = False
        self._repeated = None
        for line in lines[:2]:
            self.prepare(line.text)

    def prepare(self, text: str) -> None:
        """Have a sentence rendered ahead."""
        self._sound(text)

    def stop(self, now: int) -> None:
        """Fall silent within ten milliseconds and forget what was still to be said."""
        self._queue.clear()
        self._asked_at = None
        if self._playing is not None:
            self._tail = self._faded(self._playing)
            self._end(now, whole=False)

    def close(self, now: int) -> None:
        """Fall silent, and end what renders; it begins anew with the next sentence."""
        self.stop(now)
        self._voice.close()

    def again(self, now: int) -> bool:
        """Say the sentence that is sounding, or has just ended, once more from its start; each one once only."""
        line = self.line or (self._said[-1][0] if self._said else None)
        if line is None or line is self._repeated:
            return False
        self._repeated = line
        self._put_back(line, now)
        return True

    def postpone(self, now: int) -> None:
        """Say the sentence that has just begun later: somebody was quicker."""
        if self._playing is not None:
            self._put_back(self._playing.line, now)

    def _put_back(self, line: Line, now: int) -> None:
        if self._playing is not None:
            self._tail = self._faded(self._playing)
            self._end(now, whole=False)
        self._queue.appendleft(line)
        self._not_before = now + GAP

    def take(self, now: int, samples: int) -> bytes:
        """Give the next samples, int16 mono at 16 kHz; `now` is the place of the first one on the timeline."""
        out = np.zeros(samples, dtype=np.float32)
        place = 0
        while place < samples:
            if self._playing is None:
                begin = max(self._not_before - now, place)
                if begin >= samples or not self._begin(now + begin):
                    break
                place = begin
            place += self._copy(out[place:], now + place)
        if self._tail.size:
            count = min(self._tail.size, samples)
            out[:count] += self._tail[:count]
            self._tail = self._tail[count:]
        return to_pcm(out) if out.any() else bytes(2 * samples)

    def _begin(self, now: int) -> bool:
        if not self._queue or self.held_back:
            return False
        line = self._queue[0]
        self._asked_at = now if self._asked_at is None else self._asked_at
        sound = self._sound(line.text)
        fallback = sound is None
        if sound is None:
            if now - self._asked_at < FALLBACK_AFTER:
                return False
            sound = np.zeros(0, dtype=np.float32) if self._fell_back else self._fallback(line)
            self._fell_back = True
        self._queue.popleft()
        self._asked_at = None
        self._playing = _Playing(line, sound, now)
        self._gain_db = gain_db = self.loudness.gain_db(now, emergency=line.emergency)
        self._journal.note(
            "say_start",
            now,
            text=line.text,
            id=line.id,
            sentence=line.sentence,
            of=line.of,
            samples=int(sound.size),
            gain_db=gain_db,
            repeat=line is self._repeated,
            fallback=fallback,
        )
        if self._queue:
            self.prepare(self._queue[0].text)
        return True

    def _copy(self, out: Samples, now: int) -> int:
        playing = self._playing
        assert playing is not None
        assert self._gain_db is not None
        part = playing.sound[playing.at : playing.at + out.size]
        target = self.loudness.gain_db(now, emergency=playing.line.emergency)
        out[: part.size] = part * _gains(self._gain_db, target, part.size)
        self._gain_db = target
        playing.at += part.size
        if playing.at >= playing.sound.size:
            self._end(now + part.size, whole=True)
            self._not_before = now + part.size + GAP
        return part.size

    def _end(self, now: int, *, whole: bool) -> None:
        playing = self._playing
        assert playing is not None
        self._said.append((playing.line, playing.start, now))
        self._playing = None
        self._journal.note("say_end", now, id=playing.line.id, sentence=playing.line.sentence, whole=whole)

    def _faded(self, playing: _Playing) -> Samples:
        part = playing.sound[playing.at : playing.at + _FADE]
        gain = 10 ** ((self._gain_db or 0.0) / 20)
        faded: Samples = (part * np.linspace(gain, 0, part.size)).astype(np.float32)
        return faded

    def _fallback(self, line: Line) -> Samples:
        fallback = self._voice.fallback
        return prepared(fallback.emergency if line.emergency else fallback.relief)

    def _sound(self, text: str) -> Samples | None:
        key = (text, self.rate_wpm)
        if key in self._prepared:
            self._prepared.move_to_end(key)
            return self._prepared[key]
        clip = self._voice.clip(text, self.rate_wpm)
        if clip is None:
            return None
        sound = self._prepared[key] = prepared(clip)
        while len(self._prepared) > _PREPARED:
            self._prepared.popitem(last=False)
        return sound


def prepared(clip: Clip) -> Samples:
    """Bring a clip to 16 kHz and take the silence from both its ends, so that the first sample sounds."""
    sound = to_samples(clip.pcm)
    if clip.rate_hz != RATE_HZ:
        sound = soxr.resample(sound, clip.rate_hz, RATE_HZ).astype(np.float32)
    loud = np.flatnonzero(np.abs(sound) >= _SILENT)
    if not loud.size:
        return sound
    return sound[max(int(loud[0]) - _LEAD, 0) : int(loud[-1]) + 1 + _LEAD]


def _gains(begin_db: float, end_db: float, samples: int) -> Samples:
    if begin_db == end_db:
        return np.full(samples, 10 ** (begin_db / 20), dtype=np.float32)
    gains: Samples = np.power(10, np.linspace(begin_db, end_db, samples) / 20).astype(np.float32)
    return gains
