"""YAML text is a value or a list of problems, whatever the text."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ConfigDict
from pydantic.dataclasses import dataclass as checked

from crampvoice.dialog.script import Control, Topic
from crampvoice.documents import Document, read
from crampvoice.errors import ContentError, Problem


@checked(frozen=True, kw_only=True, config=ConfigDict(extra="forbid"))
class Inner:
    words: tuple[str, ...] = ()


@checked(frozen=True, kw_only=True, config=ConfigDict(extra="forbid"))
class Outer:
    name: str
    count: int = 0
    inner: tuple[Inner, ...] = ()


def problems(text: str, type_: object = dict[str, object]) -> list[str]:
    with pytest.raises(ContentError) as caught:
        read("a.yaml", text, type_)
    assert caught.value.problems
    return [str(problem) for problem in caught.value.problems]


def test_scalars_stay_as_they_are_written() -> None:
    text = "words: [no, yes, on, off, null, ~, 1, 1.0, 2026-11-24, 0o17]"
    expected = {"words": ["no", "yes", "on", "off", "null", "~", "1", "1.0", "2026-11-24", "0o17"]}
    assert read("a.yaml", text, dict[str, list[str]]) == expected


def test_text_becomes_a_checked_value() -> None:
    assert read("a.yaml", "name: no\ncount: 3\ninner:\n  - words: [a]\n", Outer) == Outer(
        name="no", count=3, inner=(Inner(words=("a",)),)
    )


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n"])
def test_an_empty_file_is_told(text: str) -> None:
    (line,) = problems(text)
    assert line == "a.yaml:1:1: the file is empty; write at least one key"


def test_every_repeated_key_is_told_where_it_stands_again() -> None:
    assert problems("a: 1\nb: {c: 1, c: 2}\na: 3\n") == [
        "a.yaml:2:11: 'c' stands here twice; keep one",
        "a.yaml:3:1: 'a' stands here twice; keep one",
    ]


def test_aliases_are_refused_before_they_can_blow_up() -> None:
    assert problems("a: &a [1]\nb: *a\nc: *a\n") == [
        "a.yaml:2:4: aliases (*name) are not allowed; write it out",
        "a.yaml:3:4: aliases (*name) are not allowed; write it out",
    ]


def test_a_star_within_text_is_no_alias() -> None:
    assert read("a.yaml", 'a: "3 * 4"\n', dict[str, str]) == {"a": "3 * 4"}


@pytest.mark.parametrize("key", ["[a, b]", "{a: b}"])
def test_a_list_or_mapping_as_key_is_refused(key: str) -> None:
    assert problems(f"a: 1\n? {key}\n: 2\n") == ["a.yaml:2:3: a key must be one word, not a list or a mapping"]


@pytest.mark.parametrize(("character", "name"), [("\x00", "0000"), ("\x07", "0007"), ("\x1b", "001B"), ("\ufeff", "FEFF")])
def test_a_control_character_is_told_with_its_place(character: str, name: str) -> None:
    assert problems(f"a: 1\nb: x{character}y\n") == [f"a.yaml:2:5: control character U+{name}; remove it"]


def test_what_is_not_yaml_is_told_in_one_line() -> None:
    (line,) = problems("a: [1, 2\nb: 3\n")
    assert line.startswith("a.yaml:2:")
    assert "not valid YAML" in line


def test_a_tab_and_two_documents_are_told() -> None:
    assert "not valid YAML" in problems("a:\n\tb: 1\n")[0]
    assert "not valid YAML" in problems("a: 1\n---\nb: 2\n")[0]


def test_endless_nesting_is_told() -> None:
    assert "not valid YAML" in problems("[" * 20_000)[0]


def test_an_unknown_key_names_the_one_that_was_meant() -> None:
    (line,) = problems("name: x\ncuont: 3\n", Outer)
    assert line.startswith("a.yaml:2:")
    assert line.endswith(": 'cuont' is not known here; did you mean 'count'?")


def test_an_unknown_key_that_is_like_no_other_lists_those_there_are() -> None:
    (line,) = problems("name: x\nzzzzzz: 3\n", Outer)
    assert "'zzzzzz' is not known here; known here: " in line
    assert "count" in line


def test_a_missing_key_is_told_where_it_should_stand() -> None:
    assert problems("count: 1\n", Outer) == ["a.yaml:1:1: 'name' is missing here"]


def test_every_problem_of_a_text_is_told_at_once() -> None:
    found = problems("count: many\ninner:\n  - words: [a]\n    wrods: [b]\n", Outer)
    assert len(found) == 3
    assert any(line.startswith("a.yaml:4:") and "did you mean 'words'?" in line for line in found)
    assert any(line.startswith("a.yaml:1:8") and "count" in line for line in found)


@pytest.mark.parametrize("text", ["just words", "- a\n- b\n", "7"])
def test_a_text_of_the_wrong_shape_is_told(text: str) -> None:
    assert problems(text, Outer)


def test_a_place_that_does_not_exist_falls_back_to_the_nearest_that_does() -> None:
    document = Document("a.yaml", "a:\n  - b\n  - c\n")
    assert str(document.problem_at(("a", 1), "x")) == "a.yaml:3:5: x"
    assert str(document.problem_at(("a", 7, "z"), "x")).startswith("a.yaml:2:")
    assert str(document.problem_at(("nothing",), "x")) == "a.yaml:1:1: x"


@dataclass(frozen=True)
class Plain:
    a: str


def test_an_ordinary_dataclass_can_be_read_too() -> None:
    assert read("a.yaml", "a: 1\n", Plain) == Plain(a="1")


YAMLISH = st.text(alphabet=st.sampled_from(list("ab:-[]{}&*!|>'\"#%@`,? \n\t~0.\\\x00\x85\u2028\ufeffé")), max_size=60)


@given(st.one_of(st.text(), YAMLISH))
@pytest.mark.parametrize("type_", [dict[str, object], Topic, Control, Outer], ids=["mapping", "topic", "control", "nested"])
def test_any_text_gives_a_value_or_the_problems(type_: object, text: str) -> None:
    found: tuple[Problem, ...] | None = None
    try:
        read("a.yaml", text, type_)
    except ContentError as error:
        found = error.problems
    assert found != ()
    for problem in found or ():
        assert problem.line >= 1
        assert problem.column >= 1
        assert "\n" not in str(problem)


WORDS = st.text(alphabet=st.characters(codec="utf-8", categories=("L", "N")), min_size=1, max_size=8)


@given(st.dictionaries(WORDS, st.lists(WORDS, max_size=4), min_size=1, max_size=5))
def test_what_was_written_is_what_is_read(value: dict[str, list[str]]) -> None:
    text = "".join(f"{key}: [{', '.join(words)}]\n" for key, words in value.items())
    assert read("a.yaml", text, dict[str, list[str]]) == value
