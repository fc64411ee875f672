"""Whole nights with everything real: ears, understanding, dialogs and voice, in noise, whispered, and with strangers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from crampvoice import app
from crampvoice.audio.pcm import Samples
from crampvoice.messages import RATE_HZ
from crampvoice.settings import Settings
from in_noise import far, whispered
from night_noise import KINDS, made, mixed
from replay_nights import Night, in_a_room, last_word, sound

pytestmark = [pytest.mark.needs_model, pytest.mark.needs_voice]

RECORDINGS = Path(__file__).parents[1] / "recordings"
CRY = "help me it's cramping"
DANGER = "he's having a seizure"


@pytest.fixture(scope="module")
def bedside(tmp_path_factory: pytest.TempPathFactory) -> app.Bedside:
    """Everything a night needs, loaded once, with a cache of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app, "CACHE_FOLDER", tmp_path_factory.mktemp("cache"))
        return app.bedside(Settings(), patient=True)


def spend(bedside: app.Bedside, heard: Samples, *, awake: bool = False) -> Night:
    """Replay a sound through a new night."""
    night = Night()
    session = bedside.session(night.events.append, spell_out=True, clock_s=3 * 3600)
    if awake:
        session.wake()
    night.run(session, heard)
    return night


def spoken(night: Night) -> list[str]:
    """Ids of what was said, in order, each once."""
    return list(dict.fromkeys(event.data["id"] for event in night.events if event.kind == "say_start"))


def noise(length_s: float, kind: str) -> Samples:
    return made(kind, length_s, np.random.default_rng(4))


@pytest.mark.parametrize(("kind", "snr_db"), [("fan", 20), ("cpap", 10), ("rain", 10), ("snoring", 10), ("fan", 5)])
def test_a_cry_is_heard_through_noise(bedside: app.Bedside, kind: str, snr_db: float) -> None:
    cry = in_a_room(sound(RECORDINGS / f"{CRY}.ogg"), 3.0, 3.0)
    assert spoken(spend(bedside, mixed(cry, noise(30, kind), snr_db), awake=True))[:1] == ["relief.start"]


@pytest.mark.parametrize("change", [far, whispered])
def test_a_danger_is_heard_from_afar_and_whispered(bedside: app.Bedside, change: object) -> None:
    assert callable(change)
    said = change(sound(RECORDINGS / f"{DANGER}.ogg"))
    assert spoken(spend(bedside, in_a_room(said, 1.0, 3.0), awake=True))[:1] == ["emergency.seizure"]


@pytest.mark.parametrize("name", [CRY, DANGER, "i can't reach my foot"])
def test_a_cry_wakes_it_without_a_phrase(bedside: app.Bedside, name: str) -> None:
    night = spend(bedside, in_a_room(sound(RECORDINGS / f"{name}.ogg"), 1.0, 2.0))
    assert [event.data["by"] for event in night.events if event.kind == "wake"] == ["distress"]
    assert spoken(night)


def test_nobody_who_speaks_to_somebody_else_is_answered(bedside: app.Bedside) -> None:
    strangers = [in_a_room(sound(file), 0.5, 1.5) for file in sorted((RECORDINGS / "not-for-us").glob("*.ogg"))]
    night = spend(bedside, np.concatenate(strangers))
    assert len(strangers) > 30
    assert not [event for event in night.events if event.kind in ("wake", "say_start")]
    assert sum(event.kind == "speech_start" for event in night.events) >= len(strangers) // 2


@pytest.mark.parametrize("kind", KINDS)
def test_noise_gives_no_sound(bedside: app.Bedside, kind: str) -> None:
    assert not spoken(spend(bedside, noise(40, kind)))


def test_the_answer_begins_within_the_silence_that_ends_the_cry(bedside: app.Bedside) -> None:
    cry = sound(RECORDINGS / f"{CRY}.ogg")
    night = spend(bedside, in_a_room(cry, 1.0, 3.0), awake=True)
    begin = next(event.sample for event in night.events if event.kind == "say_start")
    assert 0 <= begin - RATE_HZ - last_word(cry) <= 0.4 * RATE_HZ


def test_five_minutes_make_nothing_grow_and_no_sample_is_lost(bedside: app.Bedside) -> None:
    quiet = in_a_room(np.zeros(1, np.float32), 300.0, 0.0)
    night = spend(bedside, quiet)
    assert night.events == []
    assert max(night.late) == quiet.size // 512 * 512
