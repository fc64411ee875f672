"""What the session does when a device is lost or found, or the clock of the computer is set."""

from __future__ import annotations

from collections.abc import Sequence

from nights import FALLBACK, SCRIPTS, Burr, KnowsWhatIsSaid, LoudIsSpeech, Say, room, understand

from crampvoice.hearing import Listener
from crampvoice.messages import CHUNK_SAMPLES, RATE_HZ
from crampvoice.night.events import Event
from crampvoice.night.session import Session
from crampvoice.night.voices import PatientVoice
from crampvoice.settings import NightSettings


class _Bed:
    """A session in a room, stopped now and then."""

    def __init__(self, *said: Say, length_s: float, settings: NightSettings | None = None, clock_s: float = 0.0) -> None:
        self.events: list[Event] = []
        self.session = Session(
            Listener(LoudIsSpeech(), KnowsWhatIsSaid(said)),
            understand,
            SCRIPTS,
            PatientVoice(Burr, FALLBACK),
            settings=settings,
            clock_s=clock_s,
            on_event=self.events.append,
            spell_out=True,
        )
        self._chunks = room(said, length_s)

    def go_on_until(self, second: float) -> None:
        while self.session.now + CHUNK_SAMPLES <= second * RATE_HZ:
            self.session.feed(next(self._chunks))

    def said(self) -> Sequence[str]:
        return [event.data["text"] for event in self.events if event.kind == "say_start"]


def test_an_open_emergency_is_said_again_when_the_loudspeaker_is_back() -> None:
    bed = _Bed(Say(2, "i can't breathe"), length_s=40)
    bed.session.device("loudspeaker", "found")
    bed.go_on_until(1)
    bed.session.device("loudspeaker", "lost")
    bed.go_on_until(20)
    assert bed.said() == ["Call for help now.", "Sit up."]
    bed.session.device("loudspeaker", "found")
    bed.go_on_until(39)
    assert bed.said()[2:] == ["Call for help now.", "Sit up."]
    decided = [event.data for event in bed.events if event.kind == "decide"][-1]
    assert (decided["id"], decided["level"]) == ("emergency.chest_or_breath", "emergency_now")


def test_what_was_cut_off_by_the_loss_of_the_loudspeaker_is_said_again() -> None:
    bed = _Bed(Say(2, "i can't breathe"), length_s=40)
    bed.go_on_until(7)
    said = len(bed.said())
    bed.session.device("loudspeaker", "lost")
    bed.go_on_until(20)
    bed.session.device("loudspeaker", "found")
    bed.go_on_until(39)
    assert (said, len(bed.said())) == (2, 4)


def test_nothing_is_said_again_that_was_heard_or_is_no_emergency() -> None:
    bed = _Bed(Say(2, "why do i get cramps"), Say(20, "i can't breathe"), length_s=80)
    bed.session.wake()
    bed.session.device("loudspeaker", "lost")
    bed.go_on_until(10)
    bed.session.device("loudspeaker", "found")
    bed.go_on_until(40)
    for name in ("microphone", "loudspeaker"):
        bed.session.device(name, "lost")
    bed.go_on_until(60)
    for name in ("microphone", "loudspeaker"):
        bed.session.device(name, "found")
    bed.go_on_until(79)
    assert bed.said() == ["Nobody knows for sure.", "Call for help now.", "Sit up."]


def test_a_count_goes_into_the_event() -> None:
    bed = _Bed(length_s=1)
    bed.session.device("microphone", "overflow", 3)
    bed.session.device("microphone", "lost")
    assert [dict(event.data) for event in bed.events] == [
        {"device": "microphone", "state": "overflow", "count": 3},
        {"device": "microphone", "state": "lost"},
    ]


def test_a_clock_that_is_set_changes_how_loud_it_may_be() -> None:
    settings = NightSettings(start_step=6, ceiling_step=3)
    bed = _Bed(Say(1, "cramp in my calf"), Say(20, "cramp in my calf"), length_s=30, settings=settings, clock_s=12 * 3600)
    bed.go_on_until(15)
    bed.session.set_clock(2 * 3600)
    bed.go_on_until(29)
    gains = [event.data["gain_db"] for event in bed.events if event.kind == "say_start"]
    assert (gains[0], gains[-1]) == (0.0, -18.0)
