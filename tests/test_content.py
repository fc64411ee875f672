"""The dialogs that come along, as they are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from crampvoice.dialog import engine
from crampvoice.dialog.review import MAX_MEAN_GRADE, review, spoken
from crampvoice.dialog.script import Emergency, Unclear
from crampvoice.dialog.talk import Talk
from crampvoice.library import Library, load, read_document
from crampvoice.library_rules import load_rules
from crampvoice.messages import Level, Reading
from crampvoice.settings import Phones

DIALOGS = Path(__file__).parents[1] / "dialogs"
LIBRARY = load(DIALOGS)
URGENT = [one for one in LIBRARY.emergencies if one.level.urgency >= Level.TODAY.urgency]
NOW = [one for one in LIBRARY.emergencies if one.level is Level.EMERGENCY_NOW]
VERBS = """Call Go Sip Get Do Stop Stay Lie Sit Turn Move Cool Rest Ring See Ask Tell Show Take Keep Hold Put Run Drink Have
Book Speak Phone Leave Clear Let"""
ACTION = re.compile(rf"^(?:Please )?(?:{'|'.join(VERBS.split())})\b", re.IGNORECASE)
named = pytest.mark.parametrize


@pytest.fixture(scope="module")
def library() -> Library:
    return LIBRARY


def test_there_are_all_topics_danger_signs_unclear_cases_and_controls(library: Library) -> None:
    counts = [len(list(some)) for some in (library.topics, library.emergencies, library.controls, library.unclear)]
    assert counts == [114, 40, 20, 28]


def test_the_review_finds_nothing_but_reading_grades_that_it_was_not_asked_for(library: Library) -> None:
    ids = read_document(DIALOGS / "ids.yaml", "dialogs/ids.yaml").parse(dict[str, tuple[str, ...]])
    sources = read_document(DIALOGS / "sources.yaml", "dialogs/sources.yaml").parse(dict[str, dict[str, str]])
    places = {id_: document.problem_at for id_, document in library.documents.items()}
    assert [str(one) for one in review(library.scripts, places, ids=ids, sources=sources)] == []


@named("script", [one for one in LIBRARY.emergencies if one not in URGENT], ids=lambda script: script.id)
def test_a_sign_for_later_is_answered_with_its_action_and_the_topic_comes_on_more(script: Emergency) -> None:
    reply = engine.respond(LIBRARY.scripts, Talk(), Reading(text="x", id=script.id), now=0)
    assert reply.turn.say == script.say
    more = engine.respond(LIBRARY.scripts, reply.talk, Reading(text="more", id="control.more"), now=1)
    assert more.turn.say == (script.why, *LIBRARY.topic(script.topic or "").say)


@named(
    ("words", "id_"),
    [
        ("yes it's numb", "unclear.leg_numb"),
        ("yes cold", "unclear.feet_cold"),
        ("it's cold and swollen", "unclear.feet_cold"),
        ("it's not cold it's swollen", "emergency.clot_leg"),
        ("yes red", "emergency.clot_leg"),
        ("yes", "emergency.clot_leg"),
    ],
)
def test_each_sign_of_a_check_has_its_own_answer(words: str, id_: str) -> None:
    asked = engine.respond(LIBRARY.scripts, Talk(), Reading(text="x", id="is_it_dangerous"), now=0)
    reply = engine.respond(LIBRARY.scripts, asked.talk, Reading(text=words, id="control.yes"), now=1)
    script = LIBRARY.scripts[id_]
    if isinstance(script, Unclear):
        assert (reply.turn.id, reply.turn.say) == ("clarify", (script.ask,))
    else:
        assert reply.turn.id == id_
    assert ("If it is cold, pale or numb, call {EMERGENCY} now." in reply.turn.say) == (words == "yes")


def test_what_a_source_is_only_remembered_to_say_is_marked(library: Library) -> None:
    sources = read_document(DIALOGS / "sources.yaml", "dialogs/sources.yaml").parse(dict[str, dict[str, str]])
    unread = {key for key, source in sources.items() if source["seen"] == "recalled"}
    facts = [fact for topic in library.topics for fact in topic.more]
    assert all(fact.recalled for fact in facts if unread.issuperset(fact.sources))


def test_a_person_who_just_woke_can_follow_the_mean_text(library: Library) -> None:
    textstat = pytest.importorskip("textstat", reason="pip install 'crampvoice[lint]'")
    grades = [
        textstat.flesch_kincaid_grade(" ".join(sentence.text.replace("{", "").replace("}", "") for sentence in spoken(script)))
        for script in library.scripts.values()
        if not script.id.startswith(("control.", "diary."))
    ]
    assert sum(grades) / len(grades) <= MAX_MEAN_GRADE


@named("script", [one for one in LIBRARY.emergencies if one.level is not Level.ROUTINE], ids=lambda script: script.id)
def test_every_danger_answer_begins_with_its_action(script: Emergency) -> None:
    first = Phones().fill(script.say[0])
    conditional = re.sub(r"^(?:If [^,]+|For [^,]+), (\w)", lambda match: match.group(1).upper(), first)
    assert ACTION.match(first) or ACTION.match(conditional), first


@named("script", NOW, ids=lambda script: script.id)
def test_every_answer_of_level_now_says_that_the_device_cannot_call(script: Emergency) -> None:
    assert "I cannot call for you." in (*script.say, *script.waiting)


@named("script", URGENT, ids=lambda script: script.id)
def test_every_urgent_answer_holds_a_number_or_a_place_to_go_to(script: Emergency) -> None:
    text = " ".join(script.say)
    assert re.search(
        r"\{EMERGENCY\}|\{ADVICE_LINE\}|\{MATERNITY\}|emergency department|emergency help|unit|team|crisis line", text
    )


@named("script", URGENT, ids=lambda script: script.id)
def test_the_question_of_every_urgent_sign_is_answered_with_yes_or_no(script: Emergency) -> None:
    assert script.ask is not None
    assert script.ask.endswith("?")


@named("script", list(LIBRARY.unclear), ids=lambda script: script.id)
def test_every_unclear_case_asks_one_question_that_leads_to_a_danger_or_to_something_harmless(script: Unclear) -> None:
    assert script.ask.count("?") == 1
    assert any(one.goto.startswith("emergency.") for one in script.danger)
    assert not any(one.goto in {urgent.id for urgent in URGENT} for one in script.harmless)


def test_chest_stroke_fit_and_faint_signs_stay_open(library: Library) -> None:
    open_ones = {one.id for one in library.emergencies if one.stays_open}
    assert {"emergency.chest_or_breath", "emergency.stroke", "emergency.seizure", "emergency.heart_rhythm"} <= open_ones


def test_no_placeholder_is_left_in_a_spoken_sentence_when_nothing_is_set(library: Library) -> None:
    left = [
        sentence.text
        for script in library.scripts.values()
        for sentence in spoken(script)
        if "{" in Phones().fill(sentence.text.replace("{WHEN}", "today"))
    ]
    assert left == []


def test_the_danger_rules_can_be_read() -> None:
    assert load_rules(DIALOGS / "rules")
