"""Whole conversations as specifications: each file in `conversations/` is one, replayed with the real understanding.

A turn is what the person says, or `(silence)` while a question is open, or `(hold)` when the hold of a step is over; `id` is
what must be reported, `says` words that must be spoken, `effect` what it must change. `quiet: yes` means that nothing is said.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from crampvoice.adapters.diary_store import MemoryDiary
from crampvoice.app import assistant
from crampvoice.assistant import Assistant
from crampvoice.dialog import engine
from crampvoice.dialog.reply import Reply
from crampvoice.dialog.talk import Talk
from crampvoice.library import read_document
from crampvoice.messages import RATE_HZ, Utterance
from crampvoice.settings import Settings

FILES = sorted((Path(__file__).parent / "conversations").glob("*.yaml"))
NOW = datetime(2026, 11, 24, 3, 12, tzinfo=UTC)
PAUSE = 10 * RATE_HZ


@dataclass(frozen=True, kw_only=True, config=ConfigDict(extra="forbid"))
class Expected:
    person: str
    id: str
    says: str | None = None
    effect: str | None = None
    level: str | None = None
    quiet: bool = False


@dataclass(frozen=True, kw_only=True, config=ConfigDict(extra="forbid"))
class Conversation:
    about: str
    turns: tuple[Expected, ...]


@pytest.fixture(scope="module")
def parts() -> Assistant:
    return assistant(Settings())


def say(talking: Assistant, talk: Talk, words: str, now: int) -> Reply:
    if words == "(silence)":
        return talking.finish(engine.silence(talking.scripts, talk, now), "")
    if words == "(hold)":
        return talking.finish(engine.advance(talking.scripts, talk, now), "")
    utterance = Utterance.typed(words)
    return talking.answer(talk, Utterance(hypotheses=utterance.hypotheses, start=now, end=now)).reply


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_conversation_goes_as_it_is_written(parts: Assistant, file: Path) -> None:
    conversation = read_document(file, file.name).parse(Conversation)

    talking = Assistant(parts.understanding, parts.scripts, Settings().phones, MemoryDiary(), lambda: NOW)
    talk = Talk()
    for number, turn in enumerate(conversation.turns, start=1):
        reply = say(talking, talk, turn.person, talk.heard_at + PAUSE)
        talk = reply.talk
        spoken = " ".join(reply.turn.say)
        where = f"turn {number}, {turn.person!r}: {reply.turn.id} says {spoken!r}"
        assert reply.turn.id == turn.id, where
        assert (turn.says or "") in spoken, where
        assert not (turn.quiet and spoken), where
        assert turn.effect in (None, reply.effect), where
        assert turn.level in (None, str(reply.turn.level)), where
