"""Make src/crampvoice/assets/fallback.wav anew: the one sentence that is spoken when the voice fails.

Run as `python tools/make_fallback.py` after the default voice or its speed has changed.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from crampvoice.adapters.clip_cache import ClipCache, write_clip
from crampvoice.adapters.pyttsx3_synthesizer import Pyttsx3Synthesizer
from crampvoice.settings import VoiceSettings

SENTENCE = "Straighten that leg and pull your toes up toward your shin."
PATH = Path(__file__).parents[1] / "src" / "crampvoice" / "assets" / "fallback.wav"


def main() -> None:
    """Render the sentence with the default voice and write it."""
    with tempfile.TemporaryDirectory() as folder:
        synthesizer = Pyttsx3Synthesizer(VoiceSettings(), ClipCache(Path(folder), 1))
        clip = synthesizer.render(SENTENCE)
        synthesizer.close()
    write_clip(PATH, clip)
    print(f"{PATH.name}: {clip.duration_s:.1f} s")


if __name__ == "__main__":
    main()
