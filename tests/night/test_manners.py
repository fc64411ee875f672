"""Night manners: quiet first, louder on request, one offer, good night once."""

from __future__ import annotations

import numpy as np
import pytest
from nights import Say, spend

from crampvoice.messages import RATE_HZ, Clip
from crampvoice.night.loudness import Loudness
from crampvoice.settings import NightSettings

from nights import Burr  # isort: skip

MIDNIGHT_S = 0.0
NOON_S = 12 * 3600.0


def test_louder_and_quieter_go_one_step_each() -> None:
    loudness = Loudness(NightSettings(), NOON_S)
    begin = loudness.gain_db(0)
    loudness.louder(0)
    assert loudness.gain_db(0) == begin + 6
    loudness.quieter(0)
    loudness.quieter(0)
    assert loudness.gain_db(0) == begin - 6


def test_the_ceiling_is_passed_only_on_request_and_by_one_step() -> None:
    settings = NightSettings(start_step=6, ceiling_step=4, ceiling_from="22:00", ceiling_until="06:00")
    loudness = Loudness(settings, 21.5 * 3600)
    assert loudness.step(0) == 6
    in_the_night = 3600 * RATE_HZ
    assert loudness.step(in_the_night) == 4
    loudness.louder(in_the_night)
    assert loudness.step(in_the_night) == 5
    assert loudness.step(in_the_night + 24 * 3600 * RATE_HZ - 1) == 5


def test_the_request_is_forgotten_when_the_ceiling_begins_anew() -> None:
    settings = NightSettings(start_step=4, ceiling_step=4, ceiling_from="22:00", ceiling_until="06:00")
    loudness = Loudness(settings, MIDNIGHT_S)
    loudness.louder(0)
    assert loudness.step(0) == 5
    assert loudness.step(8 * 3600 * RATE_HZ) == 5
    assert loudness.step(23 * 3600 * RATE_HZ) == 4


def test_a_clock_that_is_set_moves_the_ceiling() -> None:
    settings = NightSettings(start_step=6, ceiling_step=4, ceiling_from="22:00", ceiling_until="06:00")
    loudness = Loudness(settings, NOON_S)
    now = 90 * RATE_HZ
    assert loudness.step(now) == 6
    loudness.set_clock(22 * 3600 - 10, now)
    assert loudness.step(now) == 6
    assert loudness.step(now + 10 * RATE_HZ) == 4
    loudness.set_clock(NOON_S, now + 20 * RATE_HZ)
    assert loudness.step(now + 20 * RATE_HZ) == 6


def test_it_stays_between_its_first_and_its_last_step() -> None:
    loudness = Loudness(NightSettings(), NOON_S)
    for _ in range(20):
        loudness.louder(0)
    assert loudness.step(0) == 6
    for _ in range(20):
        loudness.quieter(0)
    assert loudness.step(0) == 1


def test_a_danger_sign_is_never_quieter_than_normal() -> None:
    settings = NightSettings(start_step=1)
    cry = spend(Say(1, "cramp in my calf"), length_s=5, settings=settings)
    danger = spend(Say(1, "i can't breathe"), length_s=5, settings=settings)
    assert cry.of("say_start")[0].data["gain_db"] == -30
    assert danger.of("say_start")[0].data["gain_db"] == -12
    assert np.abs(danger.device).max() > 4 * np.abs(cry.device).max()


def test_slower_changes_the_voice_from_the_next_sentence_on() -> None:
    rates: list[int] = []

    class Noted(Burr):
        def render(self, text: str, rate_wpm: int | None = None) -> Clip:
            rates.append(rate_wpm or self.rate_wpm)
            return super().render(text, rate_wpm)

    spend(Say(1, "cramp in my calf"), Say(3.2, "slower"), length_s=8, make=Noted)
    assert list(dict.fromkeys(rates)) == [150, 130]


def test_two_misunderstood_turns_bring_one_offer_and_then_it_waits() -> None:
    said = [Say(2 + 3 * i, "where is the book") for i in range(2)]
    night = spend(*said, Say(14, "give it here"), Say(17, "or not at all"), length_s=50, wake_at_s=1)
    assert night.said() == ["Straighten your leg now.", "Ease off if it hurts."]
    assert not night.of("step")


def test_after_the_offer_next_begins_the_routine() -> None:
    said = [Say(2 + 3 * i, "where is the book") for i in range(2)]
    night = spend(*said, Say(14, "next"), length_s=20, wake_at_s=1)
    assert night.said()[2] == "Breathe out."


def test_one_misunderstood_turn_is_silent() -> None:
    night = spend(Say(2, "where is the book"), length_s=20, wake_at_s=1)
    assert not night.device.any()


def test_good_night_is_said_once_and_closes_the_window() -> None:
    night = spend(Say(3, "good night"), Say(7, "good night"), Say(9, "thanks"), length_s=14, wake_at_s=1)
    assert night.said() == ["Sleep well."]
    assert not night.session.awake


@pytest.mark.parametrize(
    ("wrong", "message"),
    [({"start_step": 7}, "start_step is 7"), ({"volume_steps_db": (-6, -12), "start_step": 1}, "must rise")],
)
def test_settings_that_do_not_fit_are_refused(wrong: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        NightSettings(**wrong)  # type: ignore[arg-type]
