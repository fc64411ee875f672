"""Between a loop that writes chunks and a loudspeaker that takes blocks of any size: a short, bounded stretch of sound.

The microphone and the loudspeaker have two clocks. Silence is where the difference is made up: a little is left out
when too much is waiting and a little is put in when too little is, so that speech is never cut and never waits long.
Once nothing waits, silence is not added any more, since a device that runs out of sound gives silence anyway.
"""

from __future__ import annotations

import threading
from collections import deque


class Playout:
    """Sound that waits to be played, int16 little-endian mono; one thread writes, another takes."""

    def __init__(self, *, target: int, slack: int, limit: int) -> None:
        """Keep about `target` samples waiting; leave out silence over `target + slack`, and anything over `limit`.

        Each gap in the middle of speech makes the target longer, up to four times, so that a busy computer stutters
        once or twice and a quick one answers at once.
        """
        self._target, self._slack, self._limit = target, slack, limit
        self._step, self._longest = target, 4 * target
        self._blocks: deque[bytes] = deque()
        self._waiting = 0
        self._dry = False
        self._sounding = False
        self._lock = threading.Lock()
        self.gaps = 0
        """How often there was nothing to play in the middle of speech."""
        self.left_out = 0
        """Samples of sound, not silence, that were left out because too much was waiting."""

    @property
    def waiting(self) -> int:
        """Samples that wait to be played."""
        return self._waiting

    @property
    def sounding(self) -> bool:
        """Whether what was written last is sound."""
        return self._sounding

    def write(self, pcm: bytes, *, silent: bool) -> None:
        """Add the next stretch of sound or silence."""
        with self._lock:
            if silent and self._dry:
                return
            if (silent or self._dry) and self._waiting < self._target:
                self._add(bytes(2 * (self._target - self._waiting)))
            self._dry = False
            over = self._waiting + len(pcm) // 2 > (self._target + self._slack if silent else self._limit)
            if not over:
                self._add(pcm)
            elif not silent:
                self.left_out += len(pcm) // 2
            self._sounding = not silent

    def take(self, samples: int) -> bytes:
        """Take exactly that many samples; what is missing is silence."""
        with self._lock:
            parts, wanted = [], 2 * samples
            while wanted and self._blocks:
                block = self._blocks.popleft()
                if len(block) > wanted:
                    self._blocks.appendleft(block[wanted:])
                    block = block[:wanted]
                parts.append(block)
                wanted -= len(block)
            self._waiting -= samples - wanted // 2
            if wanted:
                self._dry = True
                if self._sounding:
                    self.gaps += 1
                    self._target = min(self._target + self._step, self._longest)
                self._sounding = False
        return b"".join(parts) + bytes(wanted)

    def clear(self) -> None:
        """Forget what waits."""
        with self._lock:
            self._blocks.clear()
            self._waiting = 0
            self._dry = self._sounding = False

    def _add(self, pcm: bytes) -> None:
        self._blocks.append(pcm)
        self._waiting += len(pcm) // 2
