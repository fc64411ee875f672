"""From chunks to utterances: what reaches the recognizer, and what comes out. Detector and recognizer are simple."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from crampvoice.audio.endpointing import Started, State, Timing
from crampvoice.hearing import REST_AFTER, Listener, hear
from crampvoice.messages import CHUNK_SAMPLES, AudioChunk, Hypothesis, Utterance

_TIMING = Timing(
    min_speech=2 * CHUNK_SAMPLES,
    max_gap=CHUNK_SAMPLES,
    pre_roll=3 * CHUNK_SAMPLES,
    silence=4 * CHUNK_SAMPLES,
    max_utterance=20 * CHUNK_SAMPLES,
)
_LOUD = (1_000).to_bytes(2, "little") * CHUNK_SAMPLES


class LoudIsSpeech:
    """Takes every chunk that is not silent for speech."""

    def probability(self, chunk: AudioChunk) -> float:
        return 1.0 if any(chunk.pcm) else 0.0

    def reset(self) -> None:
        pass


class Counting:
    """Recognizes an utterance as the numbers of its chunks; hears no word where there is no loud one."""

    def __init__(self) -> None:
        self._heard: list[AudioChunk] = []
        self.hurried: list[int] = []
        """Which chunks were to be decoded at once."""
        self.rests = 0

    def accept(self, chunk: AudioChunk, *, at_once: bool = False) -> None:
        self._heard.append(chunk)
        if at_once:
            self.hurried.append(chunk.start // CHUNK_SAMPLES)

    def partial(self) -> Sequence[Hypothesis]:
        return [Hypothesis(text=" ".join(str(chunk.start // CHUNK_SAMPLES) for chunk in self._heard))]

    def finish(self) -> Sequence[Hypothesis]:
        found = self.partial() if len(self._heard) > 8 else ()
        self._heard = []
        return found

    def rest(self) -> None:
        self.rests += 1


class Quieter:
    """A filter that silences everything."""

    def process(self, chunk: AudioChunk) -> AudioChunk:
        return AudioChunk(start=chunk.start, pcm=bytes(len(chunk.pcm)))

    def reset(self) -> None:
        pass


def chunks(pattern: str) -> Iterator[AudioChunk]:
    """Make one chunk per character: `#` is loud, anything else silent."""
    return (AudioChunk(start=i * CHUNK_SAMPLES, pcm=_LOUD if mark == "#" else bytes(1_024)) for i, mark in enumerate(pattern))


def listener(timing: Timing = _TIMING) -> Listener:
    return Listener(LoudIsSpeech(), Counting(), timing=timing)


def test_two_questions_in_one_stream_are_two_utterances() -> None:
    found = list(hear(chunks(".....#####......#####......"), listener()))
    assert [(u.start // CHUNK_SAMPLES, u.end // CHUNK_SAMPLES) for u in found] == [(5, 10), (16, 21)]


def test_the_recognizer_gets_the_sound_from_before_the_speech_and_after_it() -> None:
    (found,) = hear(chunks("......#####........"), listener())
    assert found.text == "3 4 5 6 7 8 9 10 11 12 13 14"


def test_in_a_pause_what_was_said_is_decoded_at_once() -> None:
    recognizer = Counting()
    list(hear(chunks("....####..###......"), Listener(LoudIsSpeech(), recognizer, timing=_TIMING)))
    assert recognizer.hurried == [8, 9, 13, 14, 15]


def test_a_false_start_does_not_lose_the_pre_roll_of_the_real_one() -> None:
    (found,) = hear(chunks("......#..#####........"), listener())
    assert found.text.startswith("6 7 8 9 10 ")


def test_speech_in_the_first_chunk_is_heard() -> None:
    (found,) = hear(chunks("######......"), listener())
    assert (found.start, found.text.split()[0]) == (0, "0")


def test_speech_that_lasts_to_the_end_of_the_stream_is_heard() -> None:
    (found,) = hear(chunks("....#######"), listener())
    assert (found.start, found.end) == (4 * CHUNK_SAMPLES, 11 * CHUNK_SAMPLES)


def test_a_long_utterance_is_cut_without_losing_or_repeating_a_chunk() -> None:
    found = list(hear(chunks("#" * 31), listener()))
    assert " ".join(utterance.text for utterance in found) == " ".join(str(i) for i in range(31))


def test_two_utterances_close_together_share_no_chunk() -> None:
    heard = " ".join(utterance.text for utterance in hear(chunks("#####....#####...."), listener())).split()
    assert len(heard) == len(set(heard))


def test_silence_and_clicks_give_nothing() -> None:
    assert list(hear(chunks("." * 500 + "#" + "." * 500), listener())) == []


def test_speech_without_a_word_is_reported_live_and_left_out_of_files() -> None:
    pattern = "..##......"
    live = listener()
    events = [event for event in map(live.feed, chunks(pattern)) if event]
    start = 2 * CHUNK_SAMPLES
    assert events == [Started(start=start), Utterance(hypotheses=(), start=start, end=4 * CHUNK_SAMPLES)]
    assert list(hear(chunks(pattern), listener())) == []


def test_partials_are_there_while_somebody_speaks_and_only_then() -> None:
    live = listener()
    partials = []
    for chunk in chunks("..###....."):
        live.feed(chunk)
        partials.append(bool(live.partial()))
    assert partials == [False] * 3 + [True] * 5 + [False] * 2
    assert live.state is State.QUIET


@pytest.mark.parametrize(("silence", "end"), [(None, 8), (2, 6)])
def test_the_caller_decides_how_much_silence_ends_an_utterance(silence: int | None, end: int) -> None:
    live = listener()
    for i, chunk in enumerate(chunks("#####........")):
        if isinstance(live.feed(chunk, silence=silence and silence * CHUNK_SAMPLES), Utterance):
            assert i == end
            return
    pytest.fail("it did not end")


def test_the_recognizer_may_rest_once_in_each_quiet_minute() -> None:
    recognizer = Counting()
    live = Listener(LoudIsSpeech(), recognizer, timing=_TIMING)
    minute = REST_AFTER // CHUNK_SAMPLES
    for chunk in chunks("." * (minute - 1) + "#####" + "." * (3 * minute)):
        live.feed(chunk)
    assert recognizer.rests == 1


def test_filters_come_before_the_detector() -> None:
    assert list(hear(chunks("..#########......"), Listener(LoudIsSpeech(), Counting(), [Quieter()], _TIMING))) == []


def test_a_listener_can_be_used_for_the_next_stream_after_a_flush() -> None:
    ears = listener()
    first = list(hear(chunks("...#######"), ears))
    assert list(hear(chunks("...#######"), ears)) == first
