"""Measure the night loop by replay, side by side with Whisper tiny.en behind the same endpointing and voice: `make bench`.

Each recording is heard twice by a new night that was just woken; the second time counts, when every sentence is in the
cache. A delay goes from the end of the last word, as the speech model aligns it in the whole recording, to the first
sample of the answer: the samples between, plus the computing that a microphone would not have waited for. Each side runs in
a process of its own.
"""

from __future__ import annotations

import argparse
import itertools
import json
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import numpy as np

from compare import weights
from crampvoice import app
from crampvoice.adapters.audio_files import AudioFile
from crampvoice.adapters.silero_detector import SileroDetector
from crampvoice.adapters.webrtc_suppressor import WebrtcSuppressor
from crampvoice.audio.level import AutoGain
from crampvoice.audio.pcm import Samples, to_pcm, to_samples
from crampvoice.hearing import Listener
from crampvoice.messages import CHUNK_SAMPLES, RATE_HZ, AudioChunk, Hypothesis, Reading, Utterance, kind_of
from crampvoice.night.events import Event
from crampvoice.night.session import Session
from crampvoice.night.waking import NightBands, is_distress
from crampvoice.settings import Settings

ROOT = Path(__file__).parents[1] / "tests" / "recordings"
FOLDERS = (ROOT, ROOT / "topics")
"""What is said to it."""
STOP = ROOT / "night" / "stop.ogg"
QUESTION = ROOT / "why do i get leg cramps.ogg"
"""Has a long answer, for what is said into one."""
BREATHS_S = (0.3, 0.42, 0.3)
"""Pauses inside what is said, in seconds, taken in turn: longer than the shortest silence that ends an utterance.

Three of them, so that each of two danger signs follows each pause.
"""
ASKED_FROM = 0.05
"""Danger from which a question counts as one about danger."""
ROOM = 3e-4
"""Noise of a quiet room, RMS as a share of full scale: -70 dBFS."""


def main() -> None:
    """Run both sides and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("side", nargs="?", choices=("crampvoice", "whisper"), help="run one side and print its figures as JSON")
    parser.add_argument("--recordings", type=Path, nargs="+", default=FOLDERS, help="folders of what is said to it")
    parser.add_argument("--not-for-us", type=Path, default=ROOT / "not-for-us", help="folder of what is not")
    parser.add_argument("--every", type=int, default=3, help="take only every n-th recording")
    options = parser.parse_args()
    recordings = listed(*options.recordings)
    asked = recordings[:: options.every]
    others = listed(options.not_for_us)[:: options.every]
    if options.side:
        print(json.dumps(measured(options.side, asked, others, recordings)))
        return
    both = {}
    for side in ("crampvoice", "whisper"):
        run = subprocess.run([sys.executable, __file__, side, *sys.argv[1:]], capture_output=True, text=True, check=False)
        if run.returncode:
            sys.exit(f"{side} failed:\n{run.stderr}")
        both[side] = json.loads(run.stdout.splitlines()[-1])
    print(f"{'replayed night':44} {'crampvoice':>12} {'Whisper tiny.en':>16}")
    for name, ours in both["crampvoice"].items():
        print(f"{name:44} {ours:>12} {both['whisper'].get(name, '–'):>16}")


class Whisper:
    """A `Recognizer` that hears whole utterances."""

    def __init__(self) -> None:
        """Load the weights and warm up."""
        from faster_whisper import WhisperModel

        self._model = WhisperModel(str(weights()), device="cpu", compute_type="int8", cpu_threads=2)
        self._sound: list[Samples] = [np.zeros(RATE_HZ, dtype=np.float32)]
        self.finish()

    def accept(self, chunk: AudioChunk, *, at_once: bool = False) -> None:
        """Keep the sound."""
        self._sound.append(to_samples(chunk.pcm))

    def partial(self) -> Sequence[Hypothesis]:
        """Know nothing before the end."""
        return ()

    def rest(self) -> None:
        """Keep everything."""

    def finish(self) -> Sequence[Hypothesis]:
        """Hear it all at once."""
        sound, self._sound = np.concatenate(self._sound), []
        text = "".join(part.text for part in self._model.transcribe(sound, beam_size=1, language="en")[0]).strip()
        return (Hypothesis(text=text, weight=1.0, decode="open"),) if text else ()


@dataclass
class Night:
    """One replayed night: its events, and when the machine was done with each chunk."""

    events: list[Event] = field(default_factory=list)
    late: dict[int, float] = field(default_factory=dict)
    """Seconds of computing after each chunk had come, by the sample behind it."""
    busy_s: float = 0.0

    def run(self, session: Session, sound: Samples) -> None:
        """Feed a sound as if it came from a microphone, and keep count of the computing."""
        free_s = 0.0
        for chunk in in_chunks(sound):
            end = chunk.start + CHUNK_SAMPLES
            began_s, arrived_s = time.perf_counter(), end / RATE_HZ
            session.feed(chunk)
            cost_s = time.perf_counter() - began_s
            self.busy_s += cost_s
            free_s = max(free_s, arrived_s) + cost_s
            self.late[end] = free_s - arrived_s

    def delay_s(self, kind: str, after: int) -> float | None:
        """Seconds from a sample to the first event of a kind, computing included; below zero if it came too soon."""
        event = next((event for event in self.events if event.kind == kind), None)
        if event is None:
            return None
        fed = -(-event.sample // CHUNK_SAMPLES) * CHUNK_SAMPLES
        return (event.sample - after) / RATE_HZ + self.late[fed]


class Bench:
    """One side: the same session with one pair of ears or the other."""

    def __init__(self, side: str) -> None:
        """Load everything."""
        self._bedside = app.bedside(Settings(), patient=True)
        self._whisper = Whisper() if side == "whisper" else None

    def reading(self, file: Path) -> Reading:
        """Read the words of a recording, heard without a mistake."""
        text = names(file.parent).get(file.name, file.stem)
        return self._bedside.assistant.understanding.read(Utterance(hypotheses=(Hypothesis(text=text, decode="open"),)))

    def night(self, sound: Samples, *, awake: bool) -> Night:
        """Replay a sound through a new night."""
        night = Night()
        listener = None
        if self._whisper is not None:
            listener = Listener(SileroDetector(), self._whisper, filters=[WebrtcSuppressor(), AutoGain()])
        session = self._bedside.session(night.events.append, clock_s=3 * 3600, listener=listener)
        if awake:
            session.wake()
        night.run(session, sound)
        return night


def measured(side: str, asked: list[Path], others: list[Path], recordings: list[Path]) -> dict[str, str]:
    """Measure one side; what each figure means is in its name. Danger signs are taken from all recordings: they are few."""
    bench = Bench(side)
    quiet = bench.night(room(60.0), awake=False)
    answers = list(delays(bench, asked))
    said = [delay for delay in answers if delay is not None]
    figures = {
        "recordings answered": f"{len(said)} of {len(answers)}",
        "last word to first sample, median": f"{median(said):.2f} s",
        "last word to first sample, 95th percentile": f"{percentile(said, 0.95):.2f} s",
        "answers begun before the last word": str(sum(delay < 0 for delay in said)),
    }
    cut = [delay for delay in interruptions(bench, asked) if delay is not None]
    if cut:
        figures['"stop" to silence, median / longest'] = f"{median(cut):.2f} / {max(cut):.2f} s"
    if side == "crampvoice":
        readings = {file: bench.reading(file) for file in recordings}
        cries = [file for file in asked if is_distress(readings[file], NightBands())]
        figures["cries that do not wake it"] = f"{len(cries) - answered_asleep(bench, cries)} of {len(cries)}"
        signs = [file for file, reading in readings.items() if kind_of(reading.id) == "emergency"]
        harmless = [file for file in asked if file not in signs]
        figures["danger signs behind a topic, answered"] = f"{answered_behind(bench, harmless, signs)} of {len(harmless)}"
        figures["danger signs said into an answer, answered"] = f"{answered_over(bench, signs)} of {len(signs)}"
    if others:
        hours = sum(sound(file).size for file in others) / RATE_HZ / 3600
        figures["false wakes in not-for-us"] = f"{answered_asleep(bench, others)} in {hours:.2f} h"
    figures["work in a quiet room, share of a core"] = f"{100 * quiet.busy_s / 60:.1f} %"
    return figures


def listed(*folders: Path) -> list[Path]:
    """List the recordings in some folders, in the same order for every benchmark."""
    return sorted(file for folder in folders for file in folder.glob("*.ogg"))


def names(folder: Path) -> dict[str, str]:
    """Read what is said in each recording, where a table says so."""
    found: dict[str, str] = {}
    for table in folder.glob("*.tsv"):
        rows = [row.split("\t") for row in table.read_text(encoding="utf-8").splitlines()]
        file, text = rows[0].index("file"), rows[0].index("text")
        found |= {row[file]: row[text] for row in rows[1:]}
    return found


def delays(bench: Bench, files: Iterable[Path]) -> Iterator[float | None]:
    """Give for each recording the seconds to its answer; None without an answer."""
    for file in files:
        spoken = sound(file)
        heard = in_a_room(spoken, 1.0, 3.0)
        bench.night(heard, awake=True)
        yield bench.night(heard, awake=True).delay_s("say_start", RATE_HZ + last_word(spoken))


def interruptions(bench: Bench, files: Iterable[Path]) -> Iterator[float | None]:
    """Give the seconds from the end of "stop", said into an answer, to the end of the sound."""
    stop = sound(STOP)
    for file in itertools.islice(files, 10):
        cut = said_into_answer(bench, sound(file), stop)
        if cut is not None:
            night, at = cut
            yield night.delay_s("interrupted", at + last_word(stop))


def answered_over(bench: Bench, signs: Iterable[Path]) -> int:
    """Count the danger signs that are answered, or asked about, when they are said into an answer about something else."""
    question = sound(QUESTION)
    cuts = (said_into_answer(bench, question, sound(file)) for file in signs)
    return sum(any(_is_about_danger(event, at) for event in night.events) for night, at in filter(None, cuts))


def answered_behind(bench: Bench, topics: Iterable[Path], signs: Sequence[Path]) -> int:
    """Count the danger signs, taken in turn, that are answered or asked about when they follow a topic after a breath."""
    count = 0
    for file, sign, breath_s in zip(topics, itertools.cycle(signs), itertools.cycle(BREATHS_S)):
        topic = sound(file)
        topic = topic[: last_word(topic)]
        before = np.concatenate([topic, np.zeros(round(breath_s * RATE_HZ), dtype=np.float32)])
        night = bench.night(in_a_room(np.concatenate([before, sound(sign)]), 1.0, 3.0), awake=True)
        count += any(_is_about_danger(event, RATE_HZ + before.size) for event in night.events)
    return count


def _is_about_danger(event: Event, after: int) -> bool:
    if event.kind != "decide" or event.sample <= after or not event.data["acted"]:
        return False
    asked = event.data["id"] == "clarify" and event.data["danger"] >= ASKED_FROM
    return asked or kind_of(event.data["id"]) == "emergency"


def said_into_answer(bench: Bench, question: Samples, said: Samples) -> tuple[Night, int] | None:
    """Say something one second into the answer to a question; gives the night and the sample it begins at."""
    begin = bench.night(in_a_room(question, 1.0, 3.0), awake=True).delay_s("say_start", 0)
    if begin is None:
        return None
    at = round((begin + 1.0) * RATE_HZ)
    heard = in_a_room(question, 1.0, 12.0)
    heard[at : at + said.size] += said
    return bench.night(heard, awake=True), at


def answered_asleep(bench: Bench, files: Iterable[Path]) -> int:
    """Count the recordings that wake it out of a sleeping night."""
    nights = (bench.night(in_a_room(sound(file), 1.0, 2.0), awake=False) for file in files)
    return sum(any(event.kind == "wake" for event in night.events) for night in nights)


def sound(file: Path) -> Samples:
    """Read a recording, 16 kHz."""
    return to_samples(b"".join(chunk.pcm for chunk in AudioFile(file).chunks()))


def in_chunks(sound: Samples, start: int = 0) -> Iterator[AudioChunk]:
    """Cut a sound into chunks, the first of which begins at sample `start` of the timeline; a rest is left out."""
    for at in range(0, sound.size - CHUNK_SAMPLES + 1, CHUNK_SAMPLES):
        yield AudioChunk(start=start + at, pcm=to_pcm(sound[at : at + CHUNK_SAMPLES]))


def last_word(spoken: Samples) -> int:
    """Find the end of the last word, in samples: where the open graph aligns it, the end of the sound without any."""
    recognizer = app.speech_model(Settings()).recognizer()
    recognizer.SetWords(True)
    recognizer.AcceptWaveform(to_pcm(in_a_room(spoken, 0.5, 1.0)))
    words = json.loads(recognizer.FinalResult()).get("result")
    return round((words[-1]["end"] - 0.5) * RATE_HZ) if words else spoken.size


def room(length_s: float) -> Samples:
    """Make the noise of a quiet room."""
    noise: Samples = ROOM * np.random.default_rng(0).standard_normal(round(length_s * RATE_HZ)).astype(np.float32)
    return noise


def in_a_room(spoken: Samples, before_s: float, after_s: float) -> Samples:
    """Put a recording into a quiet room."""
    heard = room(before_s + spoken.size / RATE_HZ + after_s)
    at = round(before_s * RATE_HZ)
    heard[at : at + spoken.size] += spoken
    return heard


def percentile(values: Sequence[float], share: float) -> float:
    """Give the value that a share of all are not above."""
    return sorted(values)[int(share * (len(values) - 1))]


if __name__ == "__main__":
    main()
