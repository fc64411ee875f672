"""Where the things that come along are: in the installed package, or in a checkout."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent
_ROOT = _PACKAGE / "data" if (_PACKAGE / "data" / "dialogs").is_dir() else _PACKAGE.parents[1]

DIALOGS = _ROOT / "dialogs"
"""The scripts, rules and phrasings."""
MODELS = _ROOT / "models"
SPEECH_MODEL = MODELS / "vosk-model-small-en-us-0.15"
UNDERSTANDING = MODELS / "understanding"
"""The trained understanding."""
FREQUENT_WORDS = MODELS / "frequent-words.txt"
"""Everyday words the grammar knows besides the phrasings."""
FALLBACK_CLIP = _PACKAGE / "assets" / "fallback.wav"
"""Played when the voice fails: the stretch for a calf cramp."""
EMERGENCY_FALLBACK_CLIP = _PACKAGE / "assets" / "fallback-emergency.wav"
"""Played when the voice fails while a danger sign is answered: to call for help."""
