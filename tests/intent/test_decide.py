"""Deciding about what is said while an emergency is open. The lists of the red flags are in `test_red_flags.py`."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest

from crampvoice.intent.case import Case, Knowledge
from crampvoice.intent.decide import choose
from crampvoice.intent.matcher import Danger, Scores
from crampvoice.intent.rules import Rule
from crampvoice.library_rules import load_rules
from crampvoice.messages import Candidate, Finding, Hypothesis, Level
from crampvoice.training.bands import START

KNOWLEDGE = Knowledge(
    levels={"emergency.stroke": Level.EMERGENCY_NOW, "emergency.fall": Level.EMERGENCY_NOW, "emergency.clot_leg": Level.TODAY},
    unclear=frozenset({"unclear.feel_faint"}),
)
IDS = ("why.age", "relief.calf", "none", "unclear.feel_faint", *KNOWLEDGE.levels)


def ranked(**shares: float) -> tuple[Candidate, ...]:
    """Rank all ids; names have two underscores for the dot."""
    known = {name.replace("__", "."): share for name, share in shares.items()}
    return tuple(sorted((Candidate(id=id_, score=known.get(id_, 0.0)) for id_ in IDS), key=lambda one: -one.score))


def chosen(
    about: str,
    alone: tuple[Candidate, ...],
    behind: tuple[Candidate, ...],
    danger: float,
    findings: tuple[Finding, ...] = (),
) -> str:
    """Decide on a text that means `alone` by itself and `behind` after the open emergency."""
    scores = Scores(alone, Danger(danger, 0.0, 0.0, 1 - danger), ("", "none", 0.9), behind)
    case = Case(scores=scores, findings=findings, calm=False, learned=None, knowledge=KNOWLEDGE, bands=START, about=about)
    return choose(case)[0]


@pytest.mark.parametrize("danger", [0.2, 0.9])
def test_asking_on_about_the_open_emergency_is_no_other_emergency(danger: float) -> None:
    alone, behind = ranked(emergency__fall=0.8, why__age=0.1), ranked(emergency__stroke=0.7, why__age=0.2)
    assert chosen("emergency.stroke", alone, behind, danger) == "emergency.stroke"


def test_something_unclear_is_not_asked_about_while_somebody_asks_on() -> None:
    alone, behind = ranked(unclear__feel_faint=0.9), ranked(emergency__stroke=0.7, unclear__feel_faint=0.2)
    assert chosen("emergency.stroke", alone, behind, 0.0) == "emergency.stroke"


def test_a_more_urgent_sign_is_heard_behind_a_less_urgent_one() -> None:
    alone, behind = ranked(emergency__stroke=0.8, why__age=0.1), ranked(emergency__clot_leg=0.7, why__age=0.2)
    assert chosen("emergency.clot_leg", alone, behind, 0.9) == "emergency.stroke"


def test_a_sign_that_a_rule_names_is_heard_behind_any() -> None:
    alone, behind = ranked(emergency__fall=0.8, why__age=0.1), ranked(emergency__stroke=0.7, why__age=0.2)
    named = Finding(id="emergency.fall", rule="test", words=("fell",))
    assert chosen("emergency.stroke", alone, behind, 0.9, (named,)) == "emergency.fall"


def test_another_sign_that_is_likelier_behind_it_is_heard() -> None:
    alone, behind = ranked(emergency__fall=0.8, why__age=0.1), ranked(emergency__fall=0.6, emergency__stroke=0.3)
    assert chosen("emergency.stroke", alone, behind, 0.9) == "emergency.fall"


STROKE = Finding(id="emergency.stroke", rule="test", words=("stroke",))


def asked(alone: tuple[Candidate, ...], elsewhere: float, words: int, *, staying: bool = False, over: bool = False) -> bool:
    """Tell whether a present rule about a stroke leads to its question, when the shares say nothing of it."""
    case = Case(
        scores=Scores(alone, Danger(0.0, 0.0, 0.0, 1.0), ("", "none", 0.9), (), elsewhere),
        findings=(STROKE,),
        calm=False,
        learned=None,
        knowledge=KNOWLEDGE,
        bands=START,
        words=words,
        staying=frozenset({"test"} if staying else ()),
        over=over,
    )
    return choose(case) == ("clarify", ("emergency.stroke", case.best_harmless()))


def test_a_few_words_with_a_sign_of_level_now_are_never_passed_over() -> None:
    assert asked(ranked(none=0.99), elsewhere=0.99, words=4)
    assert not asked(ranked(none=0.99), elsewhere=0.99, words=9)
    assert asked(ranked(none=0.5, relief__calf=0.3), elsewhere=0.5, words=9)


def test_a_sure_topic_outweighs_a_rule_unless_it_is_of_chest_stroke_fit_or_faint() -> None:
    assert not asked(ranked(relief__calf=0.9), elsewhere=0.0, words=4)
    assert asked(ranked(relief__calf=0.9), elsewhere=0.0, words=4, staying=True)


def test_a_stroke_that_is_over_is_asked_about_however_long_the_talk() -> None:
    assert asked(ranked(none=0.9), elsewhere=0.9, words=12, staying=True, over=True)


@pytest.mark.parametrize(("none", "findings", "id_"), [(0.2, (), "clarify"), (0.4, (), "none"), (0.4, (STROKE,), "clarify")])
def test_faint_danger_that_is_likely_talk_of_others_is_asked_about_only_with_a_rule(
    none: float, findings: tuple[Finding, ...], id_: str
) -> None:
    alone = ranked(none=none, emergency__stroke=0.2)
    scores = Scores(alone, Danger(0.1, 0.0, 0.0, 0.9), ("", "none", 0.9), (), none)
    case = Case(scores=scores, findings=findings, calm=False, learned=None, knowledge=KNOWLEDGE, bands=START, words=12)
    assert choose(case)[0] == id_


@pytest.mark.parametrize(("calm", "id_"), [(False, "clarify"), (True, "none")])
def test_a_danger_sign_that_it_only_is_behind_the_answer_before_is_asked_about(calm: bool, id_: str) -> None:
    alone, behind = ranked(none=0.6, relief__calf=0.2), ranked(emergency__clot_leg=0.9)
    scores = Scores(alone, Danger(0.0, 0.0, 0.0, 1.0), ("", "none", 0.9), behind)
    case = Case(scores=scores, findings=(), calm=calm, learned=None, knowledge=KNOWLEDGE, bands=START, about="why.age")
    assert choose(case)[0] == id_


def test_what_a_rule_only_asks_about_comes_before_other_faint_danger() -> None:
    sharper = Finding(id="emergency.clot_leg", rule="sharper", words=("sharper",))
    rule = Rule(rule="sharper", id="emergency.clot_leg", all=("sharper",), asks="relief.heat_or_cold")
    scores = Scores(ranked(emergency__fall=0.2, relief__calf=0.5), Danger(0.1, 0.0, 0.0, 0.9), ("", "none", 0.9))
    case = Case(
        scores=scores, findings=(sharper,), calm=False, learned=None, knowledge=KNOWLEDGE, bands=START, rules={"sharper": rule}
    )
    assert choose(case) == ("clarify", ("emergency.clot_leg", "relief.heat_or_cold"))


@pytest.mark.parametrize(("decode", "id_"), [("typed", "none"), ("open", "why.age"), ("grammar", "why.age")])
def test_words_that_were_heard_may_be_wrong_so_that_talk_of_others_must_be_likelier(
    decode: Literal["typed", "open", "grammar"], id_: str
) -> None:
    scores = Scores(ranked(why__age=0.6, none=0.35), Danger(0.0, 0.0, 0.0, 1.0), ("", "none", 0.9))
    rules = load_rules(Path(__file__).parents[2] / "dialogs" / "rules")
    case = Case.of([Hypothesis(text="am i just old", decode=decode)], scores, rules, KNOWLEDGE, START)
    assert choose(case) == (id_, None)


@pytest.mark.parametrize(
    ("decode", "danger", "asks"), [("typed", 0.06, True), ("open", 0.06, False), ("grammar", 0.06, False), ("open", 0.08, True)]
)
def test_faint_danger_in_words_that_were_heard_is_asked_about_from_a_higher_share(
    decode: Literal["typed", "open", "grammar"], danger: float, asks: bool
) -> None:
    scores = Scores(ranked(why__age=0.8, emergency__fall=danger), Danger(danger, 0.0, 0.0, 1 - danger), ("", "none", 0.9))
    rules = load_rules(Path(__file__).parents[2] / "dialogs" / "rules")
    case = Case.of([Hypothesis(text="am i just old", decode=decode)], scores, rules, KNOWLEDGE, START)
    assert choose(case) == (("clarify", ("emergency.fall", "why.age")) if asks else ("why.age", None))
