"""What it knows."""

from __future__ import annotations

import shutil
from pathlib import Path

from running import ROOT, Run


def test_every_topic_is_listed_with_its_sentence_and_sources(run: Run) -> None:
    lines = run("topics").out.splitlines()
    heads = [line for line in lines if line and not line.startswith(" ")]
    assert len(lines) == 3 * len(heads)
    assert {"relief.calf", "emergency.often", "why.general"} <= set(heads)
    assert sum(head.startswith("emergency.") for head in heads) == 40
    place = lines.index("relief.calf")
    assert lines[place + 1] == "  Straighten your leg and pull your toes toward your shin."
    assert "NHS-LC" in lines[place + 2]
    assert "reviewed" in lines[place + 2]
    assert not [line for line in lines if "{" in line]


def test_one_topic_is_shown_whole(run: Run) -> None:
    ran = run("topics", "relief.calf")
    assert ran.code == 0
    for part in ("says", "more", "step", "follows", "evidence"):
        assert f"\n  {part:9} " in ran.out


def test_each_sort_of_script_can_be_shown(run: Run) -> None:
    for id_ in ("emergency.often", "unclear.lump_in_calf", "control.help", "diary.last"):
        ran = run("topics", id_)
        assert ran.code == 0
        assert ran.out.startswith(id_)


def test_an_unknown_id_is_told_with_the_nearest(run: Run) -> None:
    ran = run("topics", "why.vitamin")
    assert (ran.code, ran.out) == (1, "")
    assert "why.vitamins" in ran.err


def test_the_page_holds_every_topic(run: Run) -> None:
    page = run("topics", "--page").out
    assert page.startswith("# What crampvoice says\n")
    assert page.count("\n**`emergency.") == 40


def test_the_page_shows_each_fact_with_its_sources_and_what_is_recalled(run: Run) -> None:
    page = run("topics", "--page").out
    assert "\n- No aspirin for anyone under sixteen. [judgement, recalled]\n" in page
    assert "\n- Ibuprofen does not suit everyone. [NHS-IBU]\n" in page
    assert "Always with it: Follow the packet." in page
    assert "\njudgement, recalled; " in page[page.index("`emergency.stroke`") :]


def test_a_review_is_recorded_beside_the_dialogs(run: Run, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "dialogs", tmp_path / "dialogs")
    (tmp_path / "s.yaml").write_text(f"dialogs: {tmp_path / 'dialogs'}\n")
    (tmp_path / "r.yaml").write_text("why.general:\n  by: Dr. A. Example\n  date: 2026-03-01\n")
    assert run("topics", "--review", "r.yaml", "--settings", "s.yaml").code == 0
    assert "Dr. A. Example" in run("topics", "why.general", "--settings", "s.yaml").out
    missing = run("topics", "--review", "nowhere.yaml", "--settings", "s.yaml")
    assert missing.code == 1
    assert "nowhere.yaml" in missing.err
