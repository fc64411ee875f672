"""What the utterance under way seems to mean: how long a silence ends it, and whether it interrupts the device."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from crampvoice.dialog.script import Control, Script
from crampvoice.messages import CHUNK_SAMPLES, Hypothesis, Reading, Utterance, kind_of
from crampvoice.night.waking import NightBands, is_distress, is_relief, relief_share

Understand = Callable[[Utterance, str | None, frozenset[str]], Reading]
"""Reads an utterance, given the id that was answered just before and what is known of the person."""

QUICK = 6 * CHUNK_SAMPLES
"""Silence that ends a cramp, a command, a danger sign, or a topic there is hardly a doubt about: 192 ms, in samples."""

MIDDLING = 12 * CHUNK_SAMPLES
"""Silence that ends a topic that is settled: 384 ms."""

PATIENT = 20 * CHUNK_SAMPLES
"""Silence that ends anything else: 640 ms."""

LOOK_FROM = 2 * CHUNK_SAMPLES
"""Silence from which it is worth asking what was meant, in samples."""

CONFIRM = 7 * CHUNK_SAMPLES
"""Two partials this far apart are from two decoding steps of the recognizer (192 ms), in samples."""

PAUSED = 4 * CHUNK_SAMPLES
"""Silence after which a partial holds all that was said, in samples: it is noticed some 60 ms late, and a step of the decoder
takes 192 ms."""

SURE_OVER = 0.9
"""Danger from which a sign that no rule found counts while the device speaks (measured in `docs/nights.md`)."""

SURE_OVER_WORDS = 5
"""How many words such a sign needs at least: a short echo is easily misheard as anything."""

SAID_ON_WORDS = 3
"""How many words of a danger sign are none of the device's own when it follows an answered part after a breath."""

NOTHING = Reading(text="", id="none")


class Settling:
    """Follows the partials of one utterance after the other."""

    def __init__(self, understand: Understand, bands: NightBands) -> None:
        """Begin before the first utterance."""
        self._understand = understand
        self._bands = bands
        self.begin()

    def begin(self) -> None:
        """Start on a new utterance."""
        self._texts: tuple[str, ...] = ()
        self._since = 0
        self._looks = 0
        self._read: tuple[str, ...] | None = None
        self._reading = NOTHING

    @property
    def words(self) -> int:
        """How many words the current partial has."""
        return len(self._texts[0].split()) if self._texts else 0

    @property
    def is_read(self) -> bool:
        """Whether the current partial was read already."""
        return self._read == self._texts

    def look(self, partial: Sequence[Hypothesis], now: int) -> bool:
        """Take the current partial; give whether it is new."""
        texts = tuple(hypothesis.text for hypothesis in partial)
        if texts == self._texts:
            self._looks += 1
            return False
        self._texts, self._since, self._looks = texts, now, 1
        return any(texts)

    def reading(self, partial: Sequence[Hypothesis], about: str | None, known: frozenset[str]) -> Reading:
        """Read the partial that was looked at last, each text once, after `about` and what is `known` of the person."""
        if not self.is_read:
            self._read = self._texts
            hypotheses = tuple(hypothesis for hypothesis in partial if hypothesis.text)
            self._reading = self._understand(Utterance(hypotheses=hypotheses), about, known) if hypotheses else NOTHING
        return self._reading

    def is_stable(self) -> bool:
        """Tell whether two looks in a row gave the same."""
        return self._looks >= 2

    def is_confirmed(self, now: int, *, paused: bool) -> bool:
        """Tell whether two partials are equal: of two decoding steps in a row, or in a pause of two decodes of their own."""
        agreed = paused and len(self._texts) > 1 and len(set(self._texts)) == 1
        return self.is_stable() and (agreed or now - self._since >= CONFIRM)

    def settled(self, utterance: Utterance) -> Reading | None:
        """Give the reading of the last partial if the utterance ended just as that was: no need to read it twice."""
        best: dict[str, str] = {}
        for hypothesis in utterance.hypotheses:
            best.setdefault(hypothesis.decode, hypothesis.text)
        same = self.is_read and tuple(best.values()) == self._texts
        return self._reading if same and any(self._texts) else None

    def agrees(self, texts: Sequence[str]) -> bool:
        """Tell whether one of the final texts is what the last partial said: the second look at a short word."""
        return any(text and text in texts for text in self._texts)


def patience(reading: Reading, bands: NightBands, *, awake: bool, answering: bool) -> int:
    """Tell how much silence ends an utterance that means this so far, in samples.

    `answering` says that a question is open, so that yes and no are enough.
    """
    if not awake:
        return QUICK if is_distress(reading, bands) else PATIENT
    kind = kind_of(reading.id)
    if kind == "emergency":
        return QUICK if reading.danger >= bands.quick_danger else MIDDLING
    if kind == "control" and (answering or reading.id not in ("control.yes", "control.no")):
        return QUICK if reading.score >= bands.quick_control else PATIENT
    if is_relief(reading.id) and relief_share(reading) >= bands.quick_relief:
        return QUICK
    if kind in ("topic", "diary"):
        if reading.score >= bands.certain_topic or reading.nearest[0] == reading.text:
            return QUICK
        return MIDDLING if reading.score >= bands.sure_topic else PATIENT
    return PATIENT


def is_by_others(text: str, own_words: frozenset[str]) -> bool:
    """Tell whether more than half of the words are none of the device's own."""
    return 2 * _by_others(text, own_words) > len(text.split())


def is_said_on(text: str, own_words: frozenset[str]) -> bool:
    """Tell whether speech that goes on after a breath holds words enough that are none of the device's own."""
    return _by_others(text, own_words) >= SAID_ON_WORDS


def _by_others(text: str, own_words: frozenset[str]) -> int:
    return sum(word not in own_words for word in text.split())


def counts_over_own_voice(
    reading: Reading, scripts: Mapping[str, Script], own_words: frozenset[str], duplex: Literal["half", "full"]
) -> bool:
    """Tell whether something said while the device speaks is meant for it and none of its own words."""
    if duplex == "full":
        return reading.id != "none"
    script = scripts.get(reading.id)
    if isinstance(script, Control):
        by_itself = set(script.words).intersection(reading.text.split())
        mine = bool(by_itself) and by_itself <= own_words
        return script.while_speaking and not mine and is_by_others(reading.text, own_words)
    if not reading.id.startswith("emergency."):
        return False
    found = [finding for finding in reading.findings if finding.standing == "present"]
    if any(word not in own_words for finding in found for words in finding.words for word in words.split()):
        return True
    sure = reading.danger >= SURE_OVER and len(reading.text.split()) >= SURE_OVER_WORDS
    return sure and is_by_others(reading.text, own_words)
