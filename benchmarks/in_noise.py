"""Measure what noise costs: questions right at 20, 10 and 5 dB, with the front end and without, near and far.

    python benchmarks/in_noise.py --recordings tests/recordings

The text of a recording is its name, or the column `text` of a `*.tsv` beside it. Right is what the text alone would get.
"""

from __future__ import annotations

import argparse
import functools
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from crampvoice import app
from crampvoice.adapters.silero_detector import SileroDetector
from crampvoice.audio.pcm import Samples
from crampvoice.dialog.talk import Talk
from crampvoice.hearing import Listener, hear
from crampvoice.messages import RATE_HZ, Utterance
from crampvoice.settings import Settings
from night_noise import KINDS, made, mixed
from replay_nights import in_chunks, listed, names, sound

ROOT = Path(__file__).parents[1] / "tests" / "recordings"


def main() -> None:
    """Print one row per condition."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--recordings", type=Path, default=ROOT)
    parser.add_argument("--every", type=int, default=1, help="take only every n-th recording")
    options = parser.parse_args()
    files = listed(options.recordings)[:: options.every]
    texts = names(options.recordings)
    bench = Bench()
    wanted = {file: bench.meant(Utterance.typed(texts.get(file.name, file.stem))) for file in files}
    rng = np.random.default_rng(1)
    kinds = [kind for kind in KINDS if kind not in ("baby", "music")]
    noises = {file: made(kinds[place % len(kinds)], 40, rng) for place, file in enumerate(files)}
    print(f"{len(files)} recordings, noise: {', '.join(kinds)} in turn\n")
    print(f"{'condition':32} {'front end':>10} {'without':>10}")
    for name, change in conditions():
        right = [sum(bench.heard(change(sound(f), noises[f]), filtered=on) == wanted[f] for f in files) for on in (True, False)]
        print(f"{name:32} {100 * right[0] / len(files):8.1f} % {100 * right[1] / len(files):8.1f} %", flush=True)


def conditions() -> Iterator[tuple[str, Callable[[Samples, Samples], Samples]]]:
    """Give the name of each condition and what it does to speech and noise."""
    yield "clean", lambda speech, noise: speech
    for snr in (20, 10, 5):
        yield f"{snr} dB", functools.partial(mixed, snr_db=snr)
    yield "two metres", lambda speech, noise: far(speech)
    yield "two metres, 10 dB", lambda speech, noise: mixed(far(speech), noise, 10)
    yield "whispered", lambda speech, noise: whispered(speech)
    yield "-40 dB", lambda speech, noise: speech * np.float32(0.01)


def far(speech: Samples) -> Samples:
    """Put a talker two metres away into a small bedroom: an echo tail of 0.3 s (RT60), a tenth as loud."""
    rng = np.random.default_rng(2)
    time = np.arange(round(0.3 * RATE_HZ)) / RATE_HZ
    tail = rng.standard_normal(time.size) * 10 ** (-3 * time / 0.3)
    tail *= 1 / np.sqrt((tail**2).sum())
    tail[0] = 1.0
    result: Samples = (0.1 * np.convolve(speech, tail)[: speech.size]).astype(np.float32)
    return result


def whispered(speech: Samples) -> Samples:
    """Take the voice out: each spectrum keeps its envelope and gets random phases, 20 dB softer."""
    rng = np.random.default_rng(3)
    size, step = 512, 128
    window = np.hanning(size)
    out = np.zeros(speech.size + size)
    for start in range(0, speech.size - size, step):
        power = np.abs(np.fft.rfft(speech[start : start + size] * window))
        envelope = np.convolve(np.pad(power, 8, "edge"), np.ones(17) / 17, "valid")
        phases = np.exp(2j * np.pi * rng.random(envelope.size))
        out[start : start + size] += np.fft.irfft(envelope * phases, size) * window
    result: Samples = (0.1 * out[: speech.size] * np.abs(speech).max() / max(np.abs(out).max(), 1e-9)).astype(np.float32)
    return result


class Bench:
    """Hears a sound with the front end or without, and tells what it was taken to mean."""

    def __init__(self) -> None:
        """Load everything."""
        settings = Settings()
        self._ears, self._assistant = app.ears(settings), app.assistant(settings)
        app.warm_up(self._ears)

    def meant(self, *utterances: Utterance) -> str:
        """Tell what some utterances mean: the first that means anything."""
        ids = (self._assistant.answer(Talk(), utterance).turn.id for utterance in utterances)
        return next((id_ for id_ in ids if id_ != "none"), "none")

    def heard(self, speech: Samples, *, filtered: bool) -> str:
        """Hear a sound in a quiet room."""
        quiet = np.random.default_rng(0).standard_normal(speech.size + 2 * RATE_HZ).astype(np.float32) * np.float32(2e-4)
        quiet[RATE_HZ // 2 : RATE_HZ // 2 + speech.size] += speech
        listener = self._ears.listener() if filtered else Listener(SileroDetector(), self._ears.recognizer)
        return self.meant(*hear(in_chunks(quiet), listener))


if __name__ == "__main__":
    main()
