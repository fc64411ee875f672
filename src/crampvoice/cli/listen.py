"""The command `listen`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from crampvoice import app
from crampvoice.adapters.sounddevice_devices import Way
from crampvoice.cli.options import Model, SettingsFile, notes
from crampvoice.live import LiveOptions, listen_all_night
from crampvoice.settings import DATA_FOLDER, Settings, load_settings


def listen(
    microphone: Annotated[str | None, typer.Option(help="Part of its name, or its number.", metavar="NAME")] = None,
    loudspeaker: Annotated[str | None, typer.Option(help="The same for the loudspeaker.", metavar="NAME")] = None,
    events: Annotated[Path | None, typer.Option(help="File for what happens, one JSON object a line.", metavar="FILE")] = None,
    words: Annotated[bool, typer.Option("--words", help="Let the events hold what is heard and said.")] = False,
    model: Model = None,
    settings_file: SettingsFile = None,
) -> None:
    """Listen beside the bed all night, and answer.

    Space, enter or 'kill -USR1' wake it without a word; Ctrl-C or 'kill' ends it.

    Example: crampvoice listen --microphone USB --events night.jsonl
    """
    settings = load_settings(settings_file, model=model)
    scripts = app.load_scripts(settings)
    listen_all_night(
        lambda on_event: app.bedside(settings).session(on_event, spell_out=words),
        scripts,
        options_from(settings, microphone=microphone, loudspeaker=loudspeaker, events=events),
        notes.print,
    )


def options_from(
    settings: Settings, *, microphone: str | None = None, loudspeaker: str | None = None, events: Path | None = None
) -> LiveOptions:
    """Make the options of a night from the settings; what was given on the command line comes first.

    A device that was named there has to be there; one from the settings is waited for.
    """
    devices = settings.devices
    named: dict[Way, str | None] = {"input": microphone, "output": loudspeaker}
    return LiveOptions(
        lock_folder=DATA_FOLDER,
        microphone=microphone or devices.microphone,
        loudspeaker=loudspeaker or devices.loudspeaker,
        named_now=frozenset(way for way, name in named.items() if name),
        events=events,
        trigger_command=settings.night.trigger_command if settings.night.wake_on_trigger else (),
        on_wake=devices.on_wake,
        on_emergency=devices.on_emergency,
        command_limit_s=devices.command_limit_s,
    )
