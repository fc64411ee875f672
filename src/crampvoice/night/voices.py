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

MakeSynthesizer = Callable[[int], Synthesizer]
"""Makes a synthesizer that speaks at a rate in words per minute."""

GLANCE_S = 0.006
"""How long `BackgroundVoice.clip` looks whether the clip is there, in seconds: one from the disk cache takes about one
millisecond, and a chunk lasts 32."""

HUNG_AFTER_S = 1.2
"""A sentence that is not rendered after this long, in seconds, is given to a new synthesizer."""

KEPT = 16
"""Clips kept in memory: about two megabytes."""


class Voice(Protocol):
    """Gives clips of sentences at once, or says that they are not ready."""

    @property
    def fallback(self) -> Clip:
        """What is played when a sentence does not become ready in time; comes with the package."""
        ...

    def clip(self, text: str, rate_wpm: int) -> Clip | None:
        """Give the clip of a sentence, or None while it is being rendered: ask again a chunk later. Never blocks."""
        ...


class PatientVoice:
    """Renders in place. For replay and tests, where nothing waits; the same input then always gives the same sound."""

    def __init__(self, make: MakeSynthesizer, fallback: Clip) -> None:
        """Make one synthesizer for each rate that is asked for."""
        self._make = make
        self._synthesizers: dict[int, Synthesizer] = {}
        self.fallback = fallback

    def clip(self, text: str, rate_wpm: int) -> Clip | None:
        """Render the sentence; None if that failed."""
        if rate_wpm not in self._synthesizers:
            self._synthesizers[rate_wpm] = self._make(rate_wpm)
        try:
            return self._synthesizers[rate_wpm].render(text)
        except EngineError as error:
            _log.warning("a sentence could not be rendered: %s", error)
            return None


@dataclass(slots=True)
class _Job:
    text: str
    rate_wpm: int
    done: threading.Event = field(default_factory=threading.Event)
    begun_s: float | None = None
    clip: Clip | None = None


class BackgroundVoice:
    """Renders in a thread of its own; one that hangs is left behind and replaced."""

    def __init__(self, make: MakeSynthesizer, fallback: Clip) -> None:
        """Start the thread; synthesizers are made in it."""
        self._make = make
        self.fallback = fallback
        self._kept: OrderedDict[tuple[str, int], Clip] = OrderedDict()
        self._jobs: dict[tuple[str, int], _Job] = {}
        self._worker = _Worker(make)

    def clip(self, text: str, rate_wpm: int) -> Clip | None:
        """Give the clip, or None while it is being rendered; a failed sentence is tried again."""
        key = (text, rate_wpm)
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        job = self._jobs.get(key)
        if job is None:
            job = self._jobs[key] = _Job(text, rate_wpm)
            self._worker.jobs.put(job)
            job.done.wait(GLANCE_S)
        if job.done.is_set():
            return self._take(key, job)
        self._replace_if_hung()
        return None

    def close(self) -> None:
        """Let the thread end after the sentence it is at."""
        self._worker.jobs.put(None)

    def _take(self, key: tuple[str, int], job: _Job) -> Clip | None:
        del self._jobs[key]
        if job.clip is not None:
            self._kept[key] = job.clip
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return job.clip

    def _replace_if_hung(self) -> None:
        now_s = time.monotonic()
        if not any(job.begun_s is not None and now_s - job.begun_s > HUNG_AFTER_S for job in self._jobs.values()):
            return
        _log.warning("the voice hangs and is replaced")
        self._worker.jobs.put(None)
        self._worker = _Worker(self._make)
        self._jobs = {key: _Job(*key) for key, job in self._jobs.items() if not job.done.is_set()}
        for job in self._jobs.values():
            self._worker.jobs.put(job)


class _Worker:
    def __init__(self, make: MakeSynthesizer) -> None:
        self._make = make
        self._synthesizers: dict[int, Synthesizer] = {}
        self.jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        threading.Thread(target=self._run, name="voice", daemon=True).start()

    def _run(self) -> None:
        while (job := self.jobs.get()) is not None:
            job.begun_s = time.monotonic()
            try:
                if job.rate_wpm not in self._synthesizers:
                    self._synthesizers[job.rate_wpm] = self._make(job.rate_wpm)
                job.clip = self._synthesizers[job.rate_wpm].render(job.text)
            except EngineError as error:
                _log.warning("a sentence could not be rendered: %s", error)
            finally:
                job.done.set()
