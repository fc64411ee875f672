"""The voice with its cache and its deadline; only the hung and the dying worker are made up."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from crampvoice.adapters import pyttsx3_synthesizer as module
from crampvoice.adapters.clip_cache import ClipCache
from crampvoice.adapters.pyttsx3_synthesizer import Pyttsx3Synthesizer
from crampvoice.audio.pcm import level_dbfs, to_samples
from crampvoice.errors import EngineError
from crampvoice.settings import VoiceSettings

pytestmark = pytest.mark.needs_voice

ROOT = Path(__file__).parents[2]
TEXT = "Straighten your leg."
Make = Callable[..., Pyttsx3Synthesizer]

HANGS_ONCE = """
import json, pathlib, sys, time
marker = pathlib.Path({marker!r})
if marker.exists():
    from crampvoice.adapters import voice_worker
    voice_worker.main()
else:
    marker.touch()
    print(json.dumps({{"ready": True}}), flush=True)
    time.sleep(1000)
"""
HANGS = "import time; print('{\"ready\": true}', flush=True); time.sleep(1000)"
NEVER_READY = "import time; time.sleep(1000)"
DIES = "print('{\"ready\": true}', flush=True); input()"
BABBLES = "print('{\"ready\": true}', flush=True); input(); print('hello')"
REAL = "from crampvoice.adapters import voice_worker; voice_worker.main()"
NO_ENGINE = 'print(\'{"error": "no voice: nothing here"}\', flush=True)'


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    """Make synthesizers with a cache of their own; they are closed at the end."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "src"))
    made: list[Pyttsx3Synthesizer] = []

    def new(**settings: object) -> Pyttsx3Synthesizer:
        made.append(Pyttsx3Synthesizer(VoiceSettings(**settings), ClipCache(tmp_path / "cache", 10)))  # type: ignore[arg-type]
        return made[-1]

    yield new
    for one in made:
        one.close()


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], list[int]]:
    """Replace the program of the worker; gives the list of process ids that grows as workers start."""

    def replace(program: str) -> list[int]:
        started: list[int] = []
        real = module.subprocess.Popen

        def popen(command: list[str], **options: object) -> object:
            process = real([sys.executable, "-c", program], **options)
            started.append(process.pid)
            return process

        monkeypatch.setattr(module.subprocess, "Popen", popen)
        return started

    return replace


def test_a_sentence_becomes_speech_without_silence_around_it(make: Make) -> None:
    clip = make().render(TEXT)
    samples = to_samples(clip.pcm)
    assert clip.rate_hz == 22_050
    assert 0.5 < clip.duration_s < 3
    assert level_dbfs(samples) > -40
    assert np.flatnonzero(np.abs(samples) > 0.004)[0] <= 0.03 * clip.rate_hz
    assert np.flatnonzero(np.abs(samples) > 0.004)[-1] >= samples.size - 0.16 * clip.rate_hz


def test_the_second_time_needs_no_worker(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    clip = make().render(TEXT)

    def refuse(*arguments: object, **options: object) -> None:
        raise AssertionError("a worker was started")

    monkeypatch.setattr(module.subprocess, "Popen", refuse)
    assert make().render(TEXT) == clip


def test_voice_rate_and_text_have_clips_of_their_own(make: Make) -> None:
    clips = [
        make().render(TEXT).pcm,
        make().render("Straighten your legs.").pcm,
        make(rate_wpm=200).render(TEXT).pcm,
        make(name="en+m3").render(TEXT).pcm,
    ]
    assert len(set(clips)) == 4


def test_a_damaged_clip_is_rendered_anew(make: Make, tmp_path: Path) -> None:
    clip = make().render(TEXT)
    [path] = (tmp_path / "cache").rglob("*.wav")
    path.write_bytes(path.read_bytes()[:100])
    assert make().render(TEXT) == clip
    assert path.stat().st_size > 100


def test_a_cache_that_cannot_be_written_does_not_silence_it(make: Make, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("")
    assert make().render(TEXT).duration_s > 0.5


def test_many_sentences_are_rendered_by_one_voice(make: Make) -> None:
    voice = make()
    assert [voice.render(f"Number {number}.").duration_s > 0.3 for number in range(8)] == [True] * 8


def test_bytes_that_are_no_text_are_left_out(make: Make) -> None:
    voice = make()
    assert voice.render("Straighten \udcffyour leg.") == voice.render(TEXT)


def test_an_unknown_voice_is_told_with_those_there_are(make: Make) -> None:
    voice = make(name="xx-nobody")
    with pytest.raises(EngineError, match=r"no voice 'xx-nobody'.*en-us") as told:
        voice.render(TEXT)
    assert str(told.value).count("\n") == 0


def test_nothing_in_the_working_folder_is_taken_for_a_library(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "wave.py").write_text("raise ImportError('not the one you want')")
    monkeypatch.chdir(tmp_path)
    assert make().render(TEXT).duration_s > 0.5


def test_a_hung_worker_is_killed_and_replaced(make: Make, worker: Callable[[str], list[int]], tmp_path: Path) -> None:
    started = worker(HANGS_ONCE.format(marker=str(tmp_path / "hung")))
    assert make(deadline_s=3.0).render(TEXT).duration_s > 0.5
    assert len(started) == 2
    assert not Path(f"/proc/{started[0]}").exists()


def test_a_worker_that_hangs_twice_is_an_error_and_leaves_no_process(make: Make, worker: Callable[[str], list[int]]) -> None:
    started = worker(HANGS)
    with pytest.raises(EngineError, match="does not answer"):
        make(deadline_s=0.2).render(TEXT)
    assert len(started) == 2
    assert not [pid for pid in started if Path(f"/proc/{pid}").exists()]


def test_a_worker_that_dies_is_an_error(make: Make, worker: Callable[[str], list[int]]) -> None:
    worker(DIES)
    with pytest.raises(EngineError, match="it has ended"):
        make().render(TEXT)


def test_a_worker_that_never_starts_is_an_error(
    make: Make, worker: Callable[[str], list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "START_WITHIN_S", 0.2)
    [*started] = worker(NEVER_READY)
    with pytest.raises(EngineError, match="does not start"):
        make().render(TEXT)
    assert not started


def test_without_an_engine_the_reason_is_told(make: Make, worker: Callable[[str], list[int]]) -> None:
    worker(NO_ENGINE)
    with pytest.raises(EngineError, match=r"There is no voice: nothing here\. Run 'crampvoice check'"):
        make().render(TEXT)


def test_all_rates_are_spoken_by_one_worker(make: Make, worker: Callable[[str], list[int]]) -> None:
    started = worker(REAL)
    voice = make()
    slow, usual, fast = (voice.render(TEXT, rate_wpm) for rate_wpm in (100, None, 250))
    assert slow.samples > usual.samples > fast.samples
    assert usual == make(rate_wpm=150).render(TEXT)
    assert len(started) == 1


@pytest.mark.parametrize("program", [HANGS, NEVER_READY])
def test_closing_ends_a_worker_that_another_thread_waits_for(
    make: Make, worker: Callable[[str], list[int]], caplog: pytest.LogCaptureFixture, program: str
) -> None:
    started = worker(program)
    voice = make()
    with ThreadPoolExecutor(1) as pool:
        rendering = pool.submit(voice.render, TEXT)
        while not started:
            time.sleep(0.01)
        time.sleep(0.2)
        voice.close()
        with pytest.raises(EngineError):
            rendering.result(5)
    assert not caplog.records
    assert not Path(f"/proc/{started[0]}").exists()
    with pytest.raises(EngineError, match="closed"):
        voice.render(TEXT)
    assert len(started) == 1


def test_what_the_system_refuses_is_an_error(make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(module.tempfile, "tempdir", str(tmp_path / "nowhere"))
        with pytest.raises(EngineError, match="temporary files"):
            make().render(TEXT)
    monkeypatch.setattr(module.sys, "executable", str(tmp_path / "no-python"))
    with pytest.raises(EngineError, match="does not start"):
        make().render(TEXT)


def test_a_worker_that_answers_nonsense_is_an_error(make: Make, worker: Callable[[str], list[int]]) -> None:
    worker(BABBLES)
    with pytest.raises(EngineError, match="something else"):
        make().render(TEXT)


def test_after_a_failure_the_next_sentence_is_spoken(make: Make, worker: Callable[[str], list[int]], tmp_path: Path) -> None:
    voice = make()
    voice.render("Before.")
    assert voice._worker is not None
    voice._worker._process.kill()
    assert voice.render(TEXT).duration_s > 0.5
