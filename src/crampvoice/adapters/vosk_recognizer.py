"""Speech to hypotheses by Vosk: the open graph and a grammar of the dialogs' phrasings, on one shared model.

The two decodes err in different places; both readings are handed on, and the matcher weighs them (`docs/hearing.md`).
"""

from __future__ import annotations

import ctypes
import json
import math
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Literal

from crampvoice.adapters.speech_model import SpeechModel
from crampvoice.errors import EngineError
from crampvoice.messages import CHUNK_SAMPLES, AudioChunk, Hypothesis

Decode = Literal["open", "grammar"]

_BLOCK_BYTES = 2 * CHUNK_SAMPLES * 4
"""Vosk is fed 128 ms at a time, from files as from a microphone; the work is the same for 2 to 12 chunks. In a pause it gets
each chunk, so that a partial is not older than it must be."""
_TEMPERATURE = 1.5
"""Of the softmax over the log likelihoods of the readings: where the best of five is likeliest (`docs/hearing.md`)."""
RENEW_AFTER = 8
"""Utterances after which the composed part of the open graph is given back in a quiet minute (`docs/hearing.md`)."""
_LIBC = ctypes.CDLL(None)
"""Vosk dithers the sound with the C library's `rand`, so its state makes one utterance depend on those before."""


class VoskRecognizer:
    """A `Recognizer`, to be kept for the life of the process.

    Vosk composes the open graph as it is needed, and a new recognizer would do that again at three times the work. What
    is heard does not depend on the utterances before: Vosk drops its adaptation at the end of each, and here the dither
    begins anew.
    """

    def __init__(
        self,
        model: SpeechModel,
        phrases: Iterable[str] = (),
        *,
        alternatives: int = 5,
        open_share: float = 0.5,
        fresh: bool = False,
    ) -> None:
        """Make both decodes, in 0.1 to 0.2 s; only the open graph if there are no phrases.

        `alternatives` is how many readings of the open graph are asked for, `open_share` the weight they have together.
        `fresh` makes new decodes for every utterance. Raises EngineError.
        """
        self._model = model
        self._alternatives = alternatives
        self._phrases = model.known_part(phrases)
        self._open_share = open_share if self._phrases else 1.0
        self._fresh = fresh
        self._decodes = self._make()
        self._block = bytearray()
        self._begun = False
        self._heard = 0
        self._warming: tuple[AudioChunk, ...] = ()
        self._threads = ThreadPoolExecutor(2, "crampvoice-decode")
        """Both decodes end at the same time. Before that they run in turn, since one `rand` dithers the sound of both."""

    def warm_up(self, chunks: Iterable[AudioChunk]) -> None:
        """Decode some sound, best a sentence, and forget it: the next utterance is then as quick as any later one."""
        self._warming = tuple(chunks)
        for chunk in self._warming:
            self.accept(chunk)
        self.finish()
        self._heard = 0

    def accept(self, chunk: AudioChunk, *, at_once: bool = False) -> None:
        """Take one more chunk of the utterance, to be decoded with some others, or `at_once`. Raises EngineError."""
        if not self._begun:
            _LIBC.srand(1)
            self._begun = True
        self._block += chunk.pcm
        if at_once or len(self._block) >= _BLOCK_BYTES:
            self._decode()

    def partial(self) -> Sequence[Hypothesis]:
        """Give what was heard so far, open graph first; the last words may still change."""
        return self._weighted({name: decode.PartialResult() for name, decode in self._decodes.items()})

    def finish(self) -> Sequence[Hypothesis]:
        """End the utterance and give its hypotheses, open graph first; none if neither decode heard a word."""
        if self._block:
            self._decode()
        self._begun = False
        answers = self._threads.map(lambda decode: decode.FinalResult(), self._decodes.values())
        found = self._weighted(dict(zip(self._decodes, answers, strict=True)))
        self._heard += 1
        if self._fresh:
            self._decodes = self._make()
        return found if any(hypothesis.text for hypothesis in found) else ()

    def rest(self) -> None:
        """Make the decodes anew and warm them up again, in about a second, when they have grown over some utterances."""
        if self._heard >= RENEW_AFTER and not self._begun:
            self._decodes = self._make()
            self.warm_up(self._warming)

    def _make(self) -> dict[Decode, Any]:
        made: dict[Decode, Any] = {"open": self._model.recognizer()}
        made["open"].SetMaxAlternatives(self._alternatives)
        if self._phrases:
            made["grammar"] = self._model.recognizer(self._phrases)
        return made

    def _decode(self) -> None:
        block = bytes(self._block)
        self._block.clear()
        try:
            for decode in self._decodes.values():
                decode.AcceptWaveform(block)
        except Exception as error:  # Vosk raises bare Exceptions
            raise EngineError(f"The speech engine failed while listening ({error}): start crampvoice again.") from error

    def _weighted(self, answers: dict[Decode, str]) -> list[Hypothesis]:
        shares = {"open": self._open_share, "grammar": 1 - self._open_share}
        return [found for name in answers for found in weighted(readings(answers[name]), shares[name], name)]


def readings(answer: str) -> list[tuple[str, float]]:
    """Read the distinct texts of a Vosk answer and their log likelihoods, best first.

    A broken answer has none; texts without a likelihood get 0.
    """
    try:
        value = json.loads(answer)
    except ValueError:
        return []
    if not isinstance(value, dict):
        return []
    items = value.get("alternatives")
    if not isinstance(items, list):
        items = [{"text": value.get("text", value.get("partial", ""))}]
    found: dict[str, float] = {}
    for item in items:
        if isinstance(item, dict) and isinstance(item.get("text", ""), str):
            score = item.get("confidence")
            text = " ".join(item.get("text", "").split())
            found.setdefault(text, float(score) if isinstance(score, int | float) and math.isfinite(score) else 0.0)
    return list(found.items())


def weighted(found: Sequence[tuple[str, float]], share: float, decode: Decode) -> list[Hypothesis]:
    """Share out the weight of a decode over its readings by their likelihoods; one without readings heard nothing."""
    if not found:
        return [Hypothesis(text="", weight=share, decode=decode)]
    best = max(score for _, score in found)
    raw = [math.exp((score - best) / _TEMPERATURE) for _, score in found]
    total = sum(raw)
    return [
        Hypothesis(text=text, weight=share * part / total, decode=decode) for (text, _), part in zip(found, raw, strict=True)
    ]
