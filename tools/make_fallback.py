"""Make the clips in src/crampvoice/assets/ anew: what is spoken when the voice fails.

Run as `python tools/make_fallback.py` after the default voice or its speed has changed.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from crampvoice import resources
from crampvoice.adapters.clip_cache import ClipCache, write_clip
from crampvoice.adapters.pyttsx3_synthesizer import Pyttsx3Synthesizer
from crampvoice.settings import VoiceSettings

SENTENCES = {
    resources.FALLBACK_CLIP: "Straighten that leg and pull your toes up toward your shin.",
    resources.EMERGENCY_FALLBACK_CLIP: "Call your local emergency number now.",
}


def main() -> None:
    """Render the sentences with the default voice and write them."""
    with tempfile.TemporaryDirectory() as folder:
        synthesizer = Pyttsx3Synthesizer(VoiceSettings(), ClipCache(Path(folder), 1))
        for path, sentence in SENTENCES.items():
            clip = synthesizer.render(sentence)
            write_clip(path, clip)
            print(f"{path.name}: {clip.duration_s:.1f} s")
        synthesizer.close()


if __name__ == "__main__":
    main()
