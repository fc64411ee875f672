"""One night: 512 samples of the room in, 512 samples for the loudspeaker out. Live and replay are this same code.

Each chunk goes through five stages: the own voice is taken out, the listener finds and decodes speech, what was said
(or is being said) is decided on, the clocks of routine and window move on, and the speaker gives the next samples.
Time is the number of samples fed; nothing here waits or reads a clock.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from crampvoice.audio.endpointing import Started, State
from crampvoice.dialog.reply import Scripts
from crampvoice.hearing import Listener
from crampvoice.messages import CHUNK_SAMPLES, RATE_HZ, AudioChunk, Reading, Turn, Utterance, kind_of
from crampvoice.night.continuing import ANSWERS, Answered, is_rest, joined
from crampvoice.night.conversing import Conversation, Finish, as_written
from crampvoice.night.echo import EchoFilter
from crampvoice.night.events import Emit, Journal
from crampvoice.night.loudness import Loudness
from crampvoice.night.settling import (
    LOOK_FROM,
    NOTHING,
    PATIENT,
    PAUSED,
    QUICK,
    Settling,
    Understand,
    counts_over_own_voice,
    is_by_others,
    is_said_on,
    patience,
)
from crampvoice.night.speaking import Line, Speaker
from crampvoice.night.voices import Voice
from crampvoice.night.waking import By, NightBands, Window, is_distress, open_only, without_phrase
from crampvoice.settings import NightSettings

DeviceName = Literal["microphone", "loudspeaker"]

NOTHING_MEANT_AFTER = 3 * RATE_HZ // 2
"""After this long without a confirmed command the sentence is said again at its own volume, in samples: 1.5 s."""

LOST_SINCE = 3 * RATE_HZ
"""A loudspeaker may have been silent for this long before its loss is told, in samples."""

HELD_BACK_FOR = 3 * RATE_HZ
"""The next sentence waits this long at most for somebody who is speaking, in samples."""


@dataclass(slots=True)
class _Speech:
    """The utterance under way."""

    start: int
    begun: int
    """When it was noticed, in samples."""
    over: bool
    """Whether it began while a sentence was sounding, so that only commands and danger signs count."""
    silence: int = PATIENT
    """Silence that ends it, as far as its meaning is settled."""
    confirmed: Reading | None = None
    """What interrupted the sentence."""
    cut: tuple[Line, ...] = field(default=())
    """The sentence that was interrupted, and those behind it."""


class Session:
    """The whole device but for its devices. Feed it every chunk in order, from one thread."""

    def __init__(
        self,
        listener: Listener,
        understand: Understand,
        scripts: Scripts,
        voice: Voice,
        *,
        settings: NightSettings | None = None,
        bands: NightBands | None = None,
        clock_s: float = 0.0,
        rate_wpm: int = 150,
        finish: Finish = as_written,
        on_event: Emit | None = None,
        spell_out: bool = False,
    ) -> None:
        """Begin asleep and silent.

        `clock_s` is the local time of day at sample 0, in seconds after midnight; `rate_wpm` the speed of the voice.
        Events hold no words unless `spell_out`.
        """
        self.now = 0
        """Samples fed so far: the place of the next output on the timeline."""
        self._settings = settings or NightSettings()
        self._bands = bands or NightBands()
        self._scripts = scripts
        self._listener = listener
        self._understand = understand
        self._journal = Journal(on_event, spell_out=spell_out)
        self._echo = EchoFilter() if self._settings.duplex == "half" else None
        self._settling = Settling(understand, self._bands)
        self._window = Window(self._settings.window_s)
        self._loudness = Loudness(self._settings, clock_s)
        self._speaker = Speaker(voice, rate_wpm, self._loudness, self._journal)
        self._talk = Conversation(scripts, self._speaker, self._window, self._settings, finish, self._journal)
        self._speech: _Speech | None = None
        self._answered: Answered | None = None
        self._played = bytes(2 * CHUNK_SAMPLES)
        self._was_awake = False
        self._spoke = -LOST_SINCE
        self._lost: int | None = None

    @property
    def awake(self) -> bool:
        """Whether everything meant for the device is answered now."""
        return self._window.opened_at(self.now)

    @property
    def speaking(self) -> bool:
        """Whether the device says something or is about to."""
        return self._speaker.busy

    @property
    def at_rest(self) -> bool:
        """Whether nobody speaks and nothing is or will soon be said: the next chunk can wait for a moment."""
        quiet = self._listener.state is State.QUIET
        return quiet and not (self.awake or self.speaking or self._talk.may_speak_up(self.now))

    def feed(self, chunk: AudioChunk) -> bytes:
        """Take the next chunk of the room and give what the loudspeaker plays during the one after it.

        The output is int16 little-endian mono at 16 kHz, `CHUNK_SAMPLES` samples. Raises EngineError of the listener.
        """
        self.now = chunk.start + CHUNK_SAMPLES
        if self._echo is not None:
            chunk = self._echo.clean(chunk, self._played)
        event = self._listener.feed(chunk, silence=self._speech.silence if self._speech else None)
        if isinstance(event, Started):
            self._begin(event.start)
        elif isinstance(event, Utterance):
            self._end(event)
        elif self._speech is not None and self._listener.state in (State.SPEAKING, State.STOPPING):
            self._look(self._speech)
        self._keep_manners()
        self._played = self._speaker.take(self.now, CHUNK_SAMPLES)
        if self.speaking:
            self._spoke = self.now
        return self._played

    def wake(self) -> None:
        """Open the window from outside: a key, a signal, a switch."""
        if self._settings.wake_on_trigger:
            self._wake("trigger")

    def device(self, name: DeviceName, state: str, count: int | None = None) -> None:
        """Note what happened to a device, and how much of it so far; the clock goes on with whatever is fed.

        When something was said to a loudspeaker that was lost, what is to be done in an open emergency is said once more.
        """
        counted: dict[str, Any] = {} if count is None else {"count": count}
        self._journal.note("device", self.now, device=name, state=state, **counted)
        if state == "found" and self._echo is not None:
            self._echo = EchoFilter()
        if name == "loudspeaker" and state in ("lost", "found"):
            unheard = self._lost is not None and self._spoke > self._lost - LOST_SINCE
            self._lost = self.now if state == "lost" else None
            if unheard and state == "found":
                self._remind()

    def set_clock(self, clock_s: float) -> None:
        """Learn the local time of day, in seconds after midnight: it may have been set, or the computer may have slept."""
        self._loudness.set_clock(clock_s, self.now)

    def close(self) -> None:
        """End the stream; what was being said is noted and not answered any more."""
        utterance = self._listener.flush()
        if utterance is not None:
            self._journal.note_heard(self.now, utterance)
        self._speech = None
        self._speaker.close(self.now)

    def _begin(self, start: int) -> None:
        sounding = self._speaker.line is not None
        over = sounding and self._speaker.spoke_at(start)
        self._speech = _Speech(start=start, begun=self.now, over=over)
        self._settling.begin()
        self._journal.note("speech_start", start, over=over)
        if over:
            self._duck()
        elif sounding:
            self._speaker.postpone(self.now)

    def _look(self, speech: _Speech) -> None:
        worth_it = speech.over or self._listener.silence >= LOOK_FROM
        if not worth_it:
            speech.silence = PATIENT
        if not (worth_it or self._journal.spells_out):
            return
        partial = self._listener.partial()
        if self._settling.look(partial, self.now):
            self._journal.note_partial(self.now, partial[0].text)
        if not worth_it or speech.confirmed is not None or not self._settling.is_stable():
            return
        fresh = not self._settling.is_read
        reading = self._settling.reading(partial, self._talk.in_hand(self.now), self._talk.known(self.now))
        speech.silence = patience(reading, self._bands, awake=self._is_for_us(speech), answering=self._talk.answering)
        if speech.over:
            paused = self._echo is not None and self._listener.silence >= PAUSED
            if self._settling.is_confirmed(self.now, paused=paused) and self._counts(reading):
                self._interrupt(speech, reading)
                speech.silence = QUICK
        elif fresh and speech.silence < PATIENT:
            self._talk.prepare(reading, self.now)

    def _end(self, utterance: Utterance) -> None:
        speech, self._speech = self._speech or _Speech(start=utterance.start, begun=self.now, over=False), None
        self._journal.note_heard(self.now, utterance)
        reading = self._settling.settled(utterance) if speech.silence < PATIENT else None
        if reading is None:
            reading = self._read(utterance) if utterance.hypotheses else NOTHING
        said_on = self._said_on(utterance, reading, speech)
        if said_on is None:
            self._note_decision(reading, speech, acted=False)
            self._resume()
            return
        utterance, reading = said_on
        if speech.over and speech.confirmed is None:
            texts = [hypothesis.text for hypothesis in utterance.hypotheses]
            if not (self._counts(reading) and (self._settling.agrees(texts) or len(texts) != len(set(texts)))):
                self._note_decision(reading, speech, acted=False)
                self._resume()
                return
            self._interrupt(speech, reading)
        if speech.confirmed is not None and reading.id == "none" and len(reading.text.split()) <= self._settling.words:
            reading = speech.confirmed
        meant = self._woken(utterance, reading, awake=self._is_for_us(speech))
        if meant is None:
            self._note_decision(reading, speech, acted=False)
            return

        def decided(turn: Turn, acted: bool) -> None:
            self._note_decision(meant, speech, acted=acted, turn=turn)

        cut = speech.cut[0] if speech.cut else None
        heard_words = bool(meant.text) and not speech.over
        before = self._talk.talk
        acted = self._talk.respond(meant, self.now, heard_words=heard_words, decided=decided, cut=cut)
        if speech.cut and not acted:
            self._speaker.say(speech.cut, self.now)
        if acted and speech.silence < PATIENT and kind_of(meant.id) in ANSWERS:
            self._answered = Answered(utterance, meant.id, before)

    def _said_on(self, utterance: Utterance, reading: Reading, speech: _Speech) -> tuple[Utterance, Reading] | None:
        """Put an utterance together with the one before, if that was answered in a pause, and what it means by that.

        Gives both as they are when it is a turn of its own, and None when it adds nothing to what is being answered.
        """
        answered, self._answered = self._answered, None
        if answered is None or speech.confirmed is not None or not reading.text or not answered.goes_on_at(utterance.start):
            return utterance, reading
        own = speech.over and not is_by_others(reading.text, self._speaker.own_words(self.now))
        if own or kind_of(reading.id) in ("control", "diary"):
            return utterance, reading
        if kind_of(reading.id) == "emergency":
            if speech.over and is_said_on(reading.text, self._speaker.own_words(self.now)):
                self._interrupt(speech, reading)
            return utterance, reading
        together = joined(answered.utterance, utterance)
        before = answered.talk
        whole = self._understand(together, before.in_hand(self.now), before.remembered(self.now).person)
        if not answered.is_changed_by(whole):
            return None if is_rest(reading, sure=self._bands.sure_topic) else (utterance, reading)
        self._talk.take_back(answered.talk, self.now)
        if speech.over:
            self._interrupt(speech, whole)
        return together, whole

    def _woken(self, utterance: Utterance, reading: Reading, *, awake: bool) -> Reading | None:
        """Give what is to be answered: None outside the window unless this utterance wakes the device."""
        rest = without_phrase(utterance, self._settings.wake_phrase)
        if rest is not None:
            self._wake("phrase")
            return self._read(rest) if rest.text else NOTHING
        if awake or not self._settings.wake_on_distress or not is_distress(reading, self._bands):
            return reading if awake else None
        again = self._understand(open_only(utterance), None, frozenset())
        if not is_distress(again, self._bands, self._bands.wake_open):
            return None
        self._wake("distress")
        return reading

    def _wake(self, by: By) -> None:
        if not self.awake:
            self._talk.woken(by)
        self._window.extend(self.now)
        self._was_awake = True
        self._journal.note("wake", self.now, by=by, until=self._window.until)

    def _remind(self) -> None:
        emergency = self._talk.talk.remembered(self.now).emergency
        if emergency is None:
            return
        reading = Reading(text="", id=emergency)

        def decided(turn: Turn, acted: bool) -> None:
            self._journal.note_decision(self.now, reading, turn, acted=acted, silence=PATIENT)

        self._talk.respond(reading, self.now, heard_words=False, decided=decided)

    def _read(self, utterance: Utterance) -> Reading:
        return self._understand(utterance, self._talk.in_hand(self.now), self._talk.known(self.now))

    def _is_for_us(self, speech: _Speech) -> bool:
        return self._window.opened_at(speech.start) or self.awake

    def _counts(self, reading: Reading) -> bool:
        own_words = self._speaker.own_words(self.now)
        return counts_over_own_voice(reading, self._scripts, own_words, self._settings.duplex)

    def _interrupt(self, speech: _Speech, reading: Reading) -> None:
        line = self._speaker.line
        speech.confirmed = reading
        speech.cut = self._speaker.left()
        self._speaker.stop(self.now)
        self._loudness.ducked = False
        self._journal.note("interrupted", self.now, id=line.id if line else None, sentence=line.sentence if line else None)

    def _duck(self) -> None:
        self._loudness.ducked = True
        self._journal.note("volume", self.now, why="duck", gain_db=self._loudness.gain_db(self.now))

    def _resume(self) -> None:
        """Come back to the own volume, and say the sentence again that was talked over."""
        if not self._loudness.ducked:
            return
        self._loudness.ducked = False
        self._journal.note("volume", self.now, why="restore", gain_db=self._loudness.gain_db(self.now))
        self._speaker.again(self.now)

    def _keep_manners(self) -> None:
        speech = self._speech
        if speech is not None and speech.over and self.now - speech.begun >= NOTHING_MEANT_AFTER:
            self._resume()
        somebody = speech is not None and self._listener.state is not State.QUIET
        waits = somebody and speech is not None and self.now - speech.begun < HELD_BACK_FOR
        self._speaker.held_back = waits
        self._talk.tick(self.now, speech=waits)
        if self._was_awake and not self.awake:
            self._was_awake = False
            self._journal.note("timer", self.now, what="window", state="end")
        self._was_awake = self.awake

    def _note_decision(self, reading: Reading, speech: _Speech, *, acted: bool, turn: Turn | None = None) -> None:
        self._journal.note_decision(self.now, reading, turn, acted=acted, over=speech.over, silence=speech.silence)
