"""Text to meaning."""

from __future__ import annotations

from pathlib import Path

import pytest
from running import Run, alone

from crampvoice.messages import Level

LINES = [
    "my calf is cramping what do i do",
    "she has chest pain and cannot breathe",
    "my wee is dark",
    "stop",
    "when was the last one",
    "the football starts at eight",
    "",
    "?!",
]


def test_every_field_of_a_result_is_there_with_its_type(run: Run) -> None:
    ran = run("interpret", "--jsonl", stdin="\n".join(LINES))
    assert ran.code == 0
    assert len(ran.objects) == 7
    for one in ran.objects:
        assert set(one) == {"heard", "id", "kind", "level", "say", "alternatives", "understand_ms"}
        assert type(one["heard"]) is type(one["id"]) is str
        assert one["kind"] in ("topic", "emergency", "control", "diary", "clarify", "none")
        assert (one["level"] is not None) == (one["kind"] == "emergency")
        assert one["level"] is None or one["level"] in [level.value for level in Level]
        assert all(type(sentence) is str and sentence for sentence in one["say"])
        for alternative in one["alternatives"]:
            assert set(alternative) == {"id", "score"}
            assert type(alternative["id"]) is str
            assert type(alternative["score"]) is float
            assert 0 <= alternative["score"] <= 1
        assert type(one["understand_ms"]) is float


def test_each_kind_of_meaning_is_reported(run: Run) -> None:
    topic, danger, question, stop, diary, other, marks = run("interpret", "--jsonl", stdin="\n".join(LINES)).objects
    assert (topic["id"], topic["kind"]) == ("relief.calf", "topic")
    assert (danger["id"], danger["level"]) == ("emergency.chest_or_breath", "emergency_now")
    assert (question["id"], question["kind"], len(question["say"])) == ("clarify", "clarify", 1)
    assert [one["id"] for one in question["alternatives"]] == ["emergency.dark_urine", "why.dehydration"]
    assert (stop["id"], stop["kind"]) == ("control.stop", "control")
    assert (diary["id"], diary["kind"], diary["say"]) == ("diary.last", "diary", ["There is no cramp in the diary yet."])
    for nothing in (other, marks):
        assert (nothing["id"], nothing["kind"], nothing["say"]) == ("none", "none", [])


def test_nothing_but_results_is_on_standard_output(environment: dict[str, str], tmp_path: Path) -> None:
    ran = alone(environment, "interpret", "--jsonl", stdin="\n".join(LINES).encode(), cwd=tmp_path)
    assert ran.code == 0
    assert len(ran.objects) == 7
    assert ran.err == ""
    assert list((tmp_path / "home").rglob("*")) == []


def test_lines_are_turns_of_one_talk_only_when_asked_for(run: Run) -> None:
    text = "my wee is dark\nbrown like cola\n\nbrown like cola\n"
    apart = [one["id"] for one in run("interpret", "--jsonl", stdin=text).objects]
    together = [one["id"] for one in run("interpret", "--jsonl", "--conversation", stdin=text).objects]
    assert together[:2] == ["clarify", "emergency.dark_urine"]
    assert apart[1] == apart[2] == together[2]


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_file_gives_what_standard_input_gives(run: Run, tmp_path: Path, ending: str) -> None:
    text = ending.join([*LINES, ""])
    (tmp_path / "lines öä.txt").write_bytes(text.encode())

    def told(*arguments: str, stdin: str = "") -> list[tuple[str, str]]:
        return [(one["heard"], one["id"]) for one in run("interpret", "--jsonl", *arguments, stdin=stdin).objects]

    assert told("lines öä.txt") == told("-", stdin=text) == told(stdin=text)


def test_people_read_the_words_the_id_and_the_answer(run: Run) -> None:
    ran = run("interpret", stdin="why do i get leg cramps\nstop")
    assert ran.out.splitlines()[:2] == ["“why do i get leg cramps”", "  why.general"]
    assert "Nobody knows for sure." in ran.out
    assert ran.out.splitlines()[-1] == "  (silence)"


def test_the_evidence_is_shown_when_asked_for(run: Run) -> None:
    ran = run("interpret", "--explain", stdin="she has chest pain and cannot breathe")
    for name in ("candidates", "danger", "rules", "nearest", "facts"):
        assert f"{name}: " in ran.out
    [one] = run("interpret", "--explain", "--jsonl", stdin="she has chest pain").objects
    assert set(one["explain"]) == {"candidates", "danger", "rules", "nearest", "facts"}


def test_the_owners_numbers_are_in_the_answer(run: Run, tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text("phones:\n  emergency: nine nine nine\n")
    ran = run("interpret", "--settings", "s.yaml", stdin="she has chest pain and cannot breathe")
    assert "Call nine nine nine now." in ran.out
    assert "{" not in ran.out


def test_text_that_cannot_be_read_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "latin.txt").write_bytes(b"my calf \xff\n")
    for name, reason in ((tmp_path, "Is a directory"), ("latin.txt", "not UTF-8"), ("missing.txt", "No such file")):
        ran = run("interpret", name)
        assert (ran.code, ran.out) == (1, "")
        assert reason in ran.err
        assert len(ran.err.splitlines()) == 1


def test_what_could_be_read_comes_before_the_line_that_could_not(run: Run) -> None:
    ran = run("interpret", "--jsonl", stdin=b"why do i get leg cramps\n\xff\xfe\n")
    assert ran.code == 1
    assert [one["id"] for one in ran.objects] == ["why.general"]
    assert "not UTF-8" in ran.err


def test_strange_text_gives_none_and_no_failure(run: Run) -> None:
    ran = run("interpret", "--jsonl", stdin="\x00\x01\n腿抽筋\n" + "x" * 100_000 + "\n\u2028\n🦵\n")
    assert ran.code == 0
    assert {one["kind"] for one in ran.objects} <= {"none", "clarify"}
