"""From evidence to a reading: danger first, then controls, then topics; answer, ask, or stay silent. Pure.

The matcher says how probable each id is, the rules say which signs were heard and whether they are reported as present and
real. Neither decides alone: the bands below say how they are combined. Their values come with the trained model: those of
danger, unclear signs and speech set by hand, the others chosen on the `choose` phrasings by `crampvoice train`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from crampvoice.intent.danger import DangerRules
from crampvoice.intent.matcher import Scores
from crampvoice.intent.rules import Rule
from crampvoice.messages import Candidate, Finding, Hypothesis, Level, Reading, kind_of

_NAMED = 2.0
"""What the share of a danger sign is multiplied with when a rule names it."""
_AT_LEVEL = 4.0
"""The same for signs of level `emergency_now` when that level is likelier than `today`."""
_SURE_BEHIND = 0.5
"""Share of a danger sign, as a follow-up to the answer before, from which it is asked about."""
_FAINT = 0.02
"""Share of a danger sign of level now that a rule names from which it is asked about beside a topic that is sure."""
_UNCLEAR_WITH_RULE = 0.5
"""What the bar of unclear signs is multiplied with when a rule names the likeliest of them."""
_BESIDE_WITH_RULE = 0.3
"""How likely it must be then beside the likeliest harmless meaning, as a share of that; without a rule as likely."""
_FEW_WORDS = 8
"""Most words for which a rule's sign is asked about although the shares take them for talk that is not for the device."""
_DOUBT_OF_CONTROLS = 2.0
"""What the share of `none` is multiplied with before it is compared with that of a control: of 1 to 4, on `choose`, where
the most controls are done with the fewest reactions to talk that is not for the device."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bands:
    """Where answering, asking and silence begin; all are shares of the evidence, 0 to 1."""

    alarm: float
    """Danger from which the advice is spoken at once."""
    alarm_with_rule: float
    """The same when a rule found a present sign as well."""
    ask: float
    """Danger from which the one question is asked."""
    ask_heard: float
    """The same for what a recognizer heard: a word misheard in one reading of several looks like a faint danger."""
    ask_with_rule: float
    """The same when a rule found a present sign as well."""
    elsewhere: float
    """Share of `none` from which danger is taken for talk that is not meant for the device, unless it reaches `sure`."""
    ask_elsewhere: float
    """Share of `none` from which danger that no rule names is not asked about, though it is answered if it reaches `alarm`."""
    sure: float
    """Danger from which the advice is spoken whatever else speaks against it."""
    unclear: float
    """Share of the unclear cases from which their question is asked."""
    control: float
    """Share of a control from which it is done."""
    topic: float
    """Share of a topic from which it is answered."""
    follow: float
    """Share of a topic or of the open emergency from which a follow-up to the answer just given is taken for it."""
    pair: float
    """Share of the first two topics together from which the person is asked which of them is meant."""
    near: float
    """Cosine of the nearest learned phrasing below which a topic is answered only if its share is `firm`."""
    firm: float
    """Share of a topic from which it is answered however far the nearest phrasing is."""
    doubt: float
    """What the share of `none` is multiplied with before it is compared with that of a topic."""
    doubt_heard: float
    """The same for what a recognizer heard: half of a misheard question sounds like talk about something else."""


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
    id_, between = case.choose()
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """All that is known of one utterance; `choose` decides, and nothing else of it depends on the bands."""

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
    def _asks_from(self) -> float:
        return self.bands.ask_heard if self.spoken else self.bands.ask

    def choose(self) -> tuple[str, tuple[str, str] | None]:
        """Give the best id; for `clarify` also the two it asks between."""
        if (
            self.learned is not None
            and not any(f in self.carried for f in self.present)
            and not (self.scores.following and kind_of(self.learned) == "topic")
        ):
            return self.learned, None
        found = self._asked_on() or self._danger()
        if found is None or found[0] == "clarify":
            found = self._carried() or self._asked_by_rule() or found
        return found or self._unclear() or self._by_rule() or self._out_of_scope() or self._rest()

    def _asked_on(self) -> tuple[str, None] | None:
        """Give the open emergency if somebody asks on about it, rather than reports another one.

        Not if a rule finds another present sign, nor if danger is sure and its sign more urgent than the open one.
        """
        if self.about is None or not self._urgent(self.about) or not self.scores.following:
            return None
        best = self.scores.following[0]
        if best.id != self.about or best.score < self.bands.follow or self._named() - {self.about}:
            return None
        more_urgent = self.knowledge.levels[self._best_emergency()].urgency > self.knowledge.levels[self.about].urgency
        return None if more_urgent and self._danger_share() >= self.bands.alarm else (self.about, None)

    def _danger(self) -> tuple[str, tuple[str, str] | None] | None:
        emergency, danger = self._best_emergency(), self._danger_share()
        by_rule = any(finding not in self.carried for finding in self._signs())
        ruled = by_rule and self.scores.danger.now + self.scores.danger.today >= self.bands.alarm_with_rule
        if self._is_unclear() and self._unclear_share() > self._urgent_share() and not ruled:
            return None
        doubtful = self.calm or (self.scores.elsewhere >= self.bands.elsewhere and not by_rule)
        if danger >= self.bands.sure and not doubtful:
            return emergency, None
        if self._share("none") >= self.bands.elsewhere and not by_rule:
            return None
        alarm, ask = (self.bands.alarm_with_rule, self.bands.ask_with_rule) if by_rule else (self.bands.alarm, self._asks_from)
        if danger >= alarm and not doubtful:
            return emergency, None
        heard_elsewhere = self._share("none") >= self.bands.ask_elsewhere and not by_rule
        asks = danger >= ask and not heard_elsewhere and self._danger_as_follow_up() >= self._asks_from
        return ("clarify", (emergency, self._best_harmless())) if asks else None

    def _carried(self) -> tuple[str, tuple[str, str] | None] | None:
        """Give the danger sign that what is known of the person makes of this, or a likelier one that is more urgent.

        Ask first if it may not be for the device, or if it is surely a topic about leg cramps by itself.
        """
        signs = [finding for finding in self.present if finding in self.carried and self._urgent(finding.id)]
        if not signs or self._is_long_talk():
            return None
        sign = max(signs, key=lambda one: self._level_of(one).urgency).id
        likeliest = self._best_emergency()
        if self._share(likeliest) > self._share(sign):
            sign = max(sign, likeliest, key=lambda id_: self.knowledge.levels[id_].urgency)
        best = self._harmless()[0]
        sure = best.score >= self.bands.firm
        if sure and self._steers(best):
            return None
        about_cramps = sure and not best.id.startswith("scope.")
        if about_cramps or self.scores.elsewhere >= self.bands.elsewhere:
            return "clarify", (sign, self._best_harmless())
        return sign, None

    def _by_rule(self) -> tuple[str, tuple[str, str] | None] | None:
        """Ask about a sign that a rule found where the shares alone would pass over it.

        Always a chest, stroke, fit or faint sign that is said to be over. Of the others those of level now, unless the
        shares are sure of a harmless topic; then only chest, stroke, fit and faint signs, and what the shares see faintly too.
        """
        over = [f for f in self.present if f.rule in self.staying and self.over]
        if over and over[0].id in self.knowledge.unclear:
            return over[0].id, None
        if over and self._urgent(over[0].id):
            return "clarify", (over[0].id, self._best_harmless())
        if self._is_long_talk():
            return None
        signs = [f for f in self._signs() if self._level_of(f) is Level.EMERGENCY_NOW]
        best = self._harmless()[0]
        if best.score >= self.bands.firm:
            likely = [f for f in signs if f.rule in self.staying or self._share(f.id) >= _FAINT]
            signs = [] if self._steers(best) else likely
        return ("clarify", (self._best_emergency(), self._best_harmless())) if signs else None

    def _asked_by_rule(self) -> tuple[str, tuple[str, str] | None] | None:
        """Ask what a rule only asks about, with the harmless meaning it names."""
        if self._is_long_talk():
            return None
        for finding in self.present:
            asks = self.rules[finding.rule].asks if finding.rule in self.rules else None
            if asks is not None:
                return "clarify", (finding.id, asks)
        return None

    def _out_of_scope(self) -> tuple[str, None] | None:
        """Ask what makes a cramp that could be anywhere unclear for this person: "in your belly?" of somebody pregnant."""
        unclear = [f.id for f in self.present if f in self.carried and f.id in self.knowledge.unclear]
        return (unclear[0], None) if unclear and self._rest()[0].startswith("scope.") else None

    def _is_long_talk(self) -> bool:
        """Tell whether many words sound like talk with others or a television."""
        return self.scores.elsewhere >= self.bands.elsewhere and self.words > _FEW_WORDS

    def _unclear(self) -> tuple[str, tuple[str, str] | None] | None:
        if not self._is_unclear():
            return None
        return self._best_unclear().id, None

    def _is_unclear(self) -> bool:
        best = self._best_unclear()
        named = any(finding.id == best.id for finding in self.present)
        bar, beside = (_UNCLEAR_WITH_RULE, _BESIDE_WITH_RULE) if named else (1.0, 1.0)
        likely = self._unclear_share() >= bar * self.bands.unclear and best.score >= beside * self._harmless()[0].score
        return likely and self._danger_as_follow_up() >= self._asks_from / 2

    def _rest(self) -> tuple[str, tuple[str, str] | None]:
        if self.scores.following:
            return self._follow_up()
        best = self._harmless()[0]
        doubt = self.bands.doubt_heard if self.spoken else self.bands.doubt
        if not self._steers(best) and best.score < self.bands.firm and self.scores.nearest[2] < self.bands.near:
            return self._best_of(self.bands.firm, doubt)
        return self._best_of(self.bands.topic, doubt)

    def _follow_up(self) -> tuple[str, tuple[str, str] | None]:
        """Take it as said after the answer before: an emergency is asked on about, a topic is what it means there.

        A danger sign that it only is there is asked about: "my calf aches", after an operation.
        """
        best = self.scores.following[0]
        if self._urgent(best.id) and best.id != self.about and best.score >= _SURE_BEHIND and not self.calm:
            return "clarify", (best.id, self._best_harmless())
        case = replace(self, scores=replace(self.scores, candidates=self.scores.following, following=()))
        if self.about is not None and self._urgent(self.about):
            share = case._share(self.about)
            if share >= self.bands.follow and share >= case._harmless()[0].score:
                return self.about, None
        return case._best_of(self.bands.follow, 1.0)

    def _best_of(self, topic: float, doubt: float) -> tuple[str, tuple[str, str] | None]:
        """Take the best control or topic, if it reaches its bar and `none` times its doubt is not likelier."""
        best, second = self._harmless()[:2]
        steers = self._steers(best)
        if self._share("none") * (_DOUBT_OF_CONTROLS if steers else doubt) > best.score:
            return "none", None
        if best.score >= (self.bands.control if steers else topic):
            return best.id, None
        both_topics = not any(self._steers(one) or one.id.startswith("emergency.") for one in (best, second))
        if both_topics and best.score + second.score >= self.bands.pair:
            return "clarify", (best.id, second.id)
        return "none", None

    def _steers(self, one: Candidate) -> bool:
        return one.id.startswith(("control.", "diary."))

    def _danger_share(self) -> float:
        """Weigh what the danger layer says and what the ids say alike."""
        return (self.scores.danger.now + self.scores.danger.today + self._urgent_share()) / 2

    def _danger_as_follow_up(self) -> float:
        """Give the share of dangers and unclear signs behind the answer before: it need not be asked what that makes clear."""
        if not self.scores.following:
            return 1.0
        return sum(c.score for c in self.scores.following if self._urgent(c.id) or c.id in self.knowledge.unclear)

    def _urgent_share(self) -> float:
        return sum(c.score for c in self.scores.candidates if self._urgent(c.id))

    def _urgent(self, id_: str) -> bool:
        level = self.knowledge.levels.get(id_)
        return level is not None and level.urgency >= Level.TODAY.urgency

    def _signs(self) -> list[Finding]:
        """Give the danger signs that a rule found present, without those it only asks about."""
        return [f for f in self.present if self._urgent(f.id) and not (f.rule in self.rules and self.rules[f.rule].asks)]

    def _named(self) -> set[str]:
        return {finding.id for finding in self._signs()}

    def _level_of(self, finding: Finding) -> Level:
        raised = self.rules[finding.rule].level if finding.rule in self.rules else None
        return raised or self.knowledge.levels[finding.id]

    def _best_emergency(self) -> str:
        """Choose the danger sign: by share, raised where a rule names it and where its level is the one that was judged.

        One of level now that a rule found is preferred to any less urgent, if the danger layer sees one too.
        """
        signs = self._signs()
        named = {finding.id for finding in signs}
        first = {finding.id for finding in signs if self._level_of(finding) is Level.EMERGENCY_NOW}
        now = self.scores.danger.now > self.scores.danger.today

        def weight(one: Candidate) -> float:
            at_level = now and self.knowledge.levels[one.id] is Level.EMERGENCY_NOW
            return one.score * (_NAMED if one.id in named else 1.0) * (_AT_LEVEL if at_level else 1.0)

        best = max((one for one in self.scores.candidates if self._urgent(one.id)), key=weight).id
        if not first or best in first or self.knowledge.levels[best] is Level.EMERGENCY_NOW:
            return best
        if self.scores.danger.now < self._asks_from and self._danger_share() >= self.bands.ask_with_rule:
            return best
        return max((one for one in self.scores.candidates if one.id in first), key=weight).id

    def _best_harmless(self) -> str:
        return next(c.id for c in self._harmless() if not c.id.startswith(("control.", "diary.", "emergency.")))

    def _harmless(self) -> list[Candidate]:
        leave_out = self.knowledge.unclear
        return [c for c in self.scores.candidates if c.id != "none" and c.id not in leave_out and not self._urgent(c.id)]

    def _share(self, id_: str) -> float:
        return next((c.score for c in self.scores.candidates if c.id == id_), 0.0)

    def _best_unclear(self) -> Candidate:
        return next(c for c in self.scores.candidates if c.id in self.knowledge.unclear)

    def _unclear_share(self) -> float:
        return sum(c.score for c in self.scores.candidates if c.id in self.knowledge.unclear)


def _findings(hypotheses: Sequence[Hypothesis], rules: DangerRules, known: frozenset[str] = frozenset()) -> tuple[Finding, ...]:
    seen: dict[tuple[str, str, str], Finding] = {}
    for hypothesis in hypotheses:
        for finding in rules.findings(hypothesis.text, known):
            seen.setdefault((finding.id, finding.rule, finding.standing), finding)
    return tuple(seen.values())
