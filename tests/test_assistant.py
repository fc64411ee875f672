"""One talk: the diary, the numbers to call, the words that are filled in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crampvoice import app
from crampvoice.adapters.diary_store import MemoryDiary
from crampvoice.assistant import Assistant
from crampvoice.dialog.talk import Talk
from crampvoice.errors import ContentError
from crampvoice.messages import RATE_HZ, DiaryEntry, Turn, Utterance
from crampvoice.settings import Phones, Settings
from crampvoice.understanding import Understanding

NOW = datetime(2026, 3, 4, 3, 30, tzinfo=UTC)


class FullDiary(MemoryDiary):
    """A diary whose disk is full."""

    def add(self, entry: DiaryEntry) -> None:
        raise ContentError("The diary cannot be used: No space left on device.")


@pytest.fixture(scope="module")
def understanding() -> Understanding:
    """The trained understanding."""
    return app.understanding(Settings(), app.load_library(Settings()))


@pytest.fixture
def diary() -> MemoryDiary:
    """An empty diary."""
    return MemoryDiary()


@pytest.fixture
def assistant(understanding: Understanding, diary: MemoryDiary) -> Assistant:
    """An assistant whose clock stands at half past three at night."""
    scripts = app.load_library(Settings()).scripts
    return Assistant(understanding, scripts, Phones(emergency="nine nine nine"), diary, clock=lambda: NOW)


def talk_through(assistant: Assistant, *lines: str) -> list[Turn]:
    """Say lines four seconds apart."""
    talk, turns = Talk(), []
    for number, line in enumerate(lines, start=1):
        now = 4 * RATE_HZ * number
        heard = assistant.answer(talk, Utterance(hypotheses=Utterance.typed(line).hypotheses, start=now, end=now))
        talk = heard.reply.talk
        turns.append(heard.turn)
    return turns


def test_the_owners_numbers_are_spoken(assistant: Assistant) -> None:
    [turn] = talk_through(assistant, "she has chest pain and cannot breathe")
    assert turn.say[0] == "Call nine nine nine now."


def test_nothing_said_is_nothing_answered(assistant: Assistant) -> None:
    for words in ("", "   ", "?!"):
        [turn] = talk_through(assistant, words)
        assert (turn.id, turn.say) == ("none", ())


def test_a_cramp_is_logged_with_its_time(assistant: Assistant, diary: MemoryDiary) -> None:
    [turn] = talk_through(assistant, "log a cramp")
    assert turn.id == "diary.log"
    assert diary.last() == DiaryEntry(when=NOW)


def test_the_last_cramp_is_told_with_its_time(assistant: Assistant, diary: MemoryDiary) -> None:
    diary.add(DiaryEntry(when=NOW - timedelta(days=1)))
    [turn] = talk_through(assistant, "when was the last one")
    assert turn.id == "diary.last"
    assert "{WHEN}" not in " ".join(turn.say)
    assert "half past three" in " ".join(turn.say) or "three" in " ".join(turn.say)


def test_an_empty_diary_says_so(assistant: Assistant) -> None:
    [turn] = talk_through(assistant, "when was the last one")
    assert turn.say == ("There is no cramp in the diary yet.",)


def test_an_entry_is_deleted_only_after_a_yes(assistant: Assistant, diary: MemoryDiary) -> None:
    diary.add(DiaryEntry(when=NOW))
    talk_through(assistant, "delete the last entry", "no")
    assert diary.last() is not None
    talk_through(assistant, "delete the last entry", "yes")
    assert diary.last() is None


def test_an_entry_that_cannot_be_kept_is_not_confirmed(understanding: Understanding) -> None:
    scripts = app.load_library(Settings()).scripts
    with pytest.raises(ContentError, match="No space left"):
        talk_through(Assistant(understanding, scripts, Phones(), FullDiary()), "log a cramp")


def test_talks_do_not_know_of_each_other(assistant: Assistant) -> None:
    first = talk_through(assistant, "my wee is dark", "brown like cola")
    [alone] = talk_through(assistant, "brown like cola")
    assert first[1].id == "emergency.dark_urine"
    assert alone.id != first[1].id or alone.kind == "emergency"


def test_repeat_gives_the_same_words_with_the_numbers_filled(assistant: Assistant) -> None:
    first, again = talk_through(assistant, "she has chest pain and cannot breathe", "say that again")
    assert again.say == first.say
