"""The language model of the open graph: the n-grams of the speech model mixed with those of the phrasings.

Word by word, the probability is a share of each (static interpolation): the open graph then expects talk of cramps, and
still hears everything else. The file is a weighted automaton in OpenFst's format `ngram`, with a state for each history of up
to two words; OpenFst's own tools read and write it (Debian: `libfst-tools` and `libfst22-plugins-base`).
"""

from __future__ import annotations

import functools
import json
import logging
import math
import os
import re
import shutil
import subprocess
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from crampvoice.adapters.speech_model import SUMS_FILE
from crampvoice.errors import EngineError
from crampvoice.training.manifest import LANGUAGE_MODEL_FILE, digest_of_file, digest_of_phrases

log = logging.getLogger(__name__)

History = tuple[int, ...]
"""The words before one, newest last; at most two."""

BEGIN, END = -1, -2
"""What stands before the first word and after the last."""
OWN_SHARE = 0.5
"""Share of the phrasings (`docs/hearing.md`)."""
_LONGEST = 2
_BACKOFF = 0
"""Label of the arc to the shorter history."""
_LEAST = 1e-6
"""What is left for words never seen after a history is at least this share."""
_TOOLS = "fstprint", "fstsymbols", "fstcompile", "fstarcsort", "fstconvert"


@dataclass(frozen=True, slots=True)
class NGrams:
    """A backoff model: what was not seen after a history is as likely as after the shorter one, times its `rest`."""

    seen: Mapping[History, Mapping[int, float]]
    rest: Mapping[History, float]

    def probability(self, word: int, history: History) -> float:
        """Give the probability of a word or `END` after a history; 0 for a word the model does not have."""
        share = 1.0
        while (found := self.seen.get(history, {}).get(word)) is None:
            if not history:
                return 0.0
            share *= self.rest.get(history, 1.0)
            history = history[1:]
        return share * found


class PhrasingGrams:
    """Trigrams of distinct phrasings, each order interpolated with the shorter one by the rule of Witten and Bell (1991)."""

    def __init__(self, phrases: Iterable[str], words: Mapping[str, int]) -> None:
        """Count; words that are not among `words` are left out of a phrase."""
        counts: dict[History, Counter[int]] = defaultdict(Counter)
        for phrase in phrases:
            line = [BEGIN, *(words[word] for word in phrase.split() if word in words), END]
            for place in range(1, len(line)):
                for begin in range(max(0, place - _LONGEST), place + 1):
                    counts[tuple(line[begin:place])][line[place]] += 1
        self.counts: Mapping[History, Counter[int]] = dict(counts)
        self._even = 1 / len(words)
        self.probability = functools.cache(self._probability)

    def _probability(self, word: int, history: History) -> float:
        counts = self.counts.get(history)
        if counts is None:
            return self.probability(word, history[1:])
        total = counts.total()
        unseen = len(counts) / (total + len(counts))
        shorter = self.probability(word, history[1:]) if history else self._even
        return (1 - unseen) * counts[word] / total + unseen * shorter


def mixed(general: NGrams, own: PhrasingGrams, share: float) -> NGrams:
    """Mix two models; `share` is that of the phrasings. The words of both are told apart after every history of either."""
    histories = {*general.seen, *own.counts}
    histories |= {history[:1] for history in histories} | {history[1:] for history in histories}
    seen: dict[History, dict[int, float]] = {}
    rest: dict[History, float] = {}
    mix = NGrams(seen, rest)
    for history in sorted(histories, key=lambda one: (len(one), one)):
        words = sorted({*general.seen.get(history, ()), *own.counts.get(history, ())})
        seen[history] = {
            word: (1 - share) * general.probability(word, history) + share * own.probability(word, history) for word in words
        }
        if history:
            left = 1 - math.fsum(seen[history].values())
            below = 1 - math.fsum(mix.probability(word, history[1:]) for word in words)
            rest[history] = max(left, _LEAST) / max(below, _LEAST)
    return mix


def mix_into(speech_model: Path, general: Path, phrases: Sequence[str]) -> None:
    """Give a speech model the mixture of the language model `general` with some phrases (a minute).

    Its line in the sums beside the speech model is renewed. Raises EngineError when `general` or a tool cannot be used.
    """
    graph, manifest = speech_model / "graph" / "Gr.fst", speech_model.parent / LANGUAGE_MODEL_FILE
    if manifest.exists() and general.exists() and digest_of_file(general) == digest_of_file(graph):
        raise EngineError(f"{general} is mixed already: name the one of its publisher (models/README.md says where it is).")
    own = PhrasingGrams(phrases, read_words(general))
    made_from = {"general": digest_of_file(general), "phrasings": digest_of_phrases(phrases), "share": OWN_SHARE}
    write(mixed(read(general), own, OWN_SHARE), general, graph)
    manifest.write_text(json.dumps(made_from, indent=1) + "\n", encoding="utf-8")
    sums, name = speech_model.parent / SUMS_FILE, graph.relative_to(speech_model.parent).as_posix()
    text = sums.read_text(encoding="utf-8")
    sums.write_text(re.sub(rf"^\w+(?=  {re.escape(name)}$)", digest_of_file(graph), text, flags=re.MULTILINE), encoding="utf-8")
    log.info("mixed %d phrasings into %s", len(phrases), graph)


def read_words(path: Path) -> dict[str, int]:
    """Read the vocabulary of a language model. Raises EngineError when the file or a tool cannot be used."""
    listed = _run(path, "fstsymbols", "--save_osymbols=/dev/stdout", str(path), os.devnull)
    return {word: int(number) for word, number in (line.split() for line in listed.splitlines())}


def read(path: Path) -> NGrams:
    """Read a language model. Raises EngineError when the file or a tool cannot be used."""
    arcs: dict[int, dict[int, tuple[float, int]]] = defaultdict(dict)
    shorter: dict[int, tuple[float, int]] = {}
    ends: dict[int, float] = {}
    start: int | None = None
    for line in _run(path, "fstprint", "--numeric", str(path)).splitlines():
        state, *fields = line.split("\t")
        start = int(state) if start is None else start
        if len(fields) < 3:
            ends[int(state)] = math.exp(-float(fields[0] if fields else 0))
            continue
        to, label, cost = int(fields[0]), int(fields[1]), float(fields[3] if len(fields) > 3 else 0)
        if label == _BACKOFF:
            shorter[int(state)] = math.exp(-cost), to
        else:
            arcs[int(state)][label] = math.exp(-cost), to
    history_of = _histories(start or 0, arcs, {state: to for state, (_, to) in shorter.items()})
    seen = {
        history: {label: p for label, (p, _) in arcs[state].items()} | ({END: ends[state]} if state in ends else {})
        for state, history in history_of.items()
    }
    return NGrams(seen, {history_of[state]: share for state, (share, _) in shorter.items()})


def write(model: NGrams, words_of: Path, path: Path) -> None:
    """Write a language model with the vocabulary of the one at `words_of`. Raises EngineError when a tool cannot be used."""
    with tempfile.TemporaryDirectory() as folder:
        text = Path(folder) / "model.txt"
        with text.open("w", encoding="utf-8") as file:
            file.writelines(_lines(model))
        run = functools.partial(_run, path, folder=folder)
        run("fstsymbols", "--save_osymbols=words.txt", str(words_of.resolve()), os.devnull)
        run("fstcompile", text.name, "plain.fst")
        run("fstarcsort", "--sort_type=ilabel", "plain.fst", "sorted.fst")
        run("fstsymbols", "--osymbols=words.txt", "sorted.fst", "named.fst")
        run("fstconvert", "--fst_type=ngram", "named.fst", "ngram.fst")
        shutil.copyfile(Path(folder) / "ngram.fst", path)


def _histories(
    start: int, arcs: Mapping[int, Mapping[int, tuple[float, int]]], shorter: Mapping[int, int]
) -> dict[int, History]:
    """Find the history each state stands for: the one without a shorter one is the empty one, the rest follow its arcs."""
    root = next(state for state in arcs if state not in shorter)
    found: dict[int, History] = {root: (), start: (BEGIN,)}
    for length in range(1, _LONGEST + 1):
        for state, history in [one for one in found.items() if len(one[1]) == length - 1]:
            for label, (_, to) in arcs[state].items():
                if to not in found and _length(to, shorter) == length:
                    found[to] = (*history, label)
    return found


def _length(state: int, shorter: Mapping[int, int]) -> int:
    length = 0
    while state in shorter:
        state, length = shorter[state], length + 1
    return length


def _lines(model: NGrams) -> Iterator[str]:
    """Give the automaton as OpenFst's text, the start first: state, next state, labels, cost."""
    histories = sorted(model.seen, key=lambda one: (one != (BEGIN,), len(one), one))
    number = {history: place for place, history in enumerate(histories)}
    for history in histories:
        state = number[history]
        if history:
            yield f"{state}\t{number[history[1:]]}\t0\t0\t{-math.log(model.rest[history]):.6f}\n"
        for word, probability in model.seen[history].items():
            if word == END:
                yield f"{state}\t{-math.log(probability):.6f}\n"
            elif probability > 0:
                after = (*history, word)[-_LONGEST:]
                while after not in number:
                    after = after[1:]
                yield f"{state}\t{number[after]}\t{word}\t{word}\t{-math.log(probability):.6f}\n"


def _run(path: Path, tool: str, *arguments: str, folder: str | None = None) -> str:
    """Run one of OpenFst's tools on the language model at `path`, and give what it prints."""
    missing = [name for name in _TOOLS if shutil.which(name) is None]
    plugins = next(Path("/usr/lib").glob("*/fst/*/ngram-fst.so"), None)
    if missing or plugins is None:
        raise EngineError("OpenFst's tools are missing: apt-get install libfst-tools libfst22-plugins-base")
    environment = {**os.environ, "LD_LIBRARY_PATH": str(plugins.parent)}
    done = subprocess.run([tool, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode or "ERROR" in done.stderr:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1].removeprefix("ERROR: ")
        raise EngineError(f"{path} is no language model that {tool} can use ({reason}): name the graph/Gr.fst of a Vosk model.")
    return done.stdout
