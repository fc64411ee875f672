"""One talk with one person: utterance → reading → reply → sentences to speak, with the diary kept on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from crampvoice.dialog import engine
from crampvoice.dialog.clock import number_words, span_asked, when_words
from crampvoice.dialog.reply import Reply, Scripts
from crampvoice.dialog.script import Control
from crampvoice.dialog.talk import Talk
from crampvoice.messages import RATE_HZ, DiaryEntry, Reading, Turn, Utterance
from crampvoice.ports import Diary
from crampvoice.settings import Phones
from crampvoice.understanding import Understanding

PLACES = ("calf", "foot", "toe", "thigh_front", "hamstring", "inner_thigh", "shin", "both_legs")
"""Places of the body that go into the diary."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What came of one utterance."""

    reading: Reading
    reply: Reply

    @property
    def turn(self) -> Turn:
        """What is said and why."""
        return self.reply.turn


class Assistant:
    """Answers utterances; keeps no state between talks but the diary."""

    def __init__(
        self,
        understanding: Understanding,
        scripts: Scripts,
        phones: Phones,
        diary: Diary,
        clock: Callable[[], datetime] = lambda: datetime.now().astimezone(),
    ) -> None:
        """Put the parts together; `clock` gives the local time for the diary only."""
        self.understanding, self.scripts = understanding, scripts
        self._phones, self._diary, self._clock = phones, diary, clock

    def answer(self, talk: Talk, utterance: Utterance) -> Heard:
        """Answer one utterance of a talk. Raises ContentError if the diary cannot be written."""
        reading = self.understanding.read(utterance, talk.in_hand(utterance.end), talk.remembered(utterance.end).person)
        return self.reply_to(talk, reading, utterance.end)

    def reply_to(self, talk: Talk, reading: Reading, now: int) -> Heard:
        """Answer one reading; `now` is the end of its utterance, in samples. Raises ContentError as `answer` does."""
        reply = self.finish(engine.respond(self.scripts, talk, reading, now), reading.text)
        return Heard(reading=reading, reply=reply)

    def finish(self, reply: Reply, text: str) -> Reply:
        """Keep the diary as a reply asks for it, and fill numbers, days and times into its words.

        `text` is what was asked, in normal form. The entry is on the disk before the words that confirm it are given.
        """
        when = None
        if reply.turn.kind == "diary":
            when, reply = self._diary_words(reply, text)
        if reply.effect == "log_cramp":
            place = next((name for name in PLACES if name in reply.talk.person), None)
            began = reply.talk.began
            lasted = reply.talk.heard_at - began if began is not None else reply.talk.lasted
            lasted_s = round(lasted / RATE_HZ) if lasted is not None else None
            self._diary.add(DiaryEntry(when=self._clock(), place=place, lasted_s=lasted_s or None))
        if reply.effect == "delete_last":
            self._diary.delete_last()
        say = tuple(self._phones.fill(line.replace("{WHEN}", when or "")) for line in reply.turn.say)
        said = say if reply.turn.say and reply.talk.said == reply.turn.say else reply.talk.said
        return replace(reply, turn=replace(reply.turn, say=say), talk=replace(reply.talk, said=said))

    def _diary_words(self, reply: Reply, text: str) -> tuple[str | None, Reply]:
        script = self.scripts[reply.turn.id]
        assert isinstance(script, Control)
        last = self._diary.last()
        if last is None and script.empty and reply.effect is None:
            talk = replace(reply.talk, question=None, said=script.empty)
            return None, replace(reply, turn=replace(reply.turn, say=script.empty), talk=talk)
        if reply.turn.id == "diary.count":
            since, span = span_asked(text, self._clock())
            return f"{number_words(self._diary.count(since))} {span}", reply
        return when_words(last.when, self._clock()) if last else None, reply
