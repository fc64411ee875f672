"""Write `models/frequent-words.txt`: the 3,000 most frequent English words that the speech model knows, sorted.

    pip install wordfreq && python benchmarks/make_frequent_words.py

Needed only to make the list again for another model; crampvoice itself reads the list.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import wordfreq

from crampvoice.adapters.speech_model import SpeechModel

_MODELS = Path(__file__).parent.parent / "models"
_COUNT = 3_000
_WORD = re.compile(r"[aio]|[a-z]{2,}|[a-z]+'[a-z]+")


def main() -> None:
    """Take frequent words in their order until there are enough that the model knows."""
    model = SpeechModel(Path(sys.argv[1]) if len(sys.argv) > 1 else _MODELS / "vosk-model-small-en-us-0.15")
    frequent = dict.fromkeys(word.lower() for word in wordfreq.top_n_list("en", 2 * _COUNT))
    known = [word for word in frequent if _WORD.fullmatch(word) and model.knows(word)]
    (_MODELS / "frequent-words.txt").write_text("".join(f"{word}\n" for word in sorted(known[:_COUNT])), encoding="utf-8")


if __name__ == "__main__":
    main()
