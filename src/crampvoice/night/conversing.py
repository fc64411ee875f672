"""What is done with what was understood: answers, changes of voice and volume, steps of a routine, night manners."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace

from crampvoice.dialog import engine, routine
from crampvoice.dialog.reply import Reply, Scripts, answer, silent
from crampvoice.dialog.talk import Talk
from crampvoice.errors import ContentError
from crampvoice.messages import CHUNK_SAMPLES, Level, Reading, Turn
from crampvoice.night.events import Journal
from crampvoice.night.guiding import Guide, was_just_said
from crampvoice.night.speaking import Line, Speaker
from crampvoice.night.waking import By, Window
from crampvoice.settings import NightSettings

_log = logging.getLogger(__name__)

Finish = Callable[[Reply], tuple[str, ...]]
"""Does what a reply asks of the diary, and gives its sentences with every placeholder filled.

Raises ContentError if the diary cannot be used.
"""

MISSES = 2
"""Misunderstood turns in one window after which the calf stretch is offered."""

OFFERED = "relief.calf"
TOO_LONG = "emergency.over_ten_minutes"
_RATES_WPM = (80, 300)


def as_written(reply: Reply) -> tuple[str, ...]:
    """Give the sentences of a reply as they stand in the script."""
    return reply.turn.say


class Conversation:
    """The talk of one night, and everything that follows from it."""

    def __init__(
        self,
        scripts: Scripts,
        speaker: Speaker,
        window: Window,
        settings: NightSettings,
        finish: Finish,
        journal: Journal,
    ) -> None:
        """Begin with nothing said."""
        self.talk = Talk()
        self.guide = Guide(scripts, journal)
        self._scripts = scripts
        self._speaker = speaker
        self._window = window
        self._settings = settings
        self._finish = finish
        self._journal = journal
        self._misses = 0
        self._offered = False
        self._asked_for = False
        self._going_to_sleep = False
        self._was_quiet = True

    @property
    def answering(self) -> bool:
        """Whether a question is open."""
        return self.talk.question is not None

    def may_speak_up(self, now: int) -> bool:
        """Tell whether a clock may make it say something though nobody speaks and the window is closed."""
        cramping = self.talk.began is not None and was_just_said(self.talk, now)
        return cramping or self.talk.ask_again is not None

    def in_hand(self, now: int) -> str | None:
        """Give the id that was answered last."""
        return self.talk.in_hand(now)

    def known(self, now: int) -> frozenset[str]:
        """Give what is known of the person from earlier turns."""
        return self.talk.remembered(now).person

    def woken(self, by: By) -> None:
        """Begin a new window; only after a trigger, or once something was answered in it, may a stretch be offered."""
        self._misses, self._offered, self._going_to_sleep = 0, False, False
        self._asked_for = by == "trigger"

    def prepare(self, reading: Reading, now: int) -> None:
        """Have the first sentence rendered that would be the answer, while the person may still go on."""
        say = engine.respond(self._scripts, self.talk, reading, now).turn.say
        if say and "{" not in say[0]:
            self._speaker.prepare(say[0])

    def respond(
        self,
        reading: Reading,
        now: int,
        *,
        heard_words: bool,
        decided: Callable[[Turn, bool], None],
        cut: Line | None = None,
    ) -> bool:
        """Answer one utterance inside the window; give whether it meant anything, and tell `decided` before it is done.

        `cut` is the sentence it interrupted.
        """
        reply = engine.respond(self._scripts, self.talk, reading, now)
        before = self.talk.remembered(now)
        moved = (reply.talk.place, reply.talk.question) != (before.place, before.question)
        acted = bool(reply.turn.say) or reply.effect is not None or moved
        decided(reply.turn, acted)
        if not acted:
            self.talk = reply.talk
            if heard_words and not self._speaker.busy and not self.guide.waiting:
                self._miss(now)
            return False
        self._misses, self._asked_for = 0, True
        self._window.extend(now)
        self._do(reply, now, cut)
        return True

    def take_back(self, talk: Talk, now: int) -> None:
        """Return to an earlier state of the talk; what was begun since is given up."""
        given_up, self.talk = self.talk, talk
        self.guide.follow(given_up, silent(talk), now)

    def tick(self, now: int, *, speech: bool) -> None:
        """Move the clocks on by one chunk; `speech` says that somebody is speaking, who is not to be talked over."""
        quiet = not self._speaker.busy or self._speaker.aside
        counting, self._was_quiet = quiet and self._was_quiet, quiet
        due = self.guide.tick(self.talk, now, CHUNK_SAMPLES, counting=counting, speech=speech)
        if due == "halfway":
            self._say_halfway(now)
        elif due == "advance":
            self._advance(now)
        elif due == "silence":
            self._do_unasked(engine.silence(self._scripts, self.talk, now), now)
        elif due == "too_long":
            talk = replace(self.talk, began=None)
            self._do_unasked(answer(self._scripts, talk, TOO_LONG, Reading(text="", id=TOO_LONG), now), now)
        again = self.talk.ask_again
        if again is not None and now >= again[1] and not (speech or self._speaker.busy or self.guide.waiting):
            self._do(engine.ask_again(self._scripts, self.talk), now)
        if self._speaker.busy or self.guide.waiting:
            self._window.extend(now)
        elif self._going_to_sleep:
            self._going_to_sleep = False
            self._window.close(now)

    def _do_unasked(self, reply: Reply, now: int) -> None:
        """Do what a clock has led to; a danger sign is reported as a decision of its own."""
        turn = reply.turn
        if turn.level is not None:
            self._journal.note_decision(now, Reading(text="", id="none"), turn, acted=True)
        self._do(reply, now)

    def _do(self, reply: Reply, now: int, cut: Line | None = None) -> None:
        try:
            said = self._finish(reply)
        except ContentError as error:
            _log.error("'%s' was not done: %s", reply.turn.id, error)
            about_diary = self.talk.question is not None and self.talk.question.about.startswith("diary.")
            said, reply = (), silent(replace(self.talk, question=None) if about_diary else self.talk)
        if reply.effect in ("slower", "faster", "louder", "quieter"):
            self._change_voice(reply.effect, now)
            cut = cut or next(iter(self._speaker.left()), None)
            said = said[said.index(cut.text) :] if cut is not None and cut.text in said else said
        before, self.talk = self.talk, reply.talk
        if said:
            self._say(reply, said, now)
        elif reply.effect == "hush" or before.place != reply.talk.place:
            self._speaker.stop(now)
        self._going_to_sleep = reply.effect == "sleep"
        self.guide.follow(before, reply, now)

    def _say(self, reply: Reply, said: tuple[str, ...], now: int) -> None:
        turn = reply.turn
        urgent = turn.level is not None and turn.level.urgency >= Level.TODAY.urgency
        emergency = urgent or reply.talk.emergency is not None
        lines = [Line(id=turn.id, text=text, sentence=i, of=len(said), emergency=emergency) for i, text in enumerate(said)]
        self._speaker.say(lines, now)

    def _advance(self, now: int) -> None:
        before = self.talk
        reply = engine.advance(self._scripts, before, now)
        first = before.place is not None and before.place.step < 0
        if first and reply.turn.say and before.said and reply.turn.say[0] == before.said[0]:
            self.talk = reply.talk
            self.guide.follow(before, reply, now)
        else:
            self._do_unasked(reply, now)

    def _say_halfway(self, now: int) -> None:
        step = self.guide.step(self.talk.place) if self.talk.place else None
        text = routine.halfway(step) if step else None
        if text and self.talk.place:
            self._speaker.say([Line(id=self.talk.place.routine, text=text, sentence=0, of=1, aside=True)], now)

    def _miss(self, now: int) -> None:
        self._misses += 1
        if self._misses < MISSES or self._offered or not self._asked_for:
            return
        self._offered = True
        reply = answer(self._scripts, self.talk, OFFERED, Reading(text="", id=OFFERED), now)
        self._do(replace(reply, talk=replace(reply.talk, began=self.talk.began)), now)
        self.guide.rest()

    def _change_voice(self, effect: str, now: int) -> None:
        loudness = self._speaker.loudness
        if effect in ("slower", "faster"):
            change = self._settings.rate_step_wpm * (1 if effect == "faster" else -1)
            self._speaker.rate_wpm = min(max(self._speaker.rate_wpm + change, _RATES_WPM[0]), _RATES_WPM[1])
            return
        if effect == "louder":
            loudness.louder(now)
        else:
            loudness.quieter(now)
        self._journal.note("volume", now, why=effect, gain_db=loudness.gain_db(now), step=loudness.step(now))
