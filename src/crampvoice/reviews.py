"""Who reviewed which script and when: a record that a change of the script makes void."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass

from crampvoice import documents
from crampvoice.dialog.review import spoken
from crampvoice.dialog.script import Script
from crampvoice.errors import ContentError, Problem

REVIEWS_FILE = "reviews.yaml"
"""Lies in the dialogs folder."""

NOT_YET = "not yet reviewed by a clinician"


@dataclass(frozen=True, kw_only=True, config=ConfigDict(extra="forbid"))
class Review:
    """One review of one script."""

    by: Annotated[str, Field(min_length=2)]
    """Name and profession."""
    date: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d$")]
    spoken: str = ""
    """Sum of what the script said then, as `fingerprint` gives it; filled in when the review is recorded."""


Reviews = Mapping[str, Review]


def fingerprint(script: Script) -> str:
    """Give the sum of everything a script can say: 12 hexadecimal digits."""
    text = "\n".join(sentence.text for sentence in spoken(script))
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def read_reviews(path: Path, *, missing_ok: bool = True) -> dict[str, Review]:
    """Read a file of reviews by id. Raises ContentError."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        if missing_ok:
            return {}
        raise ContentError(f"There is no {path}: name a file of 'ID:' with 'by' and 'date' below each.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError(f"{path} cannot be read: {getattr(error, 'strerror', None) or 'not UTF-8 text'}.") from error
    if not text.strip():
        return {}
    found: dict[str, Review] = documents.read(str(path), text, dict[str, Review])
    return found


def state(script: Script, reviews: Reviews) -> str:
    """Say whether a script was reviewed as it is now."""
    review = reviews.get(script.id)
    if review is None:
        return NOT_YET
    if review.spoken != fingerprint(script):
        return f"changed since {review.by} reviewed it on {review.date}"
    return f"reviewed by {review.by} on {review.date}"


def record(path: Path, new: Reviews, scripts: Mapping[str, Script]) -> dict[str, Review]:
    """Add reviews to the record at `path` and write it. Raises ContentError for ids there are not."""
    unknown = [Problem(str(path), 1, 1, f"there is no '{id_}'") for id_ in new if id_ not in scripts]
    if unknown:
        raise ContentError("Nothing was recorded", unknown)
    reviews = read_reviews(path)
    for id_, review in new.items():
        reviews[id_] = Review(by=review.by, date=review.date, spoken=fingerprint(scripts[id_]))
    rows = (
        f'{id_}:\n  by: {json.dumps(review.by, ensure_ascii=False)}\n  date: {review.date}\n  spoken: "{review.spoken}"\n'
        for id_, review in sorted(reviews.items())
    )
    try:
        path.write_text("".join(rows), encoding="utf-8")
    except OSError as error:
        raise ContentError(f"{path} cannot be written: {error.strerror}.") from error
    return reviews
