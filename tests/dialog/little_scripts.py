"""A handful of scripts that fit on one screen, and short ways to say what was heard."""

from __future__ import annotations

from crampvoice.dialog.script import Answer, Choice, Control, Emergency, Fact, Script, Step, Topic, Unclear, Variant
from crampvoice.messages import Candidate, Finding, Level, Reading

DAY = "2026-11-24"


def topic(
    id_: str,
    say: str,
    *,
    name: str = "something or other",
    more: tuple[str, ...] = (),
    variants: tuple[Variant, ...] = (),
    steps: tuple[Step, ...] = (),
    check: tuple[str, str | None, str | None] = ("", None, None),
    caveats: tuple[str, ...] = (),
) -> Topic:
    facts = tuple(Fact(say=line, sources=("judgement",)) for line in more)
    question, yes, no = check
    return Topic(
        id=id_,
        name=name,
        say=(say,),
        more=facts,
        variants=variants,
        steps=steps,
        check=question or None,
        check_yes=yes,
        check_no=no,
        caveats=caveats,
        evidence="weak",
        sources=("NHS",),
        written=DAY,
    )


def emergency(
    id_: str,
    level: Level,
    say: str,
    *,
    ask: str | None = "Is it so?",
    heard: tuple[str, ...] = (),
    stays_open: bool = False,
    goes_with: str | None = None,
    variants: tuple[Variant, ...] = (),
) -> Emergency:
    return Emergency(
        id=id_,
        level=level,
        say=(say,),
        waiting=("Sit still.",),
        why="Because it can be grave.",
        ask=ask,
        heard=heard,
        stays_open=stays_open,
        topic=goes_with,
        variants=variants,
        sources=("NHS",),
        written=DAY,
    )


CALF_STEPS = (
    Step(say=("Breathe out.",), hold_s=3),
    Step(say=("Pull your toes up.",), hold_s=20, repeat_from=1, times=2),
    Step(
        ask="Is it letting go?",
        hold_s=8,
        no="relief.standing",
        unsure="Feel the muscle.",
        choices=(Choice(heard=("dizzy",), goto="4"),),
    ),
    Step(say=("Rest the foot.",), hold_s=5),
)

_ALL: tuple[Script, ...] = (
    topic("relief.start", "Straighten the leg."),
    topic(
        "relief.calf",
        "Pull your toes up gently.",
        name="cramp in the calf",
        more=("One.", "Two.", "Three."),
        steps=CALF_STEPS,
        variants=(
            Variant(who="pregnant", answer="pregnancy.relief"),
            Variant(who="older", say=("Stay in bed and pull the toes.",)),
            Variant(who="surgery", answer="after_surgery.general"),
        ),
    ),
    topic("relief.foot", "Pull the toes back.", name="cramp in the foot"),
    topic("relief.standing", "Press the heel down."),
    topic("relief.not_working", "Try the other stretch."),
    topic("pregnancy.relief", "Gently pull the toes up."),
    topic("pregnancy.is_it_normal", "Yes, it is common."),
    topic("after_surgery.general", "Do not stretch it."),
    topic("older_adults.general", "Take your time."),
    topic(
        "why.general",
        "Nobody knows.",
        name="why cramps come",
        variants=(
            Variant(who="child", answer="child.causes"),
            Variant(who="helper", say=("Nobody knows of theirs.",)),
            Variant(who="medicine", answer="why.medicines"),
        ),
    ),
    topic("child.causes", "A busy day."),
    topic("why.medicines", "Some tablets do it."),
    topic(
        "prevent.general",
        "Stretch before bed.",
        check=("Another tip?", "prevent.shoes", None),
        caveats=("Hold on to something.",),
        variants=(Variant(who="surgery", answer="after_surgery.general"),),
    ),
    topic("prevent.shoes", "Wear flat shoes.", name="shoes"),
    topic("why.cold", "The cold may play a part.", variants=(Variant(who="child", answer="child.causes"),)),
    topic("who.affected", "Anyone.", variants=(Variant(who="older", answer="older_adults.general"),)),
    topic("aftercare.soreness", "It is sore for a day."),
    topic("see_doctor.when", "See a doctor soon."),
    emergency(
        "emergency.chest",
        Level.EMERGENCY_NOW,
        "Call {EMERGENCY} now.",
        ask="Does your chest hurt?",
        heard=("tight",),
        stays_open=True,
    ),
    emergency(
        "emergency.clot",
        Level.TODAY,
        "Call {ADVICE_LINE} now.",
        ask="Is one leg swollen?",
        variants=(Variant(who="pregnant", answer="emergency.pregnancy_clot"),),
    ),
    emergency("emergency.pregnancy_clot", Level.TODAY, "Call {MATERNITY} now."),
    emergency("emergency.often", Level.ROUTINE, "Tell {DOCTOR}.", ask=None, goes_with="see_doctor.when"),
    Unclear(
        id="unclear.swollen",
        ask="One leg, or both?",
        danger=(Answer(heard=("one", "the left"), goto="emergency.clot"),),
        harmless=(
            Answer(heard=("both",), yes_or_no="no", goto="see_doctor.when", say=("Call if it gets worse.",), ask_again_s=120),
        ),
        written=DAY,
    ),
    Unclear(
        id="unclear.faint",
        ask="Any chest pain?",
        danger=(Answer(heard=("chest",), yes_or_no="yes", goto="emergency.chest"),),
        harmless=(Answer(heard=("just dizzy",), yes_or_no="no", goto="relief.start"),),
        written=DAY,
    ),
    Control(id="control.stop", wants="silence"),
    Control(id="control.next", wants="go on"),
    Control(id="control.back", wants="go back"),
    Control(id="control.repeat", wants="once more"),
    Control(id="control.more", wants="more"),
    Control(id="control.slower", wants="slower"),
    Control(id="control.louder", wants="louder"),
    Control(id="control.better", wants="it is easing", say=("I am glad.",)),
    Control(id="control.worse", wants="it is not easing"),
    Control(id="control.yes", wants="yes"),
    Control(id="control.no", wants="no"),
    Control(id="control.help", wants="help", say=("Ask me anything.",)),
    Control(id="control.thanks", wants="politeness", say=("You are welcome.",)),
    Control(id="control.goodnight", wants="sleep", say=("Good night.",)),
    Control(id="diary.log", wants="write down", say=("It is written down.",)),
    Control(id="diary.delete_last", wants="remove", say=("Remove the cramp from {WHEN}?",)),
)

SCRIPTS: dict[str, Script] = {script.id: script for script in _ALL}


def heard(
    id_: str,
    text: str = "",
    *,
    score: float = 0.9,
    others: tuple[tuple[str, float], ...] = (),
    between: tuple[str, str] | None = None,
    facts: tuple[str, ...] = (),
    present: bool = False,
    level: Level | None = None,
) -> Reading:
    ranked = (Candidate(id=id_, score=score), *(Candidate(id=other, score=share) for other, share in others))
    return Reading(
        text=text or id_.partition(".")[2].replace("_", " "),
        id=id_,
        candidates=ranked,
        between=between,
        facts=frozenset(facts),
        level=level,
        findings=(Finding(id=id_, rule="a rule", words=("word",)),) if present else (),
    )
