"""From which share of the evidence the device answers, asks, or stays silent.

The values come with the trained model: those of danger, unclear signs and speech are set by hand, the others chosen on the
`choose` phrasings by `crampvoice train`.
"""

from __future__ import annotations

from dataclasses import dataclass


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
