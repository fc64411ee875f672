"""A night with real devices: chunks of the microphone go through the session to the loudspeaker, until it is ended."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path

from crampvoice.adapters.hook_command import HookCommand
from crampvoice.adapters.instance_lock import only_one
from crampvoice.adapters.local_time import time_of_day_s
from crampvoice.adapters.sounddevice_devices import Way, check_wanted
from crampvoice.adapters.sounddevice_io import Loudspeaker, Microphone
from crampvoice.adapters.sounddevice_keeper import Keeper, OnState, State
from crampvoice.adapters.supervisor import Supervisor
from crampvoice.adapters.triggers import Triggers
from crampvoice.dialog.script import Emergency, Script
from crampvoice.messages import RATE_HZ, Level
from crampvoice.night.events import Emit, Event
from crampvoice.night.replay import written_events
from crampvoice.night.session import DeviceName, Session

MakeSession = Callable[[Emit], Session]
"""Makes the session; it is given what to call with each event."""

Tell = Callable[[str], None]
"""Shows one line to whoever looks at the terminal or the journal."""

MINUTE = 60 * RATE_HZ
"""How often the clock is looked at and lost sound is reported, in samples; a whole number of chunks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveOptions:
    """What a live night needs besides its session."""

    lock_folder: Path
    """Folder of the lock that keeps a second one from listening."""
    microphone: str | None = None
    """A part of its name, or its number; None is the default one."""
    loudspeaker: str | None = None
    named_now: frozenset[Way] = frozenset()
    """Which of the two were named for this night: a name that matches nothing is then refused, not waited for."""
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

    Devices that are missing or lost are told of and waited for; `tell` may fail. Raises DeviceError if another one is
    listening, if a device that was named for this night matches none of those there are, or if PortAudio is not installed;
    ContentError if the events cannot be written; EngineError if the speech model fails.
    """
    tell = _unfailing(tell)
    with (
        only_one(options.lock_folder),
        Triggers(options.trigger_command) as triggers,
        written_events(options.events) if options.events else nullcontext() as write,
        Keeper() as keeper,
    ):
        if "input" in options.named_now:
            check_wanted(options.microphone, "input")
        if "output" in options.named_now:
            check_wanted(options.loudspeaker, "output")
        session = make_session(Reports(write, Hooks(scripts, options), tell).take)
        if not triggers.ending:
            _listen(session, keeper, triggers, options, tell)


def _listen(session: Session, keeper: Keeper, triggers: Triggers, options: LiveOptions, tell: Tell) -> None:
    supervisor = Supervisor()
    microphone = Microphone(keeper, options.microphone, _reporter("microphone", session, tell))
    loudspeaker = Loudspeaker(keeper, options.loudspeaker, _reporter("loudspeaker", session, tell))
    lost_sound = _LostSound(microphone, loudspeaker, session, tell)
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
            if keeper.turns:
                supervisor.alive()
            if session.now % MINUTE == 0:
                session.set_clock(time_of_day_s())
                lost_sound.report()
        lost_sound.report()
    finally:
        supervisor.stopping()
        supervisor.close()
        session.close()


def _reporter(name: DeviceName, session: Session, tell: Tell) -> OnState:
    def report(state: State, detail: str) -> None:
        session.device(name, state)
        tell(detail)

    return report


class _LostSound:
    """Reports sound that was lost because the computer was too busy: what is new since the last time, in one line."""

    def __init__(self, microphone: Microphone, loudspeaker: Loudspeaker, session: Session, tell: Tell) -> None:
        self._microphone = microphone
        self._loudspeaker = loudspeaker
        self._session = session
        self._tell = tell
        self._told: dict[str, int] = {}

    def report(self) -> None:
        left_out_ms = round(1000 * self._loudspeaker.left_out_s)
        kinds: tuple[tuple[DeviceName, str, int, str], ...] = (
            ("microphone", "overflow", self._microphone.overflows, "{} times sound of the microphone was lost"),
            ("loudspeaker", "underflow", self._loudspeaker.underflows, "{} times the loudspeaker ran out of sound"),
            ("loudspeaker", "gap", self._loudspeaker.gaps, "{} times speech was held up"),
            ("loudspeaker", "left_out_ms", left_out_ms, "{} ms of speech were left out"),
        )
        parts = []
        for device, state, count, words in kinds:
            if count > self._told.get(state, 0):
                self._told[state] = count
                self._session.device(device, state, count)
                parts.append(words.format(f"{count:,}"))
        if parts:
            self._tell(f"The computer was too busy: so far {', '.join(parts)}.")


def _unfailing(tell: Tell) -> Tell:
    """Make it show what it can: the terminal or the reader of a pipe may be gone, or the disk full."""

    def show(line: str) -> None:
        with suppress(OSError, ValueError, SystemExit):
            tell(line)

    return show


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
            self._emergency.run(data, level.urgency)
