"""Follow-ups that name nothing but a person or a place: "and for my son", "no the foot". Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from crampvoice.intent.terms import TermMatcher

_FILLER = frozenset(
    "a about actually also and any applies apply are as at be been but by can different do does eight eighty either "
    "else even fifty five for forty four from go goes good has have having he he's her here hers hi him his how i i'd "
    "i'm i've if in instead is isn't it it's its just kind ladies left like man maybe me mean meant men mine more my "
    "nine ninety no not now of oh ok okay old on one or other our ours patients people person rather right said same "
    "say seven seventy she she's should side six sixty so sorry sort still ten than that that's the their them then "
    "there these they they're thing thirty this those though three to too twenty two uh um us wait was wasn't way we "
    "well what what's when who who's with woman women work works would yeah year years yes you you're your".split()
)
MOST_WORDS = 12
"""Longer utterances say more than a name."""


class FollowUps:
    """Recognizes utterances that only name people or places."""

    def __init__(self, named: Mapping[str, Sequence[str]], groups: Mapping[str, Sequence[str]]) -> None:
        """Compile `named`: the terms of every person and place by name, as `people.yaml` writes them, and their groups."""
        self._matcher = TermMatcher(named, groups)

    def names_only(self, text: str) -> bool:
        """Tell whether `text`, in normal form, holds a person or a place and besides it only small words."""
        words = text.split()
        if not words or len(words) > MOST_WORDS:
            return False
        covered = {place for hit in self._matcher.find(words) for place in hit.places}
        return bool(covered) and all(place in covered or word in _FILLER for place, word in enumerate(words))
