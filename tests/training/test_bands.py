"""The bands that are chosen on phrasings."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import cast

from crampvoice.intent.matcher import Danger, Matcher, Scores
from crampvoice.library import load
from crampvoice.library_rules import load_rules
from crampvoice.messages import Candidate, Hypothesis
from crampvoice.phrasings import Phrasing
from crampvoice.training.bands import START, choose_bands

DIALOGS = Path(__file__).parents[2] / "dialogs"
IDS = ("relief.calf", "none", "unclear.leg_numb", "emergency.stroke", "control.stop", "why.age")


class Matching:
    """A matcher that is this sure that a text is about the calf, and leaves the rest to `none`."""

    def __init__(self, sure: dict[str, float]) -> None:
        self._sure = sure

    def scores(self, hypotheses: Sequence[Hypothesis], about: str) -> Scores:
        share = self._sure[hypotheses[0].text]
        shares = {"relief.calf": share, "none": (1 - share) / 2, "unclear.leg_numb": (1 - share) / 2}
        ranked = sorted((Candidate(id=id_, score=shares.get(id_, 0.0)) for id_ in IDS), key=lambda one: -one.score)
        return Scores(tuple(ranked), Danger(0.0, 0.0, 0.0, 1.0), ("another", "relief.calf", 0.9))


def chosen(sure: dict[str, float], id_: str) -> object:
    lines = [Phrasing(text=text, ids=(id_,), level="none" if id_ == "none" else "") for text in sure]
    return choose_bands(cast(Matcher, Matching(sure)), load_rules(DIALOGS / "rules"), load(DIALOGS).scripts, lines)


def test_lines_that_are_decided_rightly_leave_the_bands_where_they_are() -> None:
    assert chosen({"ow": 0.9, "it grips": 0.8}, "relief.calf") == START


def test_a_band_goes_to_where_it_costs_least() -> None:
    assert chosen({f"line {number}": 0.51 for number in range(9)}, "none") != START
