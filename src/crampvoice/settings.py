"""The owner's settings: one YAML file, every value with its unit, everything optional."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal, Self

import platformdirs
from pydantic import ConfigDict, Field, model_validator
from pydantic.dataclasses import dataclass

from crampvoice import documents
from crampvoice.errors import ContentError, Problem

SETTINGS_FILE = Path(platformdirs.user_config_dir("crampvoice")) / "settings.yaml"
"""Where settings are read from when no file is named."""

CACHE_FOLDER = Path(platformdirs.user_cache_dir("crampvoice"))
"""Where rendered speech is kept; safe to delete."""

DATA_FOLDER = Path(platformdirs.user_data_dir("crampvoice"))
"""Where the diary and the reviews are kept."""

_STRICT = ConfigDict(extra="forbid")
SpokenName = Annotated[str, Field(min_length=1, pattern=r"^[A-Za-z' ]+$")]


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class Phones:
    """Who to call, as words to speak ("nine nine nine"); never guessed."""

    emergency: SpokenName = "your local emergency number"
    advice_line: SpokenName = "an out of hours doctor"
    maternity: SpokenName = "your midwife or maternity unit"
    doctor: SpokenName = "your doctor"

    def fill(self, sentence: str) -> str:
        """Put the numbers into a spoken sentence and raise its first letter."""
        for name in ("emergency", "advice_line", "maternity", "doctor"):
            sentence = sentence.replace("{" + name.upper() + "}", getattr(self, name))
        return sentence[:1].upper() + sentence[1:]


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class VoiceSettings:
    """How the device speaks."""

    name: str = "en-us+f3"
    """Voice id of the speech engine; `crampvoice check` lists what there is."""
    rate_wpm: Annotated[int, Field(ge=80, le=300)] = 150
    """Speed in words per minute; 140 to 160 is easy to follow when just awake."""
    deadline_s: Annotated[float, Field(gt=0, le=60)] = 8.0
    """How long a sentence may take to render before the voice is started anew, in seconds."""
    cache_mb: Annotated[int, Field(ge=1, le=10_000)] = 500
    """Size the cache of rendered speech is kept under, in megabytes; everything that can be said takes about 215."""


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class DeviceSettings:
    """Which microphone and loudspeaker, and what is run when something happens."""

    microphone: str | None = None
    """A part of its name, or its number, as `crampvoice devices` lists them; None is the system's default."""
    loudspeaker: str | None = None
    """The same for the loudspeaker."""
    on_wake: tuple[str, ...] = ()
    """A program and its arguments, run when the device wakes (`["xset", "led", "on"]`); no shell."""
    on_emergency: tuple[str, ...] = ()
    """The same when a danger sign of level now or today is answered: a bell, a lamp, a message to a carer. It finds
    CRAMPVOICE_EVENT (wake, emergency), CRAMPVOICE_ID and CRAMPVOICE_LEVEL in its environment."""
    command_limit_s: Annotated[float, Field(gt=0, le=600)] = 10.0
    """How long such a program may run before it is ended, in seconds."""


Decibels = Annotated[float, Field(ge=-60, le=0)]
Step = Annotated[int, Field(ge=1, le=12)]
ClockTime = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class NightSettings:
    """How the device behaves all night: what wakes it, how loud it may be, whether it can be talked over."""

    wake_phrase: Annotated[str, Field(pattern=r"^([a-z']+( [a-z']+)*)?$")] = "hello night helper"
    """Lower case words the speech model knows; they open the window. Empty switches this way of waking off."""
    wake_on_distress: bool = True
    """Whether "I've got cramp in my leg" or a danger sign is answered without the phrase."""
    wake_on_trigger: bool = True
    """Whether a key, SIGUSR1 or `trigger_command` opens the window."""
    trigger_command: tuple[str, ...] = ()
    """A program and its arguments, started with the night; each line it prints opens the window (`gpiomon …`)."""
    window_s: Annotated[float, Field(ge=2, le=120)] = 10.0
    """How long the device listens after being woken and after each turn, in seconds."""
    duplex: Literal["half", "full"] = "half"
    """`half`: while it speaks only commands and danger signs count. `full`: everything does; for a microphone from
    which the system takes the device's own voice (echo cancellation)."""
    volume_steps_db: Annotated[tuple[Decibels, ...], Field(min_length=1, max_length=12)] = (
        -30.0,
        -24.0,
        -18.0,
        -12.0,
        -6.0,
        0.0,
    )
    """Volume of each step, in dB below the voice as it is rendered; softest first. Steps are counted from 1."""
    start_step: Step = 3
    """Step each night begins with."""
    normal_step: Step = 4
    """Step a danger sign is never spoken below, whatever was asked for."""
    ceiling_step: Step = 4
    """Loudest step between `ceiling_from` and `ceiling_until`; only "louder" passes it, by one step each time."""
    ceiling_from: ClockTime = "21:00"
    """Local time the ceiling begins at."""
    ceiling_until: ClockTime = "07:00"
    """Local time the ceiling ends at; the same as `ceiling_from` is no ceiling at all."""
    rate_step_wpm: Annotated[int, Field(ge=5, le=60)] = 20
    """How much "slower" and "faster" change the voice, in words per minute."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if list(self.volume_steps_db) != sorted(set(self.volume_steps_db)):
            raise ValueError("volume_steps_db must rise from step to step")
        count = len(self.volume_steps_db)
        for name in ("start_step", "normal_step", "ceiling_step"):
            if getattr(self, name) > count:
                raise ValueError(f"{name} is {getattr(self, name)}, but volume_steps_db has {count} steps")
        return self


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class Settings:
    """Everything an owner can set."""

    phones: Phones = Phones()
    voice: VoiceSettings = VoiceSettings()
    devices: DeviceSettings = DeviceSettings()
    night: NightSettings = NightSettings()
    model: str | None = None
    """Folder of another Vosk model with a dynamic graph; None is the one that comes along."""
    dialogs: str | None = None
    """Folder of other dialogs; None are the ones that come along."""


def load_settings(path: Path | None = None, *, model: Path | None = None) -> Settings:
    """Read the settings; a `model` folder named on the command line comes before theirs.

    With no `path` the user's own file is read if there is one. Raises ContentError with file:line:column of every
    problem, or if `path` was named and does not exist.
    """
    settings = _read(path)
    return settings if model is None else replace(settings, model=str(model))


def _read(path: Path | None) -> Settings:
    named = path is not None
    path = path or SETTINGS_FILE
    if not path.exists():
        if named:
            raise ContentError(f"No settings at {path}: name another file with --settings, or leave it out.")
        return Settings()
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError(f"{path} cannot be read", [Problem(str(path), 1, 1, str(error))]) from error
    if not text.strip():
        return Settings()
    settings: Settings = documents.read(str(path), text, Settings)
    return settings
