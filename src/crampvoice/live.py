"""A night with real devices: chunks of the microphone go through the session to the loudspeaker, until it is ended."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from crampvoice.adapters.hook_command import HookCommand
from crampvoice.adapters.instance_lock import only_one
from crampvoice.adapters.sounddevice_devices import check_wanted
from crampvoice.adapters.sounddevice_io import Loudspeaker, Microphone
from crampvoice.adapters.sounddevice_keeper import Keeper, OnState, State
from crampvoice.adapters.supervisor import Supervisor
from crampvoice.adapters.triggers import Triggers
from crampvoice.dialog.script import Emergency, Script
from crampvoice.messages import Level
from crampvoice.night.events import Emit, Event
from crampvoice.night.replay import written_events
from crampvoice.night.session import Session

MakeSession = Callable[[Emit], Session]
"""Makes the session; it is given what to call with each event."""

Tell = Callable[[str], None]
"""Shows one line to whoever looks at the terminal or the journal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveOptions:
    """What a live night needs besides its session."""

    lock_folder: Path
    """Folder of the lock that keeps a second one from listening."""
    microphone: str | None = None
    """A part of its name, or its number; None is the default one."""
    loudspeaker: str | None = None
    events: Path | None = None
    """File for the events, one JSON object a line; written anew."""
    trigger_command: tuple[str, ...] = ()
    """Each line this program prints wakes."""
    on_wake: tuple[str, ...] = ()
    """Program that is run when the device wakes."""
    on_emergency: tuple[str, ...] = ()
    """Program that is run when a danger sign of level now or today is answered."""
    command_limit_s: float = 10.0
    """How long these two may run, in seconds."""


def listen_all_night(make_session: MakeSession, scripts: Mapping[str, Script], options: LiveOptions, tell: Tell) -> None:
    """Listen and answer until SIGTERM, SIGINT or Ctrl-C.

    Devices that are missing or lost are told of and waited for. Raises DeviceError if another one is listening, if a
    device is named that matches none of those there are, or if PortAudio is not installed; ContentError if the events
    cannot be written; EngineError if the speech model fails.
    """
    with (
        only_one(options.lock_folder),
        Triggers(options.trigger_command) as triggers,
        written_events(options.events) if options.events else nullcontext() as write,
        Keeper() as keeper,
    ):
        check_wanted(options.microphone, "input")
        check_wanted(options.loudspeaker, "output")
        session = make_session(Reports(write, Hooks(scripts, options), tell).take)
        if not triggers.ending:
            _listen(session, keeper, triggers, options, tell)


def _listen(session: Session, keeper: Keeper, triggers: Triggers, options: LiveOptions, tell: Tell) -> None:
    supervisor = Supervisor()
    microphone = Microphone(keeper, options.microphone, _reporter("microphone", session, tell))
    loudspeaker = Loudspeaker(keeper, options.loudspeaker, _reporter("loudspeaker", session, tell))
    supervisor.ready()
    try:
        for chunk in microphone.chunks():
            if triggers.ending:
                microphone.end()
                continue
            if triggers.pressed():
                session.wake()
            loudspeaker.write(session.feed(chunk))
            microphone.at_rest = session.at_rest
            supervisor.alive()
    finally:
        supervisor.stopping()
        supervisor.close()
        session.close()


def _reporter(name: Literal["microphone", "loudspeaker"], session: Session, tell: Tell) -> OnState:
    def report(state: State, detail: str) -> None:
        session.device(name, state)
        tell(detail)

    return report


class Reports:
    """Takes the events of the session: into the file, and to the owner's programs. It never fails."""

    def __init__(self, write: Emit | None, hooks: Hooks, tell: Tell) -> None:
        """Take what writes an event, if events are wanted, and what is run."""
        self._write = write
        self._hooks = hooks
        self._tell = tell

    def take(self, event: Event) -> None:
        """Report one event; when the disk is full, the night goes on without the file."""
        self._hooks.run(event)
        if self._write is not None:
            try:
                self._write(event)
            except OSError as error:
                self._write = None
                self._tell(f"No more events are written ({error.strerror}).")


class Hooks:
    """Runs the owner's programs when the device wakes or answers a danger sign."""

    def __init__(self, scripts: Mapping[str, Script], options: LiveOptions) -> None:
        """Take the levels of danger signs from the scripts, unless a rule has raised one."""
        self._scripts = scripts
        self._wake = HookCommand(options.on_wake, options.command_limit_s)
        self._emergency = HookCommand(options.on_emergency, options.command_limit_s)
        self._raised: str | None = None

    def run(self, event: Event) -> None:
        """Run what belongs to an event, in the background."""
        if event.kind == "wake":
            self._wake.run({"CRAMPVOICE_EVENT": "wake", "CRAMPVOICE_ID": str(event.data.get("by", ""))})
        elif event.kind == "decide":
            self._raised = event.data.get("level")
        elif event.kind == "say_start" and event.data.get("sentence") == 0 and not event.data.get("repeat"):
            self._answered(str(event.data.get("id")))

    def _answered(self, id_: str) -> None:
        script = self._scripts.get(id_)
        if not isinstance(script, Emergency):
            return
        level = Level(self._raised or script.level)
        if level.urgency >= Level.TODAY.urgency:
            data = {"CRAMPVOICE_EVENT": "emergency", "CRAMPVOICE_ID": id_, "CRAMPVOICE_LEVEL": level.value}
            self._emergency.run(data)
