"""A folder of danger rules → `DangerRules`, checked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from crampvoice.errors import ContentError, Problem
from crampvoice.intent.danger import DangerRules
from crampvoice.intent.rules import Combinations, People, Signs, StandingRules
from crampvoice.library import read_value


def load_rules(folder: Path) -> DangerRules:
    """Read `signs`, `combinations`, `unclear`, `standing` and `people` (each a `.yaml`) from `folder`.

    Raises ContentError with every problem of every file, or with the first rule that does not fit the others.
    """
    kinds = {
        "signs": Signs,
        "combinations": Combinations,
        "unclear": Combinations,
        "standing": StandingRules,
        "people": People,
    }
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, kind in kinds.items():
        try:
            values[name] = read_value(folder / f"{name}.yaml", kind)
        except ContentError as error:
            problems += error.problems
    if problems:
        raise ContentError(f"{len(problems)} problem(s) in the danger rules", sorted(problems))
    try:
        return DangerRules(**values)
    except ValueError as error:
        raise ContentError(f"The rules in {folder} cannot be used: {error}.") from error
