"""How loud it speaks: steps that are asked for, a ceiling by the clock, and ducking while somebody else speaks."""

from __future__ import annotations

from crampvoice.messages import RATE_HZ
from crampvoice.settings import NightSettings

DUCK_DB = -12.0
"""How far the own voice goes down while somebody speaks over it, in dB."""

_DAY_S = 24 * 60 * 60


class Loudness:
    """The volume of one night."""

    def __init__(self, settings: NightSettings, clock_s: float) -> None:
        """Begin at the start step; `clock_s` is the local time of day at sample 0, in seconds after midnight."""
        self._settings = settings
        self._clock_s = clock_s
        self._step = settings.start_step
        self._granted = 0
        self._under_ceiling = self._in_ceiling_hours(0)
        self.ducked = False

    def set_clock(self, clock_s: float, now: int) -> None:
        """Learn that the local time of day at a sample is `clock_s`, in seconds after midnight."""
        self._clock_s = clock_s - now / RATE_HZ

    def step(self, now: int) -> int:
        """Give the step in force at a sample, counted from 1."""
        under = self._in_ceiling_hours(now)
        if under != self._under_ceiling:
            self._under_ceiling, self._granted = under, 0
        if not under:
            return self._step
        return min(self._step, max(self._settings.ceiling_step, self._granted))

    def louder(self, now: int) -> None:
        """Go one step up; being asked for is the only thing that passes the ceiling."""
        self._step = min(self.step(now) + 1, len(self._settings.volume_steps_db))
        self._granted = self._step

    def quieter(self, now: int) -> None:
        """Go one step down."""
        self._step = max(self.step(now) - 1, 1)
        self._granted = min(self._granted, self._step)

    def gain_db(self, now: int, *, emergency: bool = False) -> float:
        """Gain for what is spoken at a sample, in dB; an emergency is never below the normal step."""
        step = max(self.step(now), self._settings.normal_step) if emergency else self.step(now)
        return self._settings.volume_steps_db[step - 1] + (DUCK_DB if self.ducked else 0.0)

    def _in_ceiling_hours(self, now: int) -> bool:
        begin, end = (_seconds(text) for text in (self._settings.ceiling_from, self._settings.ceiling_until))
        at = (self._clock_s + now / RATE_HZ) % _DAY_S
        return begin <= at < end if begin <= end else at >= begin or at < end


def _seconds(clock: str) -> int:
    hours, minutes = clock.split(":")
    return 3600 * int(hours) + 60 * int(minutes)
