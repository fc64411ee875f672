"""From evidence to a reading: danger first, then controls, then topics; answer, ask, or stay silent. Pure.

The matcher says how probable each id is, the rules say which signs were heard and whether they are reported as present and
real. Neither decides alone: the bands below say how they are combined. Their values are chosen on the `choose` phrasings by
`crampvoice train` and come with the trained model.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crampvoice.intent.danger import DangerRules
from crampvoice.intent.followup import FollowUps
from crampvoice.intent.matcher import Scores
from crampvoice.messages import Candidate, Finding, Hypothesis, Level, Reading

_NAMED = 2.0
"""What the share of a danger sign is multiplied with when a rule names it."""
_AT_LEVEL = 4.0
"""The same for signs of level `emergency_now` when that level is likelier than `today`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bands:
    """Where answering, asking and silence begin; all are shares of the evidence, 0 to 1."""

    alarm: float
    """Danger from which the advice is spoken at once."""
    alarm_with_rule: float
    """The same when a rule found a present sign as well."""
    ask: float
    """Danger from which the one question is asked."""
    ask_with_rule: float
    """The same when a rule found a present sign as well."""
    elsewhere: float
    """Share of `none` from which danger is taken for talk that is not meant for the device, unless it reaches `sure`."""
    sure: float
    """Danger from which the advice is spoken whatever else speaks against it."""
    unclear: float
    """Share of the unclear cases from which their question is asked."""
    control: float
    """Share of a control from which it is done."""
    topic: float
    """Share of a topic from which it is answered."""
    pair: float
    """Share of the first two topics together from which the person is asked which of them is meant."""
    near: float
    """Cosine of the nearest learned phrasing below which a topic is answered only if its share is `firm`."""
    firm: float
    """Share of a topic from which it is answered however far the nearest phrasing is."""
    doubt: float
    """What the share of `none` is multiplied with before it is compared with that of a topic."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """What deciding needs to know of the scripts."""

    levels: Mapping[str, Level]
    """Level of every emergency."""
    unclear: frozenset[str]
    """Ids of the unclear cases."""


def decide(
    hypotheses: Sequence[Hypothesis],
    scores: Scores,
    rules: DangerRules,
    follow_ups: FollowUps,
    knowledge: Knowledge,
    bands: Bands,
) -> Reading:
    """Read one utterance by itself.

    `hypotheses` are its readings with their weights, `scores` the matcher's opinion of them all together. The rules see
    only those of the open graph if there are any: the grammar hears danger words in talk about something else.
    """
    text = hypotheses[0].text if hypotheses else ""
    if not any(hypothesis.text for hypothesis in hypotheses):
        return Reading(text="", id="none")
    heard_freely = [one for one in hypotheses if one.decode != "grammar" and one.text]
    findings = _findings(heard_freely or hypotheses, rules)
    present = tuple(finding for finding in findings if finding.standing == "present")
    learned = scores.nearest[1] if scores.nearest[0] == text else None
    evidence = _Evidence(scores, findings, present, rules.is_calm(text), learned, knowledge, bands)
    id_, between = evidence.choose()
    raised = [level for f in present if f.id == id_ and (level := rules.raised(f.rule))]
    level = max(raised, key=lambda one: one.urgency, default=None)
    facts = rules.facts(text)
    return Reading(
        text=text,
        id=id_,
        candidates=scores.candidates,
        level=level,
        between=between,
        findings=findings,
        danger=scores.danger.now + scores.danger.today,
        nearest=(scores.nearest[0], scores.nearest[2]),
        facts=facts,
        names_only=bool(facts) and follow_ups.names_only(text),
    )


@dataclass(frozen=True, slots=True)
class _Evidence:
    scores: Scores
    findings: tuple[Finding, ...]
    present: tuple[Finding, ...]
    calm: bool
    learned: str | None
    """Id of the learned phrasing that is the very text, if there is one."""
    knowledge: Knowledge
    bands: Bands

    def choose(self) -> tuple[str, tuple[str, str] | None]:
        if self.learned is not None:
            return self.learned, None
        return self.danger() or self.unclear() or self.rest()

    def danger(self) -> tuple[str, tuple[str, str] | None] | None:
        emergency, danger, unclear = self.best_emergency(), self.danger_share(), self.unclear_share()
        by_rule = any(self.urgent(finding.id) for finding in self.present)
        if unclear >= self.bands.unclear and unclear > self.urgent_share():
            return None
        doubtful = self.calm or (self.scores.elsewhere >= self.bands.elsewhere and not by_rule)
        if danger >= self.bands.sure and not doubtful:
            return emergency, None
        if self.share("none") >= self.bands.elsewhere and not by_rule:
            return None
        alarm, ask = (self.bands.alarm_with_rule, self.bands.ask_with_rule) if by_rule else (self.bands.alarm, self.bands.ask)
        if danger >= alarm and not doubtful:
            return emergency, None
        return ("clarify", (emergency, self.best_harmless())) if danger >= ask else None

    def unclear(self) -> tuple[str, tuple[str, str] | None] | None:
        if self.unclear_share() < self.bands.unclear:
            return None
        return next(c.id for c in self.scores.candidates if c.id in self.knowledge.unclear), None

    def rest(self) -> tuple[str, tuple[str, str] | None]:
        best, second = self.harmless()[:2]
        steers = best.id.startswith(("control.", "diary."))
        bar = self.bands.control if steers else self.bands.topic
        if self.share("none") * (1.0 if steers else self.bands.doubt) > best.score:
            return "none", None
        if best.score >= bar and (steers or best.score >= self.bands.firm or self.scores.nearest[2] >= self.bands.near):
            return best.id, None
        both_topics = not any(one.id.startswith(("control.", "diary.", "emergency.")) for one in (best, second))
        if both_topics and best.score + second.score >= self.bands.pair:
            return "clarify", (best.id, second.id)
        return "none", None

    def danger_share(self) -> float:
        """Weigh what the danger layer says and what the ids say alike."""
        return (self.scores.danger.now + self.scores.danger.today + self.urgent_share()) / 2

    def urgent_share(self) -> float:
        return sum(c.score for c in self.scores.candidates if self.urgent(c.id))

    def urgent(self, id_: str) -> bool:
        level = self.knowledge.levels.get(id_)
        return level is not None and level.urgency >= Level.TODAY.urgency

    def best_emergency(self) -> str:
        """Choose the danger sign: by share, raised where a rule names it and where its level is the one that was judged."""
        named = {finding.id for finding in self.present if self.urgent(finding.id)}
        now = self.scores.danger.now > self.scores.danger.today

        def weight(one: Candidate) -> float:
            at_level = now and self.knowledge.levels[one.id] is Level.EMERGENCY_NOW
            return one.score * (_NAMED if one.id in named else 1.0) * (_AT_LEVEL if at_level else 1.0)

        return max((one for one in self.scores.candidates if self.urgent(one.id)), key=weight).id

    def best_harmless(self) -> str:
        return next(c.id for c in self.harmless() if not c.id.startswith(("control.", "diary.", "emergency.")))

    def harmless(self) -> list[Candidate]:
        leave_out = self.knowledge.unclear
        return [c for c in self.scores.candidates if c.id != "none" and c.id not in leave_out and not self.urgent(c.id)]

    def share(self, id_: str) -> float:
        return next((c.score for c in self.scores.candidates if c.id == id_), 0.0)

    def unclear_share(self) -> float:
        return sum(c.score for c in self.scores.candidates if c.id in self.knowledge.unclear)


def _findings(hypotheses: Sequence[Hypothesis], rules: DangerRules) -> tuple[Finding, ...]:
    seen: dict[tuple[str, str, str], Finding] = {}
    for hypothesis in hypotheses:
        for finding in rules.findings(hypothesis.text):
            seen.setdefault((finding.id, finding.rule, finding.standing), finding)
    return tuple(seen.values())
