"""What would go wrong at night is found before it."""

from __future__ import annotations

from dataclasses import fields, replace
from functools import partial
from typing import Any

import pytest
from little_scripts import DAY, SCRIPTS, emergency, topic

from crampvoice.dialog.review import review, sentence_faults, spoken, words
from crampvoice.dialog.script import (
    Answer,
    Choice,
    Control,
    Emergency,
    Fact,
    Script,
    Step,
    Topic,
    Unclear,
    Variant,
    script_type,
)
from crampvoice.errors import Problem
from crampvoice.messages import Level


def place(id_: str, loc: tuple[int | str, ...], message: str) -> Problem:
    return Problem(f"{id_}.yaml", 1, 1, f"{'/'.join(map(str, loc))}: {message}")


def problems_of(*scripts: Script, known: bool = True, grade: Any = None, also: tuple[str, ...] = ()) -> list[str]:
    by_id = {script.id: script for script in scripts}
    ids = {"all": [*(by_id if known else ()), *also]}
    places = {id_: partial(place, id_) for id_ in by_id}
    return [str(one) for one in review(by_id, places, ids=ids, sources={"NHS"}, grade=grade)]


GOOD = emergency("emergency.good", Level.EMERGENCY_NOW, "Call {EMERGENCY} now.")
GOOD = replace(GOOD, waiting=("I cannot call for you.",))


@pytest.mark.parametrize(
    ("sentence", "fault"),
    [
        (
            "One two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen.",
            "16 words, 15 at most",
        ),
        ("Call {EMERGENCY} one two three four five six seven eight nine ten eleven twelve now.", "17 words, 15 at most"),
        ("Stretch it", "ends with . or ?"),
        ("Stretch it!", "ends with . or ?"),
        ("Hold for 20 seconds.", "stumbles on '2'"),
        ("Take it, e.g. slowly.", "stumbles on 'e.g.'"),
        ("Hold it (gently).", "stumbles on '('"),
        ("See your GP.", "stumbles on 'GP'"),
        ("Call {AMBULANCE} now.", "{AMBULANCE} is not a known placeholder"),
        ("Never stop taking your statin.", "never tell anyone to stop a medicine"),
        ("Stop your heart tablet.", "never tell anyone to stop a medicine"),
        ("Take two tablets.", "no doses"),
        ("Take some grams of it.", "no doses"),
        ("Take Ibuprofen four hundred.", "no doses"),
        ("Take magnesium up to three hundred.", "no doses"),
        ("Try Panadol.", "no brands"),
        ("Biolectra is one of them.", "no brands"),
        ("Take some Newbrand at night.", "'Newbrand' has a capital letter: no brands"),
        ("It is not a clot.", "never say that it is not serious"),
        ("It is nothing serious.", "never say that it is not serious"),
        ("Stop and rest.", "'stop' is a control word"),
    ],
)
def test_a_sentence_that_must_not_be_spoken_is_told_with_its_reason(sentence: str, fault: str) -> None:
    assert any(fault in message for message in sentence_faults(sentence, {"stop"}))


@pytest.mark.parametrize(
    "sentence",
    [
        "Straighten your leg.",
        "Is it letting go now?",
        "Call {EMERGENCY} now.",
        "It's easing, isn't it?",
        "The cramp was {WHEN}.",
        "Diabetes, alcohol, or low vitamin B twelve can damage nerves.",
        "The World Health Organization lists it, and I cannot tell more.",
    ],
)
def test_a_plain_sentence_has_no_fault(sentence: str) -> None:
    assert not list(sentence_faults(sentence, {"stop"}))


def test_a_placeholder_counts_as_three_words() -> None:
    assert len(words("Call {EMERGENCY} now.")) == 5


def test_a_good_script_has_no_problem() -> None:
    assert problems_of(GOOD, topic("what.cramp", "A muscle that tightens.")) == []


def test_ids_that_are_not_fixed_and_ids_that_are_missing_are_told() -> None:
    assert "emergency.good.yaml:1:1: id: 'emergency.good' is not one of the fixed ids in dialogs/ids.yaml" in problems_of(
        GOOD, known=False
    )
    assert any("no script for 'what.else'" in line for line in problems_of(GOOD, also=("what.else",)))


def test_every_sentence_that_can_be_spoken_is_looked_at() -> None:
    full = topic("what.cramp", "a", more=("b",), check=("c", None, "x"), caveats=("d",))
    full = replace(
        full,
        variants=(Variant(who="child", say=("e",)),),
        steps=(Step(say=("f",), remind="g"), Step(ask="h", unsure="i")),
    )
    assert {one.text for one in spoken(full)} == set("abcdefghi")
    danger = emergency("emergency.x", Level.TODAY, "a", ask="b")
    assert {one.text for one in spoken(danger)} == {"a", "b", *danger.waiting, danger.why}
    unclear = SCRIPTS["unclear.swollen"]
    assert {one.text for one in spoken(unclear)} == {"One leg, or both?", "Call if it gets worse."}
    assert [one.text for one in spoken(Control(id="diary.last", wants="w", say=("a",), empty=("b",)))] == ["a", "b"]


def test_a_spoken_sentence_is_found_where_it_stands() -> None:
    script = topic("what.cramp", "Fine.", more=("Fine.", "This is 1."))
    assert problems_of(script) == ["what.cramp.yaml:1:1: more/1/say: a voice stumbles on '1'; write it as words"]


def test_a_word_is_refused_only_if_a_control_listens_for_it_while_it_is_spoken() -> None:
    listens = Control(id="control.stop", wants="silence", words=("stop",), while_speaking=True)
    deaf = Control(id="control.next", wants="next", words=("rest",))
    script = topic("what.cramp", "Stop and rest.")
    assert [line.partition("say/0: ")[2] for line in problems_of(listens, deaf, script)] == [
        "'stop' is a control word that is listened for while this is spoken; use another word"
    ]


def test_a_first_answer_has_forty_words_at_most() -> None:
    long = replace(topic("what.cramp", "x."), say=("One two three four five six seven eight nine ten eleven.",) * 4)
    assert any("say: the first answer has 44 words, 40 at most" in line for line in problems_of(long))
    variant = replace(topic("what.cramp", "x."), variants=(Variant(who="older", say=long.say),))
    assert any("variants/0/say: the first answer has 44 words, 40 at most" in line for line in problems_of(variant))


def test_a_danger_answer_has_thirty_five_words_at_most() -> None:
    eleven = "One two three four five six seven eight nine ten eleven."
    long = replace(GOOD, say=(*GOOD.say, eleven, eleven, eleven))
    assert problems_of(long) == ["emergency.good.yaml:1:1: say: the first answer has 38 words, 35 at most"]


def test_the_first_answer_has_fifty_five_words_at_most_with_its_caveats_and_check() -> None:
    eleven = "One two three four five six seven eight nine ten eleven."
    long = replace(topic("t", eleven, check=(f"{eleven[:-1]}?", "t", None), caveats=(eleven,) * 3), say=(eleven,))
    assert problems_of(long) == []
    longer = replace(long, variants=(Variant(who="older", say=(eleven, "One more.")),))
    assert problems_of(longer) == [
        "t.yaml:1:1: variants/0/say: the first answer has 57 words with its caveats and check, 55 at most"
    ]


@pytest.mark.parametrize(
    ("script", "loc"),
    [
        (topic("t", "x.", check=("y?", "no.where", None)), "check_yes"),
        (topic("t", "x.", check=("y?", None, "no.where")), "check_no"),
        (
            replace(topic("t", "x."), check="y?", check_answers=(Answer(heard=("z",), goto="no.where"),)),
            "check_answers/0/goto",
        ),
        (topic("t", "x.", variants=(Variant(who="child", answer="no.where"),)), "variants/0/answer"),
        (replace(topic("t", "x."), follows=("no.where",)), "follows/0"),
        (topic("t", "x.", steps=(Step(say=("y.",), no="no.where"),)), "steps/0"),
        (topic("t", "x.", steps=(Step(ask="y?", hold_s=1, choices=(Choice(heard=("z",), goto="no.where"),)),)), "steps/0"),
        (emergency("emergency.t", Level.ROUTINE, "x.", goes_with="no.where"), "topic"),
        (
            emergency("emergency.t", Level.ROUTINE, "x.", variants=(Variant(who="child", answer="no.where"),)),
            "variants/0/answer",
        ),
        (
            Unclear(
                id="unclear.t", ask="x?", danger=(Answer(goto="no.where"),), harmless=(Answer(goto="unclear.t"),), written=DAY
            ),
            "danger/0/goto",
        ),
    ],
)
def test_a_link_that_leads_nowhere_is_found(script: Script, loc: str) -> None:
    assert f"{script.id}.yaml:1:1: {loc}: 'no.where' leads nowhere: there is no such script" in problems_of(script)


def test_a_source_that_is_not_listed_is_found_and_judgement_needs_none() -> None:
    script = replace(topic("t", "x."), sources=("MADE-UP",), more=(Fact(say="y.", sources=("judgement", "OTHER")),))
    assert problems_of(script) == [
        "t.yaml:1:1: more/0/sources/1: 'OTHER' is missing under 'sources' of the topic",
        "t.yaml:1:1: more/0/sources/1: 'OTHER' is not a key of dialogs/sources.yaml",
        "t.yaml:1:1: sources/0: 'MADE-UP' is not a key of dialogs/sources.yaml",
    ]


@pytest.mark.parametrize(
    ("say", "fine"),
    [
        (("Call {MATERNITY} now.",), False),
        (("Call {EMERGENCY} now for fever with cold hands.",), False),
        (("Call {MATERNITY} now.", "I cannot call for you."), True),
        (("Call {MATERNITY} now if the leg is swollen.",), True),
        (("If you get breathless, call {EMERGENCY} now.",), True),
    ],
)
def test_a_topic_that_says_to_call_now_says_that_the_device_cannot(say: tuple[str, ...], fine: bool) -> None:
    own = replace(topic("t", "x."), say=say)
    variant = replace(topic("t", "x."), variants=(Variant(who="pregnant", say=say),))
    for script in (own, variant):
        assert (problems_of(script) == []) is fine


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"check": "x?"}, "a 'check' needs"),
        ({"check_no": "t"}, "a 'check' needs"),
        ({"variants": (Variant(who="child"),)}, "a variant has either"),
        ({"variants": (Variant(who="child", say=("x.",), answer="t"),)}, "a variant has either"),
        ({"steps": (Step(),)}, "a step has either"),
        ({"steps": (Step(say=("x.",), ask="y?", hold_s=3),)}, "a step has either"),
        ({"steps": (Step(ask="x?"),)}, "a question needs 'hold_s'"),
        ({"steps": (Step(say=("x.",), no="9"),)}, "there is no step 9"),
        ({"steps": (Step(say=("x.",), no="t 9"),)}, "'t' has no step 9"),
        ({"steps": (Step(say=("x.",), repeat_from=2),)}, "there is no step 2 to go back to"),
    ],
)
def test_a_topic_that_cannot_be_followed_is_found(change: dict[str, Any], message: str) -> None:
    assert any(message in line for line in problems_of(replace(topic("t", "x."), **change)))


@pytest.mark.parametrize(
    ("script", "message"),
    [
        (emergency("emergency.t", Level.EMERGENCY_NOW, "Call {EMERGENCY}."), "says 'I cannot call for you.'"),
        (replace(GOOD, say=("Sit down.",)), "says to call {EMERGENCY} or go"),
        (emergency("emergency.t", Level.TODAY, "Sit down."), "a 'today' answer says to call"),
        (emergency("emergency.t", Level.TODAY, "Call {ADVICE_LINE}.", ask=None), "need 'ask'"),
    ],
)
def test_an_urgent_answer_without_its_call_or_its_question_is_found(script: Emergency, message: str) -> None:
    assert any(message in line for line in problems_of(script))


def test_a_hard_text_is_found_by_its_reading_grade_alone_and_on_average() -> None:
    script = topic("t", "x.")
    assert problems_of(script, grade=lambda text: 5.9) == []
    assert problems_of(script, grade=lambda text: 7.0) == ["dialogs:1:1: mean reading grade 7.00, 6 at most"]
    assert len(problems_of(script, grade=lambda text: 9.0)) == 2
    assert problems_of(Control(id="control.t", wants="x", say=("y.",)), grade=lambda text: 9.0) == []


def test_all_problems_come_at_once_in_the_order_of_the_files() -> None:
    found = problems_of(topic("b", "x", caveats=("y",)), topic("a", "x"))
    assert found == sorted(found)
    assert len(found) == 3


@pytest.mark.parametrize(
    ("id_", "kind"),
    [
        ("emergency.x", Emergency),
        ("unclear.x", Unclear),
        ("control.x", Control),
        ("diary.x", Control),
        ("relief.x", Topic),
        ("clot_or_cramp", Topic),
    ],
)
def test_the_id_tells_what_kind_of_script_it_is(id_: str, kind: type) -> None:
    assert script_type(id_) is kind
    assert "id" in {field.name for field in fields(kind)}
