"""When the stretch is offered though it was not understood what was said."""

from __future__ import annotations

import pytest
from nights import FALLBACK, SCRIPTS, Burr, understand

from crampvoice.messages import RATE_HZ, Utterance
from crampvoice.night.conversing import Conversation, as_written
from crampvoice.night.events import Journal
from crampvoice.night.loudness import Loudness
from crampvoice.night.speaking import Speaker
from crampvoice.night.voices import PatientVoice
from crampvoice.night.waking import By, Window
from crampvoice.settings import NightSettings

MISUNDERSTOOD = ("where is the book", "give it here")


@pytest.mark.parametrize(
    ("by", "said", "offers"),
    [
        ("phrase", MISUNDERSTOOD, False),
        ("phrase", ("quieter", *MISUNDERSTOOD), True),
        ("trigger", MISUNDERSTOOD, True),
    ],
)
def test_it_is_offered_only_in_a_window_that_somebody_wanted(by: By, said: tuple[str, ...], offers: bool) -> None:
    journal = Journal()
    speaker = Speaker(PatientVoice(Burr, FALLBACK), 150, Loudness(NightSettings(), 0.0), journal)
    talk = Conversation(SCRIPTS, speaker, Window(30), NightSettings(), as_written, journal)
    talk.woken(by)
    for number, text in enumerate(said, start=1):
        assert not speaker.busy
        talk.respond(understand(Utterance.typed(text), None), number * RATE_HZ, heard_words=True, decided=lambda *_: None)
    assert speaker.busy == offers
