"""Text or sound → meaning: the one function behind which the matcher, the rules and their bands can be replaced."""

from __future__ import annotations

import json
from pathlib import Path

from crampvoice.dialog.reply import Scripts
from crampvoice.dialog.script import Emergency, Unclear
from crampvoice.errors import EngineError
from crampvoice.intent.bands import Bands
from crampvoice.intent.case import Knowledge
from crampvoice.intent.danger import DangerRules
from crampvoice.intent.decide import decide
from crampvoice.intent.matcher import Matcher
from crampvoice.intent.normalize import normal_form
from crampvoice.messages import Hypothesis, Reading, Utterance

BANDS_FILE = "bands.json"
"""Lies beside the trained files: the bands chosen on the `choose` phrasings."""


class Understanding:
    """Reads utterances; the same utterance always gives the same reading."""

    def __init__(self, matcher: Matcher, rules: DangerRules, scripts: Scripts, bands: Bands) -> None:
        """Put the parts together."""
        self.matcher, self.rules, self.bands = matcher, rules, bands
        self._knowledge = known(scripts)

    def read(self, utterance: Utterance, about: str | None = None, known: frozenset[str] = frozenset()) -> Reading:
        """Tell what an utterance means, by itself and, where it leans on that, after `about`: the id answered just before.

        `known` are facts about the person from earlier turns, by their names in `people.yaml`.
        """
        hypotheses = tuple(
            Hypothesis(text=normal_form(one.text), weight=one.weight, decode=one.decode) for one in utterance.hypotheses
        )
        scores = self.matcher.scores(hypotheses, about or "")
        return decide(hypotheses, scores, self.rules, self._knowledge, self.bands, about, known)


def known(scripts: Scripts) -> Knowledge:
    """Give what deciding needs to know of the scripts."""
    return Knowledge(
        levels={id_: script.level for id_, script in scripts.items() if isinstance(script, Emergency)},
        unclear=frozenset(id_ for id_, script in scripts.items() if isinstance(script, Unclear)),
    )


def load_bands(folder: Path) -> Bands:
    """Read the bands that come with the trained files. Raises EngineError."""
    path = folder / BANDS_FILE
    try:
        return Bands(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise EngineError(f"{path} is missing or damaged ({error}): reinstall crampvoice.") from error
