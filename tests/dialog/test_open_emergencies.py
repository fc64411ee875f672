"""The danger signs of the library, asked on about after they were answered."""

from __future__ import annotations

import pytest
from little_scripts import heard

from crampvoice.dialog import engine
from crampvoice.dialog.answers import chosen
from crampvoice.dialog.reply import ask_danger
from crampvoice.dialog.script import Emergency
from crampvoice.dialog.talk import Option, Talk
from crampvoice.library import load
from crampvoice.messages import RATE_HZ, Level, Reading
from crampvoice.resources import DIALOGS

SCRIPTS = load(DIALOGS).scripts
URGENT = [
    script for script in SCRIPTS.values() if isinstance(script, Emergency) and script.level.urgency >= Level.TODAY.urgency
]


@pytest.mark.parametrize("script", URGENT, ids=lambda script: script.id)
def test_whom_to_call_is_said_again_on_request_and_when_it_is_said_to_be_over(script: Emergency) -> None:
    told = engine.respond(SCRIPTS, Talk(), heard(script.id), RATE_HZ).talk
    for asked in (heard("none", "what number do i call"), heard("none", "it's gone now")):
        say = engine.respond(SCRIPTS, told, asked, 2 * RATE_HZ).turn.say
        assert any("{" in line for line in say)
        assert len(say) == len(set(say))


@pytest.mark.parametrize("script", URGENT, ids=lambda script: script.id)
def test_the_words_of_its_question_are_known_as_answers(script: Emergency) -> None:
    question = ask_danger(Talk(), script, "relief.start", Reading(text="", id=script.id)).talk.question
    assert question is not None
    assert script.heard
    for words in script.heard:
        option = chosen(question, words)
        assert isinstance(option, Option)
        assert option.goto == script.id
    denied = chosen(question, "no just the cramp")
    assert isinstance(denied, Option)
    assert denied.goto == "relief.start"
