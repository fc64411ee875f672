from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from crampvoice.errors import ContentError
from crampvoice.intent.danger import DangerRules
from crampvoice.intent.rules import Combinations, Concept, People, Rule, Signs, StandingRules
from crampvoice.library import read_document
from crampvoice.library_rules import load_rules
from crampvoice.messages import Finding, Level

ROOT = Path(__file__).parents[2]
FLAGS: dict[str, Any] = yaml.load((ROOT / "tests/data/red_flags.yaml").read_text(), yaml.BaseLoader)
URGENCY = {sign["id"]: Level(sign["level"]).urgency for sign in FLAGS["signs"]}
SIGNS = [(sign["id"], text) for sign in FLAGS["signs"] for text in sign["texts"]]


@pytest.fixture(scope="module")
def rules() -> DangerRules:
    return load_rules(ROOT / "dialogs" / "rules")


def present(rules: DangerRules, text: str) -> list[Finding]:
    return [finding for finding in rules.findings(text) if finding.standing == "present"]


@pytest.mark.parametrize(("id_", "text"), SIGNS)
def test_every_known_utterance_of_a_sign_is_found_present(rules: DangerRules, id_: str, text: str) -> None:
    assert id_ in {finding.id for finding in present(rules, text)}


@pytest.mark.parametrize("text", [miss["text"] for miss in FLAGS["near_misses"]])
def test_no_near_miss_is_a_present_sign_of_level_now_or_today(rules: DangerRules, text: str) -> None:
    assert not [finding for finding in present(rules, text) if URGENCY.get(finding.id, 0) >= Level.TODAY.urgency]


@pytest.mark.parametrize(("id_", "text"), [(case["id"], case["text"]) for case in FLAGS["unclear"]])
def test_a_soft_sign_alone_asks_its_question(rules: DangerRules, id_: str, text: str) -> None:
    found = present(rules, text)
    assert id_ in {finding.id for finding in found}
    assert all(finding.id.startswith("unclear.") for finding in found)


@pytest.mark.parametrize("pair", FLAGS["negations"], ids=lambda pair: pair["sign"])
def test_negation_covers_its_own_phrase_only(rules: DangerRules, pair: dict[str, Any]) -> None:
    assert present(rules, pair["present"])
    assert present(rules, pair["mixed"])
    for text in pair["denied"]:
        assert not present(rules, text)
        assert rules.is_calm(text)


@pytest.mark.parametrize(
    ("text", "standing"),
    [
        ("i have no chest pain", "denied"),
        ("nothing popped nothing snapped it just tightened up", "denied"),
        ("what if my leg goes cold and white", "hypothetical"),
        ("how do i know if i have chest pain", "hypothetical"),
        ("years ago i coughed up blood", "past"),
        ("on the news a man had chest pain", "elsewhere"),
    ],
)
def test_a_sign_that_is_not_reported_is_given_with_its_standing(rules: DangerRules, text: str, standing: str) -> None:
    assert {finding.standing for finding in rules.findings(text)} == {standing}
    assert rules.is_calm(text)


@pytest.mark.parametrize(
    "text",
    [
        "is it normal that my foot is white and i can't feel it",
        "cramp has gone but my leg is still dead and weak",
        "no swelling but i can't breathe properly",
        "know chest pain but i can not breathe properly",
        "it came on suddenly my foot has no feeling and it's cold",
        "i had chest pain and it's gone now",
    ],
)
def test_a_sign_inside_a_question_or_after_a_denial_stays_present(rules: DangerRules, text: str) -> None:
    assert present(rules, text)
    assert not rules.is_calm(text)


def test_the_most_urgent_finding_comes_first_and_names_its_words(rules: DangerRules) -> None:
    found = rules.findings("i've got a pain in my chest and my calf is swollen and hot")
    assert [finding.id for finding in found][:2] == ["emergency.chest_or_breath", "emergency.clot_leg"]
    assert found[0].words == ("pain in my chest",)
    assert found[0].rule == "chest_pain"


@pytest.mark.parametrize(
    "text", ["he's been in the heat all day and he's cramping and confused", "cramping all over after the heat and i fainted"]
)
def test_confusion_and_fainting_raise_cramps_after_heat(rules: DangerRules, text: str) -> None:
    found = [finding for finding in present(rules, text) if finding.id == "emergency.whole_body_cramps"]
    assert Level.EMERGENCY_NOW in {rules.raised(finding.rule) for finding in found}
    assert rules.raised("chest_pain") is None


def test_facts_name_people_and_places(rules: DangerRules) -> None:
    assert {"pregnant", "calf"} <= rules.facts("i'm pregnant and my calf cramped")
    assert {"helper", "child", "shin"} <= rules.facts("my son has pain in his shin")
    assert "pregnant" not in rules.facts("i'm not pregnant i've just got a leg cramp")
    assert rules.facts("what time is it") == frozenset()
    assert "child" not in rules.facts("my grandson gave me this thing for my cramps")
    assert "child" in rules.facts("my grandson has a cramp in his shin")
    assert "quinine" in rules.facts("the doctor gave me quinine for the cramps")
    assert "quinine" not in rules.facts("should i take quinine for the cramps")


@pytest.mark.parametrize(
    ("text", "name", "is_fact"),
    [
        ("how many cramps did i have last month", "pregnant", False),
        ("i was pregnant last year", "pregnant", False),
        ("i'm pregnant and i get cramps", "pregnant", True),
        ("i'm a sixty year old man", "child", False),
        ("he is twenty five years old", "child", False),
        ("my five year old has cramp", "child", True),
        ("sixteen years old with cramp", "child", True),
        ("i had an operation ten years ago", "surgery", False),
        ("i had an operation last week", "surgery", True),
        ("i've got a new hip and my inner thigh is cramping", "surgery", True),
        ("my leg is in plaster", "surgery", True),
        ("i've taken water tablets for years", "medicine", True),
        ("i've just had a baby", "new_mother", True),
    ],
)
def test_facts_are_those_of_now(rules: DangerRules, text: str, name: str, is_fact: bool) -> None:
    assert (name in rules.facts(text)) == is_fact


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("i've got a terrible headache", "pregnant_head_or_sight"),
        ("my face is swollen", "pregnant_head_or_sight"),
        ("my leg still aches it won't ease", "pregnant_leg_pain_stays"),
        ("now i've got cramp in my tummy", "pregnant_belly_pain"),
        ("i've got cramp", "pregnant_cramp"),
    ],
)
def test_what_is_known_of_the_person_counts_for_the_rules(rules: DangerRules, text: str, rule: str) -> None:
    def found(known: frozenset[str]) -> set[str]:
        return {finding.rule for finding in rules.findings(text, known) if finding.standing == "present"}

    assert rule in found(frozenset({"pregnant"})) - found(frozenset())


def test_what_is_known_of_one_person_says_nothing_of_another(rules: DangerRules) -> None:
    assert not rules.findings("my husband has a headache", frozenset({"pregnant"}))
    assert rules.findings("she has a headache", frozenset({"pregnant", "helper"}))
    denied = rules.findings("i'm not pregnant i have a headache", frozenset({"pregnant"}))
    assert {finding.standing for finding in denied} == {"denied"}


@pytest.mark.parametrize("text", FLAGS["gone"])
def test_chest_stroke_fit_and_faint_signs_stay_when_they_are_gone(rules: DangerRules, text: str) -> None:
    found = present(rules, text)
    assert any(finding.rule in rules.staying for finding in found)
    assert rules.says_over(text)


def test_what_a_rule_asks_about_leads_on_to_a_topic(rules: DangerRules) -> None:
    ids = yaml.safe_load((ROOT / "dialogs/ids.yaml").read_text())
    assert present(rules, "it's getting sharper as i stretch")
    assert {rule.asks for rule in rules.by_name.values() if rule.asks} <= set(ids["topics"])


def test_calm_needs_something_that_was_heard(rules: DangerRules) -> None:
    assert not rules.is_calm("what a lovely evening")
    assert not rules.is_calm("")
    assert rules.is_calm("this cramp is killing me")


def test_denials_that_lead_to_a_message_the_rules_do_not_know_are_not_calm(rules: DangerRules) -> None:
    assert not rules.is_calm("no swelling no redness but everything is turning grey and far away")
    assert rules.is_calm("no swelling no redness it's only a cramp")


def test_rules_come_in_the_order_of_urgency() -> None:
    combinations: Combinations = read_document(ROOT / "dialogs/rules/combinations.yaml", "").parse(Combinations)
    urgencies = [URGENCY[rule.id] for rule in combinations.rules]
    assert urgencies == sorted(urgencies, reverse=True)
    assert {rule.id for rule in combinations.rules} == set(URGENCY)
    assert len({rule.rule for rule in combinations.rules}) == len(combinations.rules)


def test_an_unknown_concept_is_refused() -> None:
    standing: StandingRules = read_document(ROOT / "dialogs/rules/standing.yaml", "").parse(StandingRules)
    signs = Signs(groups={"kin": ("mum",)}, concepts={"red": Concept(terms=("red",))})
    bad = Combinations(rules=(Rule(rule="r", id="emergency.clot_leg", all=("redd",)),))
    with pytest.raises(ValueError, match="'redd'"):
        DangerRules(signs, bad, bad, standing, People(people={}, places={}))
    good = Combinations(rules=(Rule(rule="r", id="emergency.clot_leg", all=("red",)),))
    with pytest.raises(ValueError, match="'gran'"):
        DangerRules(signs, good, good, standing, People(people={}, places={}, passing=("gran",)))


def test_a_folder_without_the_files_is_a_content_error(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="5 problem"):
        load_rules(tmp_path)
