"""The command `prerender`: everything that can be said is made into sound before the night."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from crampvoice import app
from crampvoice.cli.options import SettingsFile, out
from crampvoice.dialog.reply import STAYS
from crampvoice.dialog.review import spoken
from crampvoice.dialog.routine import HALFWAY
from crampvoice.dialog.script import Script
from crampvoice.errors import EngineError
from crampvoice.ports import Synthesizer
from crampvoice.settings import Phones, load_settings

GIVE_UP_AFTER = 3
"""When so many more sentences have failed than were rendered, there is no voice."""


def prerender(settings_file: SettingsFile = None) -> None:
    """Make everything that can be said into sound, so that no answer has to wait for the voice.

    It can be interrupted and goes on where it was. Run it again when the voice, the numbers to call or the dialogs have
    changed.

    Example: crampvoice prerender
    """
    settings = load_settings(settings_file)
    texts = sentences_ahead(app.load_library(settings).scripts, settings.phones)
    voice = app.synthesizer(settings)
    try:
        megabytes = render_ahead(texts, voice, out) / 1e6
    finally:
        voice.close()
    if megabytes > settings.voice.cache_mb:
        out.print(
            f"They take {megabytes:.0f} MB, and the cache keeps {settings.voice.cache_mb}: raise 'cache_mb' under 'voice' "
            "in the settings and run this again."
        )


def sentences_ahead(scripts: Mapping[str, Script], phones: Phones) -> list[str]:
    """Give every sentence that can be known ahead, as it will be spoken, each once, danger signs and relief first.

    Left out are the day and time of a diary entry and "Do you mean …, or …?", which are rendered when needed.
    """
    first = sorted(scripts, key=lambda id_: (not id_.startswith(("emergency.", "relief.", "unclear.")), id_))
    texts = [HALFWAY, STAYS, *(sentence.text for id_ in first for sentence in spoken(scripts[id_]))]
    return list(dict.fromkeys(phones.fill(text) for text in texts if "{WHEN}" not in text))


def render_ahead(texts: Iterable[str], synthesizer: Synthesizer, console: Console) -> int:
    """Render each sentence into the cache of the synthesizer, and give the bytes it takes; what is there costs nothing.

    A sentence that fails is tried once more at the end. Interrupted with Ctrl-C it says how far it came, and raises
    KeyboardInterrupt on. Raises EngineError when some cannot be rendered, at once when none can.
    """
    texts = list(texts)
    failed: list[str] = []
    done = size = 0
    try:
        for text in _with_bar(texts, console):
            try:
                size += len(synthesizer.render(text).pcm)
                done += 1
            except EngineError:
                failed.append(text)
                if len(failed) > GIVE_UP_AFTER + done:
                    raise
    except KeyboardInterrupt:
        console.print(f"{done} of {len(texts)} sentences are ready; the next 'crampvoice prerender' goes on from there.")
        raise
    for text in failed:
        size += len(synthesizer.render(text).pcm)
    console.print(f"All {len(texts)} sentences are ready.")
    return size


def _with_bar(texts: list[str], console: Console) -> Iterator[str]:
    columns = (TextColumn("Rendering"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        yield from progress.track(texts)
