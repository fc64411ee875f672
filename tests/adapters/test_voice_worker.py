"""The process that owns the voice, spoken to as the synthesizer does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import wave
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.needs_voice

ROOT = Path(__file__).parents[2]
WITHOUT_SYSTEM = """
import ctypes, runpy
real = ctypes.CDLL
def library(name, *arguments, **options):
    if name in ("libespeak-ng.so.1", "libespeak.so.1"):
        raise OSError(name)
    loaded.append(name)
    ctypes.CDLL = real
    return real(name, *arguments, **options)
loaded = []
ctypes.CDLL = library
from crampvoice.adapters import voice_worker
voice_worker.main()
import sys
maps = open("/proc/self/maps").read()
print(sorted({line.split()[-1] for line in maps.splitlines() if "libespeak" in line}), file=sys.stderr)
"""
WITHOUT_ANY = """
import ctypes
def library(name, *arguments, **options):
    raise OSError("no " + str(name))
ctypes.CDLL = library
from crampvoice.adapters import voice_worker
voice_worker.main()
"""


def serve(*requests: dict[str, Any], program: tuple[str, ...] = ("-m", "crampvoice.adapters.voice_worker")) -> tuple[Any, str]:
    """Send requests to a worker; gives its answers and what it wrote to standard error."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    lines = "".join(json.dumps(request) + "\n" for request in requests)
    done = subprocess.run(
        [sys.executable, *program], input=lines, capture_output=True, text=True, env=environment, timeout=120, check=False
    )
    return [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def wish(path: Path, text: str = "Pull your toes up.", voice: str = "en-us+f3", rate_wpm: int = 150) -> dict[str, Any]:
    return {"text": text, "voice": voice, "rate_wpm": rate_wpm, "path": str(path)}


def seconds(path: Path) -> float:
    with wave.open(str(path), "rb") as file:
        assert (file.getnchannels(), file.getsampwidth()) == (1, 2)
        assert len(file.readframes(file.getnframes())) == 2 * file.getnframes()
        return file.getnframes() / file.getframerate()


def test_each_request_has_one_answer_and_one_whole_file(tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.wav" for number in range(4)]
    answers, _ = serve(*(wish(path, f"This is sentence number {number}.") for number, path in enumerate(paths)))
    assert answers == [{"ready": True}, *({"path": str(path)} for path in paths)]
    assert all(seconds(path) > 0.5 for path in paths)


def test_the_rate_changes_the_length(tmp_path: Path) -> None:
    slow, fast = tmp_path / "slow.wav", tmp_path / "fast.wav"
    again = tmp_path / "again.wav"
    serve(wish(slow, rate_wpm=100), wish(fast, rate_wpm=250), wish(again, rate_wpm=100))
    assert seconds(slow) > 1.5 * seconds(fast)
    assert seconds(again) == pytest.approx(seconds(slow), abs=0.01)


def test_the_first_sentence_has_its_rate_every_time(tmp_path: Path) -> None:
    lengths = []
    for number in range(6):
        serve(wish(tmp_path / f"{number}.wav", rate_wpm=120))
        lengths.append(seconds(tmp_path / f"{number}.wav"))
    assert max(lengths) - min(lengths) < 0.01


def test_the_voices_can_be_listed() -> None:
    answers, _ = serve({"voices": True})
    assert "en-us" in answers[1]["voices"]


@pytest.mark.parametrize("voice", ["xx-nobody", "en-us+nobody", "", "en-us+../../lang/gmw/en"])
def test_an_unknown_voice_is_an_error_and_the_next_request_works(tmp_path: Path, voice: str) -> None:
    path = tmp_path / "a.wav"
    answers, _ = serve(wish(path, voice=voice), wish(path))
    assert answers[1] == {"error": f"unknown voice '{voice}'"}
    assert answers[2] == {"path": str(path)}


def test_a_bad_request_is_an_error_and_the_next_works(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    answers, _ = serve({"text": "no path, no voice"}, wish(path))
    assert "error" in answers[1]
    assert answers[2] == {"path": str(path)}


def test_any_text_is_spoken(tmp_path: Path) -> None:
    texts = ["two\nlines", "<b>bold</b> & more", "Grüße, 腿抽筋", "…", "[[brackets]] {BRACES}", "one. two! three?"]
    paths = [tmp_path / f"{number}.wav" for number in range(len(texts))]
    answers, _ = serve(*(wish(path, text) for path, text in zip(paths, texts, strict=True)))
    assert [answer.get("path") for answer in answers[1:]] == [str(path) for path in paths]


def test_the_voice_from_the_package_registry_speaks_where_the_system_has_none(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    answers, err = serve(wish(path), wish(path, voice="en-us+nobody"), program=("-c", WITHOUT_SYSTEM))
    assert answers == [{"ready": True}, {"path": str(path)}, {"error": "unknown voice 'en-us+nobody'"}]
    assert seconds(path) > 0.5
    assert "espeakng_loader" in err


def test_without_any_engine_it_says_so_and_ends() -> None:
    answers, _ = serve(program=("-c", WITHOUT_ANY))
    assert len(answers) == 1
    assert answers[0]["error"].startswith("no voice")
