"""All that is known of one utterance before it is decided: what matcher and rules say, and what that amounts to. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from crampvoice.intent.bands import Bands
from crampvoice.intent.danger import DangerRules
from crampvoice.intent.matcher import Scores
from crampvoice.intent.rules import Rule
from crampvoice.messages import Candidate, Finding, Hypothesis, Level

_NAMED = 2.0
"""What the share of a danger sign is multiplied with when a rule names it."""
_AT_LEVEL = 4.0
"""The same for signs of level `emergency_now` when that level is likelier than `today`."""
_FEW_WORDS = 8
"""Most words for which a rule's sign is asked about although the shares take them for talk that is not for the device."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """What deciding needs to know of the scripts."""

    levels: Mapping[str, Level]
    """Level of every emergency."""
    unclear: frozenset[str]
    """Ids of the unclear cases."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """All that is known of one utterance."""

    scores: Scores
    findings: tuple[Finding, ...]
    calm: bool
    """Whether the rules found every sign denied, past, supposed or a figure of speech."""
    learned: str | None
    """Id of the learned phrasing that is the very text, if there is one."""
    knowledge: Knowledge
    bands: Bands
    about: str | None = None
    """Id that was answered just before."""
    words: int = 0
    """How many words were said."""
    spoken: bool = False
    """Whether a recognizer heard it, so that some of the words may be wrong."""
    rules: Mapping[str, Rule] = field(default_factory=dict)
    """The danger rules by name: what a finding asks for, and the level it raises its sign to."""
    staying: frozenset[str] = frozenset()
    """Rules about chest, stroke, fit or faint signs."""
    over: bool = False
    """Whether something is said to be over, which those signs are not for that."""
    carried: frozenset[Finding] = frozenset()
    """Findings that rest on what was known of the person before; the scores know nothing of that."""

    @classmethod
    def of(
        cls,
        hypotheses: Sequence[Hypothesis],
        scores: Scores,
        rules: DangerRules,
        knowledge: Knowledge,
        bands: Bands,
        *,
        about: str | None = None,
        known: frozenset[str] = frozenset(),
    ) -> Case:
        """Gather what the rules find in one utterance, of which some words were heard.

        The rules see only the readings of the open graph if there are any: the grammar hears danger words in talk about
        something else.
        """
        text = hypotheses[0].text
        heard_freely = [one for one in hypotheses if one.decode != "grammar" and one.text]
        heard = heard_freely or hypotheses
        findings = _findings(heard, rules, known)
        by_itself = _findings(heard, rules) if known else findings
        return cls(
            scores=scores,
            findings=findings,
            calm=rules.is_calm(text),
            learned=scores.nearest[1] if scores.nearest[0] == text else None,
            knowledge=knowledge,
            bands=bands,
            about=about,
            words=len(text.split()),
            spoken=any(one.decode != "typed" for one in hypotheses),
            rules=rules.by_name,
            staying=rules.staying,
            over=rules.says_over(text),
            carried=frozenset(finding for finding in findings if finding not in by_itself),
        )

    @property
    def present(self) -> tuple[Finding, ...]:
        """Signs that are reported as present and real."""
        return tuple(finding for finding in self.findings if finding.standing == "present")

    @property
    def asks_from(self) -> float:
        """Danger from which the one question is asked, typed or heard."""
        return self.bands.ask_heard if self.spoken else self.bands.ask

    def is_long_talk(self) -> bool:
        """Tell whether many words sound like talk with others or a television."""
        return self.scores.elsewhere >= self.bands.elsewhere and self.words > _FEW_WORDS

    def danger_share(self) -> float:
        """Weigh what the danger layer says and what the ids say alike."""
        return (self.scores.danger.now + self.scores.danger.today + self.urgent_share()) / 2

    def danger_as_follow_up(self) -> float:
        """Give the share of dangers and unclear signs behind the answer before: it need not be asked what that makes clear."""
        if not self.scores.following:
            return 1.0
        return sum(c.score for c in self.scores.following if self.is_urgent(c.id) or c.id in self.knowledge.unclear)

    def urgent_share(self) -> float:
        """Give the share of all signs for now and for today together."""
        return sum(c.score for c in self.scores.candidates if self.is_urgent(c.id))

    def is_urgent(self, id_: str) -> bool:
        """Tell whether an id is a danger sign for now or for today."""
        level = self.knowledge.levels.get(id_)
        return level is not None and level.urgency >= Level.TODAY.urgency

    def signs(self) -> list[Finding]:
        """Give the danger signs that a rule found present, without those it only asks about."""
        return [f for f in self.present if self.is_urgent(f.id) and not (f.rule in self.rules and self.rules[f.rule].asks)]

    def named(self) -> set[str]:
        """Give the ids of those signs."""
        return {finding.id for finding in self.signs()}

    def level_of(self, finding: Finding) -> Level:
        """Give the level of what a rule found, which the rule may raise."""
        raised = self.rules[finding.rule].level if finding.rule in self.rules else None
        return raised or self.knowledge.levels[finding.id]

    def best_emergency(self) -> str:
        """Choose the danger sign: by share, raised where a rule names it and where its level is the one that was judged.

        One of level now that a rule found is preferred to any less urgent, if the danger layer sees one too.
        """
        named = self.named()
        first = {finding.id for finding in self.signs() if self.level_of(finding) is Level.EMERGENCY_NOW}
        now = self.scores.danger.now > self.scores.danger.today

        def weight(one: Candidate) -> float:
            at_level = now and self.knowledge.levels[one.id] is Level.EMERGENCY_NOW
            return one.score * (_NAMED if one.id in named else 1.0) * (_AT_LEVEL if at_level else 1.0)

        best = max((one for one in self.scores.candidates if self.is_urgent(one.id)), key=weight).id
        if not first or best in first or self.knowledge.levels[best] is Level.EMERGENCY_NOW:
            return best
        if self.scores.danger.now < self.asks_from and self.danger_share() >= self.bands.ask_with_rule:
            return best
        return max((one for one in self.scores.candidates if one.id in first), key=weight).id

    def best_harmless(self) -> str:
        """Give the likeliest id that is neither a danger, nor unclear, nor a command."""
        return next(c.id for c in self.harmless() if not c.id.startswith(("control.", "diary.", "emergency.")))

    def harmless(self) -> list[Candidate]:
        """Give all candidates that are neither urgent, nor unclear, nor `none`, likeliest first."""
        leave_out = self.knowledge.unclear
        return [c for c in self.scores.candidates if c.id != "none" and c.id not in leave_out and not self.is_urgent(c.id)]

    def share(self, id_: str) -> float:
        """Give the share of an id; 0 if it is no candidate."""
        return next((c.score for c in self.scores.candidates if c.id == id_), 0.0)

    def best_unclear(self) -> Candidate:
        """Give the likeliest of the unclear signs."""
        return next(c for c in self.scores.candidates if c.id in self.knowledge.unclear)

    def unclear_share(self) -> float:
        """Give the share of all unclear signs together."""
        return sum(c.score for c in self.scores.candidates if c.id in self.knowledge.unclear)


def steers(one: Candidate) -> bool:
    """Tell whether a candidate is a command or about the diary, and no topic."""
    return one.id.startswith(("control.", "diary."))


def _findings(hypotheses: Sequence[Hypothesis], rules: DangerRules, known: frozenset[str] = frozenset()) -> tuple[Finding, ...]:
    seen: dict[tuple[str, str, str], Finding] = {}
    for hypothesis in hypotheses:
        for finding in rules.findings(hypothesis.text, known):
            seen.setdefault((finding.id, finding.rule, finding.standing), finding)
    return tuple(seen.values())
