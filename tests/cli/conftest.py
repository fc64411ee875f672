"""The command line in this process, with the real parts loaded once, and in a process of its own, with folders of its own."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from running import ROOT, Ran, Run

from crampvoice import app, cli, settings
from crampvoice.adapters.pyttsx3_synthesizer import Pyttsx3Synthesizer
from crampvoice.cli import check
from crampvoice.settings import Settings


@pytest.fixture(scope="session")
def parts() -> Iterator[pytest.MonkeyPatch]:
    """Keep the model, its decodes and the understanding from command to command; loading them takes seconds."""
    patch = pytest.MonkeyPatch()
    ears, understanding, warm_up = app.ears, app.understanding, app.warm_up
    kept: dict[Any, Any] = {}

    def keep(key: Any, make: Callable[[], Any]) -> Any:
        if key not in kept:
            kept[key] = make()
        return kept[key]

    patch.setattr(app, "ears", lambda s, fresh=False: keep(("ears", s.model, s.dialogs, fresh), lambda: ears(s, fresh=fresh)))
    patch.setattr(app, "understanding", lambda s, lib: keep(("meaning", s.dialogs), lambda: understanding(s, lib)))
    patch.setattr(app, "warm_up", lambda some: keep(("warm", id(some)), lambda: warm_up(some)))
    yield patch
    patch.undo()


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder of rendered speech for all tests, so that each sentence is rendered once."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def run(
    parts: pytest.MonkeyPatch,
    cache: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Run]:
    """Run a command in this process: `run("ask", file, stdin="…")`; the working folder is `tmp_path`."""
    voices: list[Pyttsx3Synthesizer] = []
    make_voice = app.synthesizer

    def voice(chosen: Settings) -> Pyttsx3Synthesizer:
        voices.append(make_voice(chosen))
        return voices[-1]

    monkeypatch.setattr(app, "synthesizer", voice)
    monkeypatch.setattr(app, "CACHE_FOLDER", cache)
    monkeypatch.setattr(check, "CACHE_FOLDER", cache)
    monkeypatch.setattr(app, "DIARY_FILE", tmp_path / "data" / "diary.sqlite3")
    monkeypatch.setattr(settings, "SETTINGS_FILE", tmp_path / "no-settings.yaml")
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "src"))  # for the child process of the voice, in another folder
    monkeypatch.chdir(tmp_path)

    def command(*arguments: str | Path, stdin: str | bytes = "") -> Ran:
        raw = stdin.encode() if isinstance(stdin, str) else stdin
        monkeypatch.setattr(sys, "argv", ["crampvoice", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw), encoding="utf-8"))
        cli.app.registered_commands.clear()
        cli.app.registered_groups.clear()
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        captured = capsys.readouterr()
        return Ran(int(ended.value.code or 0), captured.out, captured.err)

    yield command
    for one in voices:
        one.close()


@pytest.fixture
def environment(tmp_path: Path, cache: Path) -> dict[str, str]:
    """Give the environment of a newcomer: an own home, the folder of rendered speech shared."""
    (tmp_path / "home").mkdir()
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT / "src"),
        "HOME": str(tmp_path / "home"),
        "XDG_CACHE_HOME": str(cache),
        "PULSE_SERVER": "unix:/nowhere",
        "LANG": "C.UTF-8",
    }
