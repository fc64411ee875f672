"""Files of wordings with their ids."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crampvoice.errors import ContentError, Problem
from crampvoice.phrasings import MAX_GRAMMAR_WORDS, Phrasing, for_grammar, read, read_all


def write(folder: Path, text: str, name: str = "a.tsv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_line_is_a_wording_in_normal_form_with_its_ids(tmp_path: Path) -> None:
    path = write(tmp_path, "text\tids\tstyle\tlevel\nMy calf's HOT!\temergency.clot_leg|clarify\tpanic\ttoday\n")
    assert read(path) == [
        Phrasing(
            text="my calf's hot",
            ids=("emergency.clot_leg", "clarify"),
            style="panic",
            level="today",
            file=str(path),
            line=2,
        )
    ]


def test_header_style_and_level_may_be_missing(tmp_path: Path) -> None:
    (one,) = read(write(tmp_path, "ow\trelief.start"))
    assert (one.text, one.ids, one.style, one.level, one.line) == ("ow", ("relief.start",), "plain", "", 1)


def test_a_follow_up_names_what_was_answered_before_it(tmp_path: Path) -> None:
    (one,) = read(write(tmp_path, "and in bed\tprevent.insoles\tplain\t\tprevent.compression"))
    assert (one.text, one.ids, one.about) == ("and in bed", ("prevent.insoles",), "prevent.compression")


def test_blank_lines_and_foreign_line_ends_are_fine(tmp_path: Path) -> None:
    path = tmp_path / "a.tsv"
    path.write_bytes(b"text\tids\r\n\r\now\trelief.start\r\n   \n")
    assert [(one.text, one.ids) for one in read(path)] == [("ow", ("relief.start",))]


def test_every_bad_line_is_told(tmp_path: Path) -> None:
    path = write(tmp_path, "only text\n\tno.text\nno ids\t\na\tb\tc\td\te\tf\nfine\tid\n")
    with pytest.raises(ContentError) as caught:
        read(path)
    assert [problem.line for problem in caught.value.problems] == [1, 2, 3, 4]
    assert "text TAB ids" in caught.value.problems[0].message


def test_every_bad_line_of_every_file_of_a_folder_is_told(tmp_path: Path) -> None:
    write(tmp_path, "bad\n", "a.tsv")
    write(tmp_path, "fine\tid\nbad\n", "b.tsv")
    write(tmp_path, "bad\n", "notes.txt")
    with pytest.raises(ContentError) as caught:
        read_all(tmp_path)
    assert [(Path(problem.file).name, problem.line) for problem in caught.value.problems] == [("a.tsv", 1), ("b.tsv", 2)]


def test_the_files_of_a_folder_are_read_by_name(tmp_path: Path) -> None:
    write(tmp_path, "two\tid\n", "b.tsv")
    write(tmp_path, "one\tid\n", "a.tsv")
    assert [one.text for one in read_all(tmp_path)] == ["one", "two"]


def test_a_file_that_cannot_be_read_says_why_and_what_to_name(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"No such file.*text TAB ids"):
        read(tmp_path / "missing.tsv")
    (tmp_path / "latin.tsv").write_bytes(b"caf\xe9\tid\n")
    with pytest.raises(ContentError, match="not UTF-8"):
        read(tmp_path / "latin.tsv")


def test_the_grammar_holds_short_wordings_that_the_device_is_asked() -> None:
    long = " ".join(["word"] * (MAX_GRAMMAR_WORDS + 1))
    learned = [
        Phrasing(text="my calf cramps", ids=("relief.calf",)),
        Phrasing(text="pass the salt", ids=("none",), level="none"),
        Phrasing(text="this is killing me", ids=("relief.start",), level="near"),
        Phrasing(text=long, ids=("relief.calf",)),
        Phrasing(text=long.removeprefix("word "), ids=("relief.calf",)),
    ]
    assert list(for_grammar(learned)) == ["my calf cramps", long.removeprefix("word ")]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet=st.one_of(st.characters(codec="utf-8"), st.sampled_from("\t\n\r|")), max_size=80))
def test_any_text_is_wordings_or_problems(tmp_path: Path, text: str) -> None:
    path = tmp_path / "any.tsv"
    path.write_bytes(text.encode())
    problems: tuple[Problem, ...] | None = None
    found: list[Phrasing] = []
    try:
        found = read(path)
    except ContentError as error:
        problems = error.problems
    assert problems != ()
    assert all(one.ids and one.line for one in found)
