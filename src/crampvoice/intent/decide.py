"""From evidence to a reading: danger first, then controls, then topics; answer, ask, or stay silent. Pure.

The matcher says how probable each id is, the rules say which signs were heard and whether they are reported as present and
real. Neither decides alone: `bands.py` says from which share on each counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from crampvoice.intent.bands import Bands
from crampvoice.intent.case import Case, Knowledge, steers
from crampvoice.intent.danger import DangerRules
from crampvoice.intent.matcher import Scores
from crampvoice.messages import Hypothesis, Level, Reading, kind_of

_SURE_BEHIND = 0.5
"""Share of a danger sign, as a follow-up to the answer before, from which it is asked about."""
_FAINT = 0.02
"""Share of a danger sign of level now that a rule names from which it is asked about beside a topic that is sure."""
_UNCLEAR_WITH_RULE = 0.5
"""What the bar of unclear signs is multiplied with when a rule names the likeliest of them."""
_BESIDE_WITH_RULE = 0.3
"""How likely it must be then beside the likeliest harmless meaning, as a share of that; without a rule as likely."""
_DOUBT_OF_CONTROLS = 2.0
"""What the share of `none` is multiplied with before it is compared with that of a control: of 1 to 4, on `choose`, where
the most controls are done with the fewest reactions to talk that is not for the device."""

Choice = tuple[str, tuple[str, str] | None]
"""An id; for `clarify` also the two it asks between."""


def decide(
    hypotheses: Sequence[Hypothesis],
    scores: Scores,
    rules: DangerRules,
    knowledge: Knowledge,
    bands: Bands,
    about: str | None = None,
    known: frozenset[str] = frozenset(),
) -> Reading:
    """Read one utterance; `about` is the id that was answered just before, if it may lean on that.

    `hypotheses` are its readings with their weights, `scores` the matcher's opinion of them all together. `known` are facts
    about the person from earlier turns, such as `pregnant`; the rules count them in.
    """
    if not any(hypothesis.text for hypothesis in hypotheses):
        return Reading(text="", id="none")
    case = Case.of(hypotheses, scores, rules, knowledge, bands, about=about, known=known)
    text, findings = hypotheses[0].text, case.findings
    id_, between = choose(case)
    raised = [level for f in case.present if f.id == id_ and (level := rules.raised(f.rule))]
    level = max(raised, key=lambda one: one.urgency, default=None)
    return Reading(
        text=text,
        id=id_,
        candidates=scores.following or scores.candidates,
        level=level,
        between=between,
        findings=findings,
        danger=scores.danger.now + scores.danger.today,
        nearest=(scores.nearest[0], scores.nearest[2]),
        facts=rules.facts(text),
    )


def choose(case: Case) -> Choice:
    """Give the best id; for `clarify` also the two it asks between."""
    if (
        case.learned is not None
        and not any(f in case.carried for f in case.present)
        and not (case.scores.following and kind_of(case.learned) == "topic")
    ):
        return case.learned, None
    found = _asked_on(case) or _danger(case)
    if found is None or found[0] == "clarify":
        found = _carried(case) or _asked_by_rule(case) or found
    return found or _unclear(case) or _by_rule(case) or _out_of_scope(case) or _rest(case)


def _asked_on(case: Case) -> Choice | None:
    """Give the open emergency if somebody asks on about it, rather than reports another one.

    Not if a rule finds another present sign, nor if danger is sure and its sign more urgent than the open one.
    """
    if case.about is None or not case.is_urgent(case.about) or not case.scores.following:
        return None
    best = case.scores.following[0]
    if best.id != case.about or best.score < case.bands.follow or case.named() - {case.about}:
        return None
    more_urgent = case.knowledge.levels[case.best_emergency()].urgency > case.knowledge.levels[case.about].urgency
    return None if more_urgent and case.danger_share() >= case.bands.alarm else (case.about, None)


def _danger(case: Case) -> Choice | None:
    emergency, danger = case.best_emergency(), case.danger_share()
    by_rule = any(finding not in case.carried for finding in case.signs())
    ruled = by_rule and case.scores.danger.now + case.scores.danger.today >= case.bands.alarm_with_rule
    if _is_unclear(case) and case.unclear_share() > case.urgent_share() and not ruled:
        return None
    doubtful = case.calm or (case.scores.elsewhere >= case.bands.elsewhere and not by_rule)
    if danger >= case.bands.sure and not doubtful:
        return emergency, None
    if case.share("none") >= case.bands.elsewhere and not by_rule:
        return None
    alarm, ask = (case.bands.alarm_with_rule, case.bands.ask_with_rule) if by_rule else (case.bands.alarm, case.asks_from)
    if danger >= alarm and not doubtful:
        return emergency, None
    heard_elsewhere = case.share("none") >= case.bands.ask_elsewhere and not by_rule
    asks = danger >= ask and not heard_elsewhere and case.danger_as_follow_up() >= case.asks_from
    return ("clarify", (emergency, case.best_harmless())) if asks else None


def _carried(case: Case) -> Choice | None:
    """Give the danger sign that what is known of the person makes of this, or a likelier one that is more urgent.

    Ask first if it may not be for the device, or if it is surely a topic about leg cramps by itself.
    """
    signs = [finding for finding in case.present if finding in case.carried and case.is_urgent(finding.id)]
    if not signs or case.is_long_talk():
        return None
    sign = max(signs, key=lambda one: case.level_of(one).urgency).id
    likeliest = case.best_emergency()
    if case.share(likeliest) > case.share(sign):
        sign = max(sign, likeliest, key=lambda id_: case.knowledge.levels[id_].urgency)
    best = case.harmless()[0]
    sure = best.score >= case.bands.firm
    if sure and steers(best):
        return None
    about_cramps = sure and not best.id.startswith("scope.")
    if about_cramps or case.scores.elsewhere >= case.bands.elsewhere:
        return "clarify", (sign, case.best_harmless())
    return sign, None


def _by_rule(case: Case) -> Choice | None:
    """Ask about a sign that a rule found where the shares alone would pass over it.

    Always a chest, stroke, fit or faint sign that is said to be over. Of the others those of level now, unless the
    shares are sure of a harmless topic; then only chest, stroke, fit and faint signs, and what the shares see faintly too.
    """
    over = [f for f in case.present if f.rule in case.staying and case.over]
    if over and over[0].id in case.knowledge.unclear:
        return over[0].id, None
    if over and case.is_urgent(over[0].id):
        return "clarify", (over[0].id, case.best_harmless())
    if case.is_long_talk():
        return None
    signs = [f for f in case.signs() if case.level_of(f) is Level.EMERGENCY_NOW]
    best = case.harmless()[0]
    if best.score >= case.bands.firm:
        likely = [f for f in signs if f.rule in case.staying or case.share(f.id) >= _FAINT]
        signs = [] if steers(best) else likely
    return ("clarify", (case.best_emergency(), case.best_harmless())) if signs else None


def _asked_by_rule(case: Case) -> Choice | None:
    """Ask what a rule only asks about, with the harmless meaning it names."""
    if case.is_long_talk():
        return None
    for finding in case.present:
        asks = case.rules[finding.rule].asks if finding.rule in case.rules else None
        if asks is not None:
            return "clarify", (finding.id, asks)
    return None


def _out_of_scope(case: Case) -> Choice | None:
    """Ask what makes a cramp that could be anywhere unclear for this person: "in your belly?" of somebody pregnant."""
    unclear = [f.id for f in case.present if f in case.carried and f.id in case.knowledge.unclear]
    return (unclear[0], None) if unclear and _rest(case)[0].startswith("scope.") else None


def _unclear(case: Case) -> Choice | None:
    if not _is_unclear(case):
        return None
    return case.best_unclear().id, None


def _is_unclear(case: Case) -> bool:
    best = case.best_unclear()
    named = any(finding.id == best.id for finding in case.present)
    bar, beside = (_UNCLEAR_WITH_RULE, _BESIDE_WITH_RULE) if named else (1.0, 1.0)
    likely = case.unclear_share() >= bar * case.bands.unclear and best.score >= beside * case.harmless()[0].score
    return likely and case.danger_as_follow_up() >= case.asks_from / 2


def _rest(case: Case) -> Choice:
    if case.scores.following:
        return _follow_up(case)
    best = case.harmless()[0]
    doubt = case.bands.doubt_heard if case.spoken else case.bands.doubt
    if not steers(best) and best.score < case.bands.firm and case.scores.nearest[2] < case.bands.near:
        return _best_of(case, case.bands.firm, doubt)
    return _best_of(case, case.bands.topic, doubt)


def _follow_up(case: Case) -> Choice:
    """Take it as said after the answer before: an emergency is asked on about, a topic is what it means there.

    A danger sign that it only is there is asked about: "my calf aches", after an operation.
    """
    best = case.scores.following[0]
    if case.is_urgent(best.id) and best.id != case.about and best.score >= _SURE_BEHIND and not case.calm:
        return "clarify", (best.id, case.best_harmless())
    behind = replace(case, scores=replace(case.scores, candidates=case.scores.following, following=()))
    if case.about is not None and case.is_urgent(case.about):
        share = behind.share(case.about)
        if share >= case.bands.follow and share >= behind.harmless()[0].score:
            return case.about, None
    return _best_of(behind, case.bands.follow, 1.0)


def _best_of(case: Case, topic: float, doubt: float) -> Choice:
    """Take the best control or topic, if it reaches its bar and `none` times its doubt is not likelier."""
    best, second = case.harmless()[:2]
    command = steers(best)
    if case.share("none") * (_DOUBT_OF_CONTROLS if command else doubt) > best.score:
        return "none", None
    if best.score >= (case.bands.control if command else topic):
        return best.id, None
    both_topics = not any(steers(one) or one.id.startswith("emergency.") for one in (best, second))
    if both_topics and best.score + second.score >= case.bands.pair:
        return "clarify", (best.id, second.id)
    return "none", None
