"""Sound files of every kind a person may have, and of no kind at all."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crampvoice.adapters.audio_files import AudioFile, load_clip, save_clip, shown
from crampvoice.errors import ContentError
from crampvoice.messages import CHUNK_SAMPLES, RATE_HZ, Clip


def tone(seconds: float, rate_hz: int, channels: int = 1) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Make 440 Hz at half of full scale, (samples, channels)."""
    time = np.arange(round(seconds * rate_hz)) / rate_hz
    return np.repeat(0.5 * np.sin(2 * np.pi * 440 * time)[:, None], channels, axis=1)


def read(path: Path) -> np.ndarray[tuple[int, ...], np.dtype[np.int16]]:
    """Read all chunks of a file after checking that they follow each other."""
    chunks = list(AudioFile(path).chunks())
    assert [chunk.start for chunk in chunks] == [i * CHUNK_SAMPLES for i in range(len(chunks))]
    assert {len(chunk.pcm) for chunk in chunks} == {2 * CHUNK_SAMPLES}
    return np.frombuffer(b"".join(chunk.pcm for chunk in chunks), dtype="<i2")


@pytest.mark.parametrize(
    ("name", "rate_hz", "channels", "subtype"),
    [
        ("a.wav", 16_000, 1, "PCM_16"),
        ("a.wav", 8_000, 1, "PCM_U8"),
        ("a.wav", 8_000, 1, "ULAW"),
        ("a.wav", 44_100, 2, "PCM_24"),
        ("a.wav", 48_000, 6, "FLOAT"),
        ("a.wav", 192_000, 2, "DOUBLE"),
        ("a.wav", 11_025, 1, "PCM_32"),
        ("a.flac", 48_000, 2, "PCM_24"),
        ("a.ogg", 44_100, 2, "VORBIS"),
        ("a.ogg", 48_000, 2, "OPUS"),
        ("a.mp3", 44_100, 2, "MPEG_LAYER_III"),
    ],
)
def test_every_kind_comes_out_as_the_same_sound(tmp_path: Path, name: str, rate_hz: int, channels: int, subtype: str) -> None:
    path = tmp_path / name
    soundfile.write(path, tone(1.5, rate_hz, channels), rate_hz, subtype=subtype)
    heard = read(path)
    assert heard.size == pytest.approx(1.5 * RATE_HZ, abs=3 * CHUNK_SAMPLES)
    spectrum = np.abs(np.fft.rfft(heard[4_000:20_000] * np.hanning(16_000)))
    assert int(spectrum.argmax()) == 440
    assert heard[4_000:20_000].std() == pytest.approx(0.5 / np.sqrt(2) * 32_768, rel=0.05)
    assert AudioFile(path).duration_s == pytest.approx(1.5, abs=0.1)


def test_a_file_at_16_khz_is_not_changed(tmp_path: Path) -> None:
    sound = np.random.default_rng(1).integers(-32_768, 32_767, 5_000, dtype=np.int16)
    soundfile.write(tmp_path / "a.wav", sound, RATE_HZ)
    heard = read(tmp_path / "a.wav")
    np.testing.assert_array_equal(heard[:5_000], sound)
    assert not heard[5_000:].any()
    assert heard.size == 10 * CHUNK_SAMPLES


def test_blocks_leave_no_seam(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.flac", tone(12, 44_100, 2), 44_100)
    heard = read(tmp_path / "a.flac")[2_000 : 11 * RATE_HZ].astype(np.float64)
    predicted = 2 * np.cos(2 * np.pi * 440 / RATE_HZ) * heard[1:-1] - heard[:-2]
    assert np.abs(heard[2:] - predicted).max() < 10


def test_values_that_are_no_numbers_become_sound_within_bounds(tmp_path: Path) -> None:
    sound = tone(1, RATE_HZ).astype(np.float32)
    sound[100:200] = np.nan
    sound[300] = np.inf
    soundfile.write(tmp_path / "a.wav", sound, RATE_HZ, subtype="FLOAT")
    assert read(tmp_path / "a.wav")[1_000:].std() > 10_000


@pytest.mark.parametrize(
    "name", ["my leg.wav", "two\nlines.wav", "Fußkrampf ночь 夜.wav", "-x.wav", os.fsdecode(b"bad\xff.wav")]
)
def test_names_may_have_any_characters(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    soundfile.write(tmp_path / "plain.wav", tone(0.5, RATE_HZ), RATE_HZ)
    (tmp_path / "plain.wav").rename(path)
    assert read(path).size >= 0.5 * RATE_HZ
    message = shown(path)
    message.encode("utf-8")
    assert "\n" not in message


def refused(path: Path) -> str:
    """Read a file that cannot be used and give the message."""
    with pytest.raises(ContentError) as caught:
        list(AudioFile(path).chunks())
    message = str(caught.value)
    assert message.startswith(shown(path))
    assert len(message.splitlines()) == 1
    return message


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    assert "No such file" in refused(tmp_path / "none.wav")
    with pytest.raises(ContentError, match="No such file"):
        _ = AudioFile(tmp_path / "none.wav").duration_s


def test_a_name_no_system_takes_is_refused(tmp_path: Path) -> None:
    assert "cannot be read" in refused(tmp_path / ("x" * 300))
    assert "cannot be read" in refused(tmp_path / "nul\0.wav")


def test_a_folder_is_refused(tmp_path: Path) -> None:
    assert "is a folder" in refused(tmp_path)


def test_a_pipe_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.wav")
    assert "not a regular file" in refused(tmp_path / "pipe.wav")


def test_a_file_without_permission_is_refused(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", tone(0.1, RATE_HZ), RATE_HZ)
    (tmp_path / "a.wav").chmod(0)
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(65_534)
    try:
        assert "Permission denied" in refused(tmp_path / "a.wav")
    finally:
        if is_root:
            os.seteuid(0)


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.wav").touch()
    assert "is empty" in refused(tmp_path / "a.wav")


def test_a_file_with_no_samples_is_refused(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", tone(0, RATE_HZ), RATE_HZ)
    assert "holds no sound" in refused(tmp_path / "a.wav")


def test_what_is_not_audio_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_text("id: relief.calf\n" * 100)
    assert "is not audio" in refused(tmp_path / "a.wav")


@pytest.mark.parametrize(
    ("name", "subtype"), [("a.wav", "PCM_16"), ("a.flac", "PCM_16"), ("a.ogg", "VORBIS"), ("a.ogg", "OPUS")]
)
@pytest.mark.parametrize("kept", [0.1, 0.5, 0.97])
def test_a_truncated_file_is_refused(tmp_path: Path, name: str, subtype: str, kept: float) -> None:
    path = tmp_path / name
    sound = np.random.default_rng(2).normal(0, 0.1, 5 * RATE_HZ)
    soundfile.write(path, sound, RATE_HZ, subtype=subtype)
    os.truncate(path, int(path.stat().st_size * kept))
    message = refused(path)
    assert "cut off" in message or "is not audio" in message
    with pytest.raises(ContentError):
        load_clip(path)


def test_a_wav_written_into_a_pipe_claims_a_wrong_length_and_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    soundfile.write(path, tone(1, RATE_HZ), RATE_HZ)
    content = bytearray(path.read_bytes())
    content[40:44] = b"\xff\xff\xff\xff"
    path.write_bytes(content)
    assert read(path).size >= RATE_HZ


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    beginning=st.sampled_from(
        [b"", b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0", b"fLaC\0\0\0\x22", b"OggS\0\2", b"FORM", b"caff", b"ID3"]
    ),
    rest=st.binary(max_size=400),
)
def test_any_bytes_give_sound_or_a_content_error(tmp_path: Path, beginning: bytes, rest: bytes) -> None:
    path = tmp_path / "any.wav"
    path.write_bytes(beginning + rest)
    with contextlib.suppress(ContentError):
        assert all(len(chunk.pcm) == 2 * CHUNK_SAMPLES for chunk in AudioFile(path).chunks())


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_damaged_file_gives_sound_or_a_content_error(tmp_path: Path, data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(["wav", "flac", "ogg"]))
    path = tmp_path / f"a.{kind}"
    soundfile.write(path, tone(0.3, 22_050, 2), 22_050)
    content = bytearray(path.read_bytes())
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=8)):
        content[place] = data.draw(st.integers(0, 255))
    path.write_bytes(content)
    with contextlib.suppress(ContentError):
        assert all(len(chunk.pcm) == 2 * CHUNK_SAMPLES for chunk in AudioFile(path).chunks())


def test_a_clip_survives_the_way_to_a_file_and_back(tmp_path: Path) -> None:
    clip = Clip(pcm=np.arange(-500, 500, dtype="<i2").tobytes(), rate_hz=22_050)
    save_clip(tmp_path / "new" / "a.wav", clip)
    assert load_clip(tmp_path / "new" / "a.wav") == clip
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["a.wav"]


def test_a_clip_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file where a folder should be")
    with pytest.raises(ContentError, match="cannot be written"):
        save_clip(tmp_path / "taken" / "a.wav", Clip(pcm=b"\0\0", rate_hz=RATE_HZ))
    (tmp_path / "folder.wav").mkdir()
    with pytest.raises(ContentError, match="cannot be written"):
        save_clip(tmp_path / "folder.wav", Clip(pcm=b"\0\0", rate_hz=RATE_HZ))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder.wav", "taken"]


def test_a_full_disk_is_told_and_leaves_nothing_behind(tmp_path: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, before[1]))
    try:
        with pytest.raises(ContentError, match="cannot be written"):
            save_clip(tmp_path / "a.wav", Clip(pcm=bytes(10_000), rate_hz=RATE_HZ))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)
    assert not list(tmp_path.iterdir())
