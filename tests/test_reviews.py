"""Who reviewed what and when, and what makes it void."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from crampvoice.dialog.script import Topic
from crampvoice.errors import ContentError
from crampvoice.reviews import NOT_YET, Review, fingerprint, read_reviews, record, state

SCRIPT = Topic(
    id="relief.foot",
    name="cramp in the foot",
    say=("Pull the toes back.",),
    evidence="weak",
    sources=("NHS-LC",),
    written="2026-11-24",
)
SCRIPTS = {SCRIPT.id: SCRIPT, "relief.calf": replace(SCRIPT, id="relief.calf")}
REVIEW = Review(by="Dr. Ada Example, GP", date="2026-12-01")


def test_what_nobody_reviewed_says_so() -> None:
    assert state(SCRIPT, {}) == NOT_YET


def test_a_recorded_review_holds_until_the_words_change(tmp_path: Path) -> None:
    reviews = record(tmp_path / "reviews.yaml", {SCRIPT.id: REVIEW}, SCRIPTS)
    assert state(SCRIPT, reviews) == "reviewed by Dr. Ada Example, GP on 2026-12-01"
    assert state(replace(SCRIPT, sources=("HSE",)), reviews).startswith("reviewed by")
    changed = replace(SCRIPT, caveats=("Slowly.",))
    assert state(changed, reviews) == "changed since Dr. Ada Example, GP reviewed it on 2026-12-01"


def test_the_fingerprint_is_of_the_spoken_words_only() -> None:
    assert fingerprint(SCRIPT) == fingerprint(replace(SCRIPT, name="another"))
    assert fingerprint(SCRIPT) != fingerprint(replace(SCRIPT, say=("Pull them.",)))
    assert len(fingerprint(SCRIPT)) == 12


def test_a_record_can_be_read_again_and_added_to(tmp_path: Path) -> None:
    path = tmp_path / "reviews.yaml"
    record(path, {SCRIPT.id: REVIEW}, SCRIPTS)
    both = record(path, {"relief.calf": REVIEW}, SCRIPTS)
    assert read_reviews(path) == both
    assert list(both) == ["relief.foot", "relief.calf"]


def test_a_name_with_quotes_survives_the_record(tmp_path: Path) -> None:
    path = tmp_path / "reviews.yaml"
    named = Review(by='Ada "Addie" O\'Example \\ GP', date="2026-12-01")
    record(path, {SCRIPT.id: named}, SCRIPTS)
    assert read_reviews(path)[SCRIPT.id].by == named.by


def test_an_id_there_is_not_is_told_and_nothing_is_recorded(tmp_path: Path) -> None:
    path = tmp_path / "reviews.yaml"
    with pytest.raises(ContentError) as caught:
        record(path, {SCRIPT.id: REVIEW, "relief.nose": REVIEW, "relief.ear": REVIEW}, SCRIPTS)
    assert len(caught.value.problems) == 2
    assert not path.exists()


def test_a_record_that_does_not_exist_yet_is_empty_unless_it_was_named(tmp_path: Path) -> None:
    assert read_reviews(tmp_path / "none.yaml") == {}
    with pytest.raises(ContentError, match="'by' and 'date'"):
        read_reviews(tmp_path / "none.yaml", missing_ok=False)


def test_an_empty_record_is_empty(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("\n", encoding="utf-8")
    assert read_reviews(tmp_path / "a.yaml") == {}


@pytest.mark.parametrize(
    "text",
    [
        "relief.foot:\n  by: Ada\n",
        "relief.foot:\n  by: Ada\n  date: yesterday\n",
        "relief.foot:\n  by: Ada\n  when: x\n",
        "- a\n",
    ],
)
def test_a_record_that_is_not_one_is_told_with_its_lines(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        read_reviews(tmp_path / "a.yaml")
    assert caught.value.problems


def test_files_that_cannot_be_read_or_written_say_why(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="cannot be read"):
        read_reviews(tmp_path)
    (tmp_path / "a.yaml").write_bytes(b"caf\xe9: x\n")
    with pytest.raises(ContentError, match="not UTF-8"):
        read_reviews(tmp_path / "a.yaml")
    with pytest.raises(ContentError, match="cannot be written"):
        record(tmp_path / "no" / "folder.yaml", {SCRIPT.id: REVIEW}, SCRIPTS)
