"""Replay what takes long: hours of a bedroom that nobody speaks to it in, and every sentence it can say as its own echo.

    python benchmarks/long_nights.py hours --hours 8 --not-for-us FOLDER...
    python benchmarks/long_nights.py itself --echo -12 --delay 60

`hours` mixes made noises (`night_noise.py`) with recordings that are not for it, on one timeline. Both print what it
reacted to; nothing is what is wanted.
"""

from __future__ import annotations

import argparse
import itertools
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil

from crampvoice import app
from crampvoice.audio.pcm import Samples
from crampvoice.cli.prerender import sentences_ahead
from crampvoice.dialog.script import Script, Topic
from crampvoice.messages import CHUNK_SAMPLES, RATE_HZ, Candidate, Reading, Utterance
from crampvoice.night.events import Event
from crampvoice.night.replay import EchoPath, replay
from crampvoice.night.session import Session
from crampvoice.settings import Settings
from night_noise import KINDS, made
from replay_nights import ROOT, in_a_room, in_chunks, listed, room, sound

BLOCK_S = 60.0
"""Length of one noise; a recording follows on it."""
CALL = ROOT / "help me it's cramping.ogg"
AT_A_TIME = 8
"""Sentences in one answer of `itself`."""


def main() -> None:
    """Run one of the two."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=("hours", "itself"))
    parser.add_argument("--hours", type=float, default=8.0)
    parser.add_argument("--not-for-us", type=Path, nargs="+", default=[ROOT / "not-for-us"])
    parser.add_argument("--echo", type=float, default=-12.0, help="level of the own voice in the microphone, in dB")
    parser.add_argument("--delay", type=float, default=60.0, help="in milliseconds")
    parser.add_argument("--every", type=int, default=1, help="take only every n-th answer")
    options = parser.parse_args()
    if options.what == "hours":
        hours(options.hours, options.not_for_us)
    else:
        itself(EchoPath(level_db=options.echo, delay_ms=options.delay), options.every)


def hours(length_h: float, folders: list[Path]) -> None:
    """Replay a night of noise and strangers; tell reactions and how memory and clock did."""
    events: list[Event] = []
    session = app.bedside(Settings(), patient=True).session(events.append, spell_out=True, clock_s=23 * 3600)
    process = psutil.Process()
    memory: list[float] = []
    began, fed = time.perf_counter(), 0
    for block in bedroom(length_h, folders):
        for chunk in in_chunks(block, fed):
            session.feed(chunk)
        fed += block.size
        memory.append(process.memory_info().rss / 1e6)
    took_s, length_s = time.perf_counter() - began, fed / RATE_HZ
    counts = Counter(event.kind for event in events)
    print(f"{length_s / 3600:.2f} h in {took_s:.0f} s ({100 * took_s / length_s:.1f} % of a core)")
    print(f"utterances {counts['speech_end']}, wakes {counts['wake']}, sentences said {counts['say_start']}")
    print(f"the clock stands at sample {session.now} of {fed}")
    tenth = max(1, len(memory) // 10)
    print(
        "memory in MB, at the end of each tenth: " + ", ".join(f"{memory[i]:.0f}" for i in range(tenth - 1, len(memory), tenth))
    )
    for event in events:
        if event.kind in ("wake", "say_start") or (event.kind == "decide" and event.data["acted"]):
            print(event.as_json())


def bedroom(length_h: float, folders: list[Path]) -> Iterator[Samples]:
    """Give minutes of noise, each with a recording behind it, until the hours are over."""
    rng = np.random.default_rng(9)
    files = itertools.cycle(listed(*folders))
    kinds = itertools.cycle([*KINDS, "quiet"])
    length = 0
    while length < length_h * 3600 * RATE_HZ:
        kind = next(kinds)
        level = rng.uniform(0.001, 0.03)
        noise = room(BLOCK_S) if kind == "quiet" else made(kind, BLOCK_S, rng, level)
        block = np.concatenate([noise, in_a_room(sound(next(files)), 0.5, 1.5)])
        block = block[: block.size // CHUNK_SAMPLES * CHUNK_SAMPLES]
        length += block.size
        yield block


def itself(echo: EchoPath, every: int) -> None:
    """Let it say everything it can, with its voice coming back into its microphone; tell what it took for somebody."""
    bedside = app.bedside(Settings(), patient=True)
    texts = sentences_ahead(bedside.assistant.scripts, bedside.settings.phones)
    answers = [texts[at : at + AT_A_TIME] for at in range(0, len(texts), AT_A_TIME)][::every]
    said = reacted = spoken_s = 0.0
    call = in_a_room(sound(CALL), 1.0, 1.0)
    for sentences in answers:
        events: list[Event] = []
        session = speaking(bedside, sentences, events)
        session.wake()
        moments = list(replay(in_chunks(call), session, echo=echo, tail_s=120))
        spoken_s += len(moments) * CHUNK_SAMPLES / RATE_HZ
        said += sum(event.kind == "say_start" for event in events)
        wrong = [e for e in events if e.kind == "interrupted" or (e.kind == "decide" and e.data["acted"])][1:]
        repeats = [e for e in events if e.kind == "say_start" and e.data["repeat"]]
        reacted += len(wrong) + len(repeats)
        for event in (*wrong, *repeats):
            print(event.as_json(), flush=True)
    print(f"{len(texts)} sentences, {said:.0f} said in {spoken_s / 60:.0f} minutes: {reacted:.0f} reactions to itself")


def speaking(bedside: app.Bedside, sentences: list[str], events: list[Event]) -> Session:
    """Make a night in which the first thing that is heard is answered with these sentences."""
    made_up = Topic(
        id="relief.start",
        name="a test",
        say=tuple(sentences),
        evidence="judgement",
        sources=("judgement",),
        written="2026-11-24",
    )
    scripts: dict[str, Script] = {**bedside.assistant.scripts, made_up.id: made_up}
    first = iter([Reading(text="help", id=made_up.id, candidates=(Candidate(id=made_up.id, score=1.0),))])

    def understand(utterance: Utterance, about: str | None, known: frozenset[str]) -> Reading:
        return next(first, None) or bedside.assistant.understanding.read(utterance, about, known)

    return Session(bedside.ears.listener(), understand, scripts, bedside.voice, on_event=events.append, spell_out=True)


if __name__ == "__main__":
    main()
