"""The machine-readable results: one JSON object per utterance (`docs/results.md` is the contract)."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any

from crampvoice.messages import Turn


def result(heard: str, turn: Turn, understand_ms: float) -> dict[str, Any]:
    """Make the part of a result that text and sound have in common."""
    return {
        "heard": heard,
        "id": turn.id,
        "kind": turn.kind,
        "level": turn.level.value if turn.level else None,
        "say": list(turn.say),
        "alternatives": [{"id": one.id, "score": round(one.score, 4)} for one in turn.alternatives],
        "understand_ms": round(understand_ms, 2),
    }


def emit(value: Mapping[str, Any]) -> None:
    """Write one object on a line of standard output, at once."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    sys.stdout.flush()
