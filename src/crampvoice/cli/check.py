"""The command `check`: the doctor."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Annotated

import typer

from crampvoice import app, resources
from crampvoice.adapters.speech_model import SpeechModel, wrong_files
from crampvoice.cli.options import Model, SettingsFile, out
from crampvoice.errors import CrampvoiceError, EngineError
from crampvoice.settings import CACHE_FOLDER, Settings, load_settings


def check(
    live: Annotated[bool, typer.Option("--live", help="Listen for some seconds: is the microphone fine?")] = False,
    seconds: Annotated[float, typer.Option(help="How long --live listens.", min=2, max=60)] = 5.0,
    model: Model = None,
    settings_file: SettingsFile = None,
) -> None:
    """Check everything that is needed, a line each, with what to do when something is wrong.

    The exit code is 0 when hearing, understanding and speaking work; missing audio devices are only told.

    Example: crampvoice check --live
    """
    settings = load_settings(settings_file, model=model)
    checks: tuple[tuple[str, Callable[[Settings], str]], ...] = (
        ("dialogs", _dialogs),
        ("understanding", _understanding),
        ("model", _model),
        ("vocabulary", _vocabulary),
        ("voice", _voice),
        ("cache", _cache),
    )
    failed = [name for name, run in checks if not _told(name, run, settings)]
    _told("devices", _devices, settings, needed=False)
    if live:
        from crampvoice.cli.meter import measure_level

        measure_level(out, settings.devices.microphone, seconds=seconds)
    raise typer.Exit(EngineError.exit_code if failed else 0)


def _told(name: str, run: Callable[[Settings], str], settings: Settings, *, needed: bool = True) -> bool:
    try:
        out.print(f"ok    {name:14} {run(settings)}", style="green")
    except CrampvoiceError as error:
        mark, style = ("FAIL", "red") if needed else ("note", "yellow")
        problems = getattr(error, "problems", ())
        text = "; ".join(str(problem) for problem in problems[:3]) or str(error)
        out.print(f"{mark}  {name:14} {text}", style=style)
        return False
    return True


def _dialogs(settings: Settings) -> str:
    library = app.load_library(settings)
    counts = (sum(1 for _ in part) for part in (library.topics, library.emergencies, library.controls))
    return "{} topics, {} danger signs, {} controls".format(*counts)


def _understanding(settings: Settings) -> str:
    understanding = app.understanding(settings, app.load_library(settings))
    return f"{len(understanding.matcher.classes)} meanings, sums right"


def _model(settings: Settings) -> str:
    folder = app.model_folder(settings)
    app.speech_model(settings)
    if wrong := wrong_files(folder):
        raise EngineError(f"{wrong[0]} is not the file it should be: reinstall crampvoice, or name another with --model.")
    known = folder.resolve() == resources.SPEECH_MODEL.resolve()
    return f"{folder.name} loads, {'sums right' if known else 'no sums to compare with'}"


def _vocabulary(settings: Settings) -> str:
    model: SpeechModel = app.speech_model(settings)
    app.wake_phrase(settings, model)
    stand_ins = app.stand_ins(settings, model)
    words = sorted({word for phrase in app.wordings(settings) for word in phrase.split()})
    unknown = [word for word in words if not model.knows(word)]
    missing = [word for word in unknown if stand_ins.missing(word)]
    if missing:
        raise EngineError(f"no word and no stand-in for {', '.join(missing[:8])}: add them to dialogs/heard-as.yaml")
    shown = ", ".join(f"{word} ({stand_ins.heard_as(word)[0]})" for word in _examples(unknown))
    return f"{len(words)} words; {len(unknown)} cannot be heard and have stand-ins, for instance {shown}"


def _examples(words: list[str]) -> Iterator[str]:
    return (word for word in words if word in ("tetany", "furosemide", "mum's"))


def _voice(settings: Settings) -> str:
    voice = app.synthesizer(settings)
    try:
        voice.voices()  # a sentence from the cache would not tell that the engine is gone
        clip = voice.render("Straighten your leg and pull your toes toward your shin.")
    finally:
        voice.close()
    return f"{settings.voice.name} at {settings.voice.rate_wpm} words a minute speaks ({clip.rate_hz} Hz)"


def _cache(settings: Settings) -> str:
    folder = CACHE_FOLDER / "speech"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EngineError(f"{folder} cannot be made ({error.strerror}): speech is rendered anew each time.") from error
    if not os.access(folder, os.W_OK):
        raise EngineError(f"{folder} cannot be written: speech is rendered anew each time. Check its permissions.")
    files = list(folder.glob("*/*.wav"))
    size = sum(file.stat().st_size for file in files) / 1e6
    return f"{folder}: {len(files)} sentences, {size:.0f} of at most {settings.voice.cache_mb} MB"


def _devices(settings: Settings) -> str:
    from crampvoice.adapters.sounddevice_devices import devices

    found = devices()
    inputs = [device.name for device in found if device.channels("input")]
    outputs = [device.name for device in found if device.channels("output")]
    if not inputs or not outputs:
        raise EngineError("no microphone or no loudspeaker; needed by 'listen' only ('crampvoice devices')")
    return f"{len(inputs)} microphones, {len(outputs)} loudspeakers ('crampvoice devices')"
