"""Plays one clip to its end: for commands that say something once. The night loop has streams of its own."""

from __future__ import annotations

import numpy as np

from crampvoice.adapters.sounddevice_devices import load_sounddevice
from crampvoice.errors import DeviceError
from crampvoice.messages import Clip

_LEAD_S = 0.1
"""Silence before the clip, in seconds: some sound cards swallow the beginning."""


def play_clip(clip: Clip) -> None:
    """Play through the default loudspeaker and wait for the end. Raises DeviceError."""
    sounddevice = load_sounddevice()
    samples = np.frombuffer(bytes(2 * round(_LEAD_S * clip.rate_hz)) + clip.pcm, dtype="<i2")
    try:
        sounddevice.play(samples, clip.rate_hz, blocking=True)
    except (sounddevice.PortAudioError, ValueError) as error:
        raise DeviceError(f"The loudspeaker cannot be used ({error}): see 'crampvoice devices', or use --out.") from error
