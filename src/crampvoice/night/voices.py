"""Sentences to clips without holding up the loop: a voice that renders in the background, one that renders in place."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from crampvoice.errors import EngineError
from crampvoice.messages import Clip
from crampvoice.ports import Synthesizer

_log = logging.getLogger(__name__)


class RatedSynthesizer(Synthesizer, Protocol):
    """A synthesizer for a night: it speaks at any rate, and can be ended while another thread waits for it."""

    def render(self, text: str, rate_wpm: int | None = None) -> Clip:
        """Render one sentence at a rate in words per minute; None is its own. Raises EngineError."""
        ...

    def close(self) -> None:
        """End it for good, with its process; a sentence it is at becomes an EngineError."""
        ...


MakeSynthesizer = Callable[[], RatedSynthesizer]

GLANCE_S = 0.006
"""How long `BackgroundVoice.clip` looks whether the clip is there, in seconds: one from the disk cache takes about one
millisecond, and a chunk lasts 32."""

HUNG_AFTER_S = 1.2
"""A sentence that is not rendered after this long, in seconds, is given to a new synthesizer."""

FRESH_HUNG_AFTER_S = 5.0
"""The same for the first sentence of one that replaces another, in seconds: its process may need some of them to start."""

KEPT = 16
"""Clips kept in memory: about two megabytes."""


@dataclass(frozen=True, slots=True)
class Fallback:
    """What is played when a sentence does not become ready in time; comes with the package."""

    relief: Clip
    """The stretch for a calf cramp."""
    emergency: Clip
    """To call for help: when a danger sign is answered."""


class Voice(Protocol):
    """Gives clips of sentences at once, or says that they are not ready."""

    @property
    def fallback(self) -> Fallback:
        """What is played when a sentence does not become ready in time."""
        ...

    def clip(self, text: str, rate_wpm: int) -> Clip | None:
        """Give the clip of a sentence, or None while it is being rendered: ask again a chunk later. Never blocks."""
        ...

    def close(self) -> None:
        """End what renders; it begins anew with the next sentence."""
        ...


class PatientVoice:
    """Renders in place. For replay and tests, where nothing waits; the same input then always gives the same sound."""

    def __init__(self, make: MakeSynthesizer, fallback: Fallback) -> None:
        """Prepare; the synthesizer is made for the first sentence."""
        self._make = make
        self._synthesizer: RatedSynthesizer | None = None
        self.fallback = fallback

    def clip(self, text: str, rate_wpm: int) -> Clip | None:
        """Render the sentence; None if that failed."""
        if self._synthesizer is None:
            self._synthesizer = self._make()
        try:
            return self._synthesizer.render(text, rate_wpm)
        except EngineError as error:
            _log.warning("a sentence could not be rendered: %s", error)
            return None

    def close(self) -> None:
        """End the synthesizer."""
        if self._synthesizer is not None:
            self._synthesizer.close()
            self._synthesizer = None


@dataclass(slots=True)
class _Job:
    text: str
    rate_wpm: int
    done: threading.Event = field(default_factory=threading.Event)
    clip: Clip | None = None


class BackgroundVoice:
    """Renders in a thread of its own; one that hangs or has ended is replaced."""

    def __init__(self, make: MakeSynthesizer, fallback: Fallback) -> None:
        """Prepare; the thread starts with the first sentence, and the synthesizer is made in it."""
        self._make = make
        self.fallback = fallback
        self._kept: OrderedDict[tuple[str, int], Clip] = OrderedDict()
        self._jobs: dict[tuple[str, int], _Job] = {}
        self._worker: _Worker | None = None

    def clip(self, text: str, rate_wpm: int) -> Clip | None:
        """Give the clip, or None while it is being rendered; a failed sentence is tried again."""
        key = (text, rate_wpm)
        if self._worker is None:
            self._worker = _Worker(self._make, HUNG_AFTER_S)
        if key not in self._kept and key not in self._jobs:
            job = self._jobs[key] = _Job(text, rate_wpm)
            self._worker.jobs.put(job)
            job.done.wait(GLANCE_S)
        self._keep_done()
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        if self._jobs and self._worker.failed:
            self._replace(self._worker)
        return None

    def close(self) -> None:
        """End the thread and its synthesizer, and forget what was not rendered yet."""
        if self._worker is not None:
            self._worker.end()
            self._worker = None
        self._jobs.clear()

    def _keep_done(self) -> None:
        for key, job in list(self._jobs.items()):
            if job.done.is_set():
                del self._jobs[key]
                if job.clip is not None:
                    self._kept[key] = job.clip
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)

    def _replace(self, worker: _Worker) -> None:
        _log.warning("the voice does not answer and is replaced")
        worker.end()
        self._worker = _Worker(self._make, FRESH_HUNG_AFTER_S)
        self._jobs = {key: _Job(*key) for key in self._jobs}
        for job in self._jobs.values():
            self._worker.jobs.put(job)


class _Worker:
    def __init__(self, make: MakeSynthesizer, first_within_s: float) -> None:
        """Start the thread; its first sentence may take `first_within_s` seconds."""
        self._make = make
        self._synthesizer: RatedSynthesizer | None = None
        self._within_s = first_within_s
        self._begun_s: float | None = None
        self._ending = False
        self.jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="voice", daemon=True)
        self._thread.start()

    @property
    def failed(self) -> bool:
        """Whether it hangs at a sentence, or has ended."""
        begun_s = self._begun_s
        hangs = begun_s is not None and time.monotonic() - begun_s > self._within_s
        return hangs or not self._thread.is_alive()

    def end(self) -> None:
        """End the synthesizer at once, and with it the thread."""
        self._ending = True
        self.jobs.put(None)
        if self._synthesizer is not None:
            self._synthesizer.close()

    def _run(self) -> None:
        while (job := self.jobs.get()) is not None and not self._ending:
            self._begun_s = time.monotonic()
            try:
                self._render(job)
            except EngineError as error:
                if not self._ending:
                    _log.warning("a sentence could not be rendered: %s", error)
            except Exception as error:  # the next sentence may succeed
                _log.warning("a sentence could not be rendered: %s", type(error).__name__)
            finally:
                self._begun_s = None
                self._within_s = HUNG_AFTER_S
                job.done.set()
        if self._synthesizer is not None:
            self._synthesizer.close()

    def _render(self, job: _Job) -> None:
        if self._synthesizer is None:
            self._synthesizer = self._make()
        job.clip = self._synthesizer.render(job.text, job.rate_wpm)
