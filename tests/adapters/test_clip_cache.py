"""The cache of rendered speech."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crampvoice.adapters.clip_cache import ClipCache, read_clip, write_clip
from crampvoice.messages import Clip

ROOT = Path(__file__).parents[2]
CLIP = Clip(pcm=bytes(range(256)) * 400, rate_hz=22_050)
SECOND_WRITER = """
import sys
from pathlib import Path
from crampvoice.adapters.clip_cache import ClipCache
from crampvoice.messages import Clip
cache = ClipCache(Path(sys.argv[1]), 1)
for turn in range(300):
    pcm = bytes([turn % 7]) * 40_000
    cache.put("shared", Clip(pcm=pcm, rate_hz=22_050))
    clip = cache.get("shared")
    assert clip is None or (len(clip.pcm) == 40_000 and len(set(clip.pcm)) == 1)
    cache.put(f"{sys.argv[2]}-{turn}", Clip(pcm=pcm, rate_hz=22_050))
    if turn % 20 == 0:
        cache.shrink()
"""


def sizes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def test_what_was_put_is_given_back(tmp_path: Path) -> None:
    cache = ClipCache(tmp_path / "not" / "there" / "yet", 1)
    assert cache.get("a") is None
    cache.put("a", CLIP)
    assert cache.get("a") == CLIP
    assert cache.get("b") is None
    assert ClipCache(cache.folder, 1).get("a") == CLIP


@pytest.mark.parametrize("kept", [0, 10, 44, 1000, -2])
def test_a_damaged_file_counts_as_missing_and_is_replaced(tmp_path: Path, kept: int) -> None:
    cache = ClipCache(tmp_path, 1)
    cache.put("a", CLIP)
    path = cache.path("a")
    path.write_bytes(path.read_bytes()[:kept])
    assert cache.get("a") is None
    assert not path.exists()
    cache.put("a", CLIP)
    assert cache.get("a") == CLIP


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 43), st.integers(0, 255)), min_size=1, max_size=6))
def test_a_header_with_wrong_bytes_gives_a_clip_or_counts_as_missing(tmp_path: Path, changes: list[tuple[int, int]]) -> None:
    cache = ClipCache(tmp_path, 1)
    path = cache.path("a")
    write_clip(path, Clip(pcm=b"\1\2" * 50, rate_hz=22_050))
    data = bytearray(path.read_bytes())
    for place, value in changes:
        data[place] = value
    path.write_bytes(data)
    clip = cache.get("a")
    assert clip is None or clip.duration_s > 0


def test_it_stays_under_its_limit_and_the_clip_used_last_stays(tmp_path: Path) -> None:
    cache = ClipCache(tmp_path, 1)
    for number in range(20):
        cache.put(str(number), CLIP)
        os.utime(cache.path(str(number)), (1_000 + number, 1_000 + number))
    assert cache.get("0") == CLIP
    cache.shrink()
    assert sizes(tmp_path) <= 1_000_000
    assert cache.get("0") == CLIP
    assert cache.get("1") is None
    assert cache.get("19") == CLIP


def test_it_looks_at_its_size_while_it_is_filled(tmp_path: Path) -> None:
    cache = ClipCache(tmp_path, 1)
    for number in range(120):
        cache.put(str(number), CLIP)
    assert sizes(tmp_path) < 1_000_000 + 51 * 103_000


def test_half_written_files_of_killed_writers_are_removed(tmp_path: Path) -> None:
    cache = ClipCache(tmp_path, 1)
    cache.put("a", CLIP)
    old, new = (cache.path("a").parent / name for name in (".old.part", ".new.part"))
    old.write_bytes(b"half")
    new.write_bytes(b"half")
    os.utime(old, (time.time() - 7_200,) * 2)
    cache.shrink()
    assert (old.exists(), new.exists()) == (False, True)


def test_a_folder_that_cannot_be_written_is_no_reason_to_fail(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    cache = ClipCache(tmp_path / "taken", 1)
    cache.put("a", CLIP)
    assert cache.get("a") is None
    cache.shrink()


def test_the_folder_may_be_deleted_at_any_time(tmp_path: Path) -> None:
    cache = ClipCache(tmp_path / "cache", 1)
    cache.put("a", CLIP)
    cache.path("a").unlink()
    cache.path("a").parent.rmdir()
    cache.folder.rmdir()
    assert cache.get("a") is None
    cache.put("a", CLIP)
    assert cache.get("a") == CLIP


def test_two_processes_at_once_never_meet_a_half_written_clip(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    writers = [
        subprocess.Popen([sys.executable, "-c", SECOND_WRITER, str(tmp_path), name], env=environment, stderr=subprocess.PIPE)
        for name in "ab"
    ]
    for writer in writers:
        _, err = writer.communicate(timeout=120)
        assert writer.returncode == 0, err.decode()
    for path in tmp_path.rglob("*.wav"):
        assert read_clip(path).samples == 20_000
    assert not list(tmp_path.rglob("*.part"))


def test_a_writer_that_is_killed_leaves_no_clip(tmp_path: Path) -> None:
    code = SECOND_WRITER.replace("range(300)", "range(10**9)")
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path), "a"], env=environment) as writer:
        while not list(tmp_path.rglob("*.wav")):
            assert writer.poll() is None
        writer.kill()
    for path in tmp_path.rglob("*.wav"):
        assert read_clip(path).samples == 20_000


def test_a_clip_that_cannot_be_written_whole_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    write_clip(path, CLIP)
    with pytest.raises(TypeError):
        write_clip(path, Clip(pcm=None, rate_hz=22_050))  # type: ignore[arg-type]
    assert read_clip(path) == CLIP
    assert list(tmp_path.iterdir()) == [path]
