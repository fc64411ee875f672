"""The clock on the wall, for the ceiling of loudness by the time of day."""

from __future__ import annotations

from datetime import datetime


def time_of_day_s() -> float:
    """Give the local time of day, in seconds after midnight."""
    now = datetime.now()
    return now.hour * 3600 + now.minute * 60 + now.second + now.microsecond / 1e6
