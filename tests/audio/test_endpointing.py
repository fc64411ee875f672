"""When an utterance begins and ends, in samples."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crampvoice.audio.endpointing import Ended, Endpointer, Started, State, Timing
from crampvoice.messages import CHUNK_SAMPLES

_TIMING = Timing(
    min_speech=3 * CHUNK_SAMPLES,
    max_gap=2 * CHUNK_SAMPLES,
    silence=5 * CHUNK_SAMPLES,
    max_utterance=40 * CHUNK_SAMPLES,
)


def run(pattern: str, timing: Timing = _TIMING) -> list[Started | Ended]:
    """Feed one chunk per character: `#` is speech, `-` faint speech, anything else silence; then end the stream."""
    endpointer = Endpointer(timing)
    probability = {"#": 0.9, "-": 0.4}
    events = [endpointer.feed(i * CHUNK_SAMPLES, probability.get(mark, 0.01)) for i, mark in enumerate(pattern)]
    return [event for event in (*events, endpointer.flush()) if event is not None]


def chunks(*events: Started | Ended) -> list[tuple[int, ...]]:
    """Say where events are in chunks."""
    return [
        tuple(place // CHUNK_SAMPLES for place in ((event.start,) if isinstance(event, Started) else (event.start, event.end)))
        for event in events
    ]


def test_an_utterance_goes_from_its_first_to_its_last_speech() -> None:
    assert chunks(*run("...####.......")) == [(3,), (3, 7)]


def test_silence_gives_nothing() -> None:
    assert run("." * 1000) == []


def test_a_sound_shorter_than_the_minimum_gives_nothing() -> None:
    assert run("..##......##....#...") == []


def test_an_utterance_may_start_with_a_gap() -> None:
    assert chunks(*run("..##..#........")) == [(2,), (2, 7)]


def test_a_pause_shorter_than_the_limit_does_not_end_it() -> None:
    assert chunks(*run("####....####.....")) == [(0,), (0, 12)]


def test_a_pause_of_exactly_the_limit_ends_it() -> None:
    assert chunks(*run("####.....####.....")) == [(0,), (0, 4), (9,), (9, 13)]


def test_faint_speech_holds_an_utterance_but_does_not_begin_one() -> None:
    assert run("-" * 20) == []
    assert chunks(*run("###---------.....")) == [(0,), (0, 12)]


def test_an_utterance_that_is_too_long_is_cut_and_the_rest_is_the_next_one() -> None:
    events = run("#" * 50)
    assert chunks(*events) == [(0,), (0, 40), (40,), (40, 50)]
    assert [event.cut for event in events if isinstance(event, Ended)] == [True, False]


def test_the_end_of_the_stream_ends_an_utterance_at_its_last_speech() -> None:
    assert chunks(*run("...#####..")) == [(3,), (3, 8)]


def test_the_silence_that_ends_an_utterance_can_change_with_every_chunk() -> None:
    endpointer = Endpointer(_TIMING)
    for i in range(4):
        endpointer.feed(i * CHUNK_SAMPLES, 0.9)
    assert endpointer.feed(4 * CHUNK_SAMPLES, 0.0, silence=2 * CHUNK_SAMPLES) is None
    assert endpointer.feed(5 * CHUNK_SAMPLES, 0.0, silence=2 * CHUNK_SAMPLES) == Ended(start=0, end=4 * CHUNK_SAMPLES)


def test_the_states_are_walked_through_in_order() -> None:
    endpointer = Endpointer(_TIMING)
    seen = []
    for i, mark in enumerate(".###.#....."):
        endpointer.feed(i * CHUNK_SAMPLES, 1.0 if mark == "#" else 0.0)
        seen.append(endpointer.state)
    quiet, starting, speaking, stopping = State
    assert seen == [quiet, starting, starting, speaking, stopping, speaking, *[stopping] * 4, quiet]


@pytest.mark.parametrize("hours", [8])
def test_positions_do_not_drift_over_a_night(hours: int) -> None:
    first = hours * 3600 * 16_000 // CHUNK_SAMPLES * CHUNK_SAMPLES
    endpointer = Endpointer(_TIMING)
    for i in range(3):
        endpointer.feed(first + i * CHUNK_SAMPLES, 1.0)
    assert endpointer.flush() == Ended(start=first, end=first + 3 * CHUNK_SAMPLES)


@given(st.lists(st.floats(0, 1), max_size=300))
def test_whatever_comes_utterances_are_in_order_apart_and_not_too_long(probabilities: Sequence[float]) -> None:
    endpointer = Endpointer(_TIMING)
    events = [endpointer.feed(i * CHUNK_SAMPLES, p) for i, p in enumerate(probabilities)]
    events.append(endpointer.flush())
    place = 0
    expecting: type[Started | Ended] = Started
    for event in filter(None, events):
        assert isinstance(event, expecting)
        assert event.start >= place
        if isinstance(event, Ended):
            assert event.start < event.end <= event.start + _TIMING.max_utterance
            place = event.end
        expecting = Ended if expecting is Started else Started
    assert expecting is Started
    assert endpointer.state is State.QUIET
