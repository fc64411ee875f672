"""The stretch of sound that waits in front of the loudspeaker."""

from __future__ import annotations

from crampvoice.audio.playout import Playout

SOUND = b"\1\0" * 512
SILENCE = bytes(1024)


def playout() -> Playout:
    return Playout(target=1024, slack=512, limit=4096)


def test_what_is_written_is_taken_in_order_in_blocks_of_any_size() -> None:
    waiting = playout()
    waiting.write(b"\1\0\2\0\3\0", silent=False)
    waiting.write(b"\4\0\5\0", silent=False)
    assert waiting.take(1) + waiting.take(3) + waiting.take(1) == b"\1\0\2\0\3\0\4\0\5\0"


def test_what_is_missing_is_silence() -> None:
    waiting = playout()
    waiting.write(b"\1\0", silent=False)
    assert waiting.take(3) == b"\1\0\0\0\0\0"


def test_silence_is_put_in_until_enough_waits() -> None:
    waiting = playout()
    waiting.write(SILENCE, silent=True)
    assert waiting.waiting == 1024 + 512


def test_silence_is_left_out_when_too_much_waits() -> None:
    waiting = playout()
    for _ in range(10):
        waiting.write(SILENCE, silent=True)
    assert waiting.waiting == 1024 + 512


def test_sound_is_never_left_out_for_waiting_a_little_long() -> None:
    waiting = playout()
    for _ in range(8):
        waiting.write(SOUND, silent=False)
    assert (waiting.waiting, waiting.left_out) == (4096, 0)


def test_sound_over_the_limit_is_left_out_and_counted() -> None:
    waiting = playout()
    for _ in range(9):
        waiting.write(SOUND, silent=False)
    assert (waiting.waiting, waiting.left_out) == (4096, 512)


def test_running_dry_in_the_middle_of_speech_is_one_gap() -> None:
    waiting = playout()
    waiting.write(SOUND, silent=False)
    waiting.take(600)
    waiting.take(600)
    assert waiting.gaps == 1


def test_running_dry_in_silence_is_no_gap() -> None:
    waiting = playout()
    waiting.write(SILENCE, silent=True)
    waiting.take(5000)
    assert waiting.gaps == 0


def test_after_running_dry_speech_goes_on_behind_some_silence_so_that_it_does_not_stutter() -> None:
    waiting = playout()
    waiting.write(SOUND, silent=False)
    waiting.take(600)
    waiting.write(SOUND, silent=False)
    assert waiting.take(2048 + 512) == bytes(4096) + SOUND


def test_each_gap_makes_more_wait_up_to_four_times_as_much() -> None:
    waiting = Playout(target=512, slack=512, limit=8192)
    kept = []
    for _ in range(5):
        waiting.write(SOUND, silent=False)
        kept.append(waiting.waiting - 512)
        waiting.take(8192)
    assert kept == [0, 1024, 1536, 2048, 2048]


def test_silence_does_not_wait_once_it_ran_dry_so_that_the_next_word_is_not_behind_it() -> None:
    waiting = playout()
    waiting.write(SILENCE, silent=True)
    waiting.take(5000)
    for _ in range(3):
        waiting.write(SILENCE, silent=True)
    assert waiting.waiting == 0
    waiting.write(SOUND, silent=False)
    assert waiting.waiting == 1024 + 512
