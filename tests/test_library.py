"""A folder of dialogs is every script by its id, or every problem of every file."""

from __future__ import annotations

from pathlib import Path

import pytest

from crampvoice.errors import ContentError
from crampvoice.library import load, read_document, read_value

TOPIC = """id: {id}
name: something
say: [Rest it.]
evidence: weak
sources: [NHS-LC]
written: 2026-11-24
"""


def write(folder: Path, path: str, text: str | bytes) -> None:
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text if isinstance(text, bytes) else text.encode())


def problems(folder: Path) -> list[str]:
    with pytest.raises(ContentError) as caught:
        load(folder)
    return [str(problem) for problem in caught.value.problems]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "dialogs"
    made.mkdir()
    return made


def test_scripts_are_sorted_by_id_and_told_apart_by_kind(folder: Path) -> None:
    write(folder, "relief/relief.foot.yaml", TOPIC.format(id="relief.foot"))
    write(folder, "about/about.cramp.yaml", TOPIC.format(id="about.cramp"))
    write(folder, "controls/control.no.yaml", "id: control.no\nwants: no\n")
    write(
        folder,
        "emergencies/emergency.x.yaml",
        "id: emergency.x\nlevel: today\nsay: [Call.]\nwaiting: [Wait.]\nwhy: Because.\nsources: [NHS]\nwritten: 2026-11-24\n",
    )
    write(
        folder,
        "unclear/unclear.x.yaml",
        "id: unclear.x\nask: One?\ndanger:\n  - goto: emergency.x\nharmless:\n  - goto: relief.foot\nwritten: 2026-11-24\n",
    )
    library = load(folder)
    assert list(library.scripts) == ["about.cramp", "control.no", "emergency.x", "relief.foot", "unclear.x"]
    assert [one.id for one in library.topics] == ["about.cramp", "relief.foot"]
    assert [one.id for one in library.emergencies] == ["emergency.x"]
    assert [one.id for one in library.controls] == ["control.no"]
    assert [one.id for one in library.unclear] == ["unclear.x"]
    assert library.topic("relief.foot").say == ("Rest it.",)
    assert library.documents["relief.foot"].file == "dialogs/relief/relief.foot.yaml"


def test_every_problem_of_every_file_is_told_at_once_with_its_place(folder: Path) -> None:
    write(folder, "a/one.yaml", TOPIC.format(id="one") + "sya: [x]\nevidnce: weak\n")
    write(folder, "a/two.yaml", TOPIC.format(id="two") + "say: [x]\n")
    write(folder, "b/three.yaml", TOPIC.format(id="other"))
    write(folder, "b/four.yaml", b"id: four\nname: caf\xe9\n")
    write(folder, "b/five.yaml", "")
    write(folder, "b/six.yaml", "- id\n")
    write(folder, "b/good.yaml", TOPIC.format(id="good"))
    found = problems(folder)
    assert [line.partition(": ")[0].rsplit(":", 2)[:2] for line in found] == [
        ["dialogs/a/one.yaml", "7"],
        ["dialogs/a/one.yaml", "8"],
        ["dialogs/a/two.yaml", "7"],
        ["dialogs/b/five.yaml", "1"],
        ["dialogs/b/four.yaml", "2"],
        ["dialogs/b/six.yaml", "1"],
        ["dialogs/b/three.yaml", "1"],
    ]
    assert "did you mean 'say'?" in found[0]
    assert "did you mean 'evidence'?" in found[1]
    assert "'say' stands here twice" in found[2]
    assert "the file is empty" in found[3]
    assert "not UTF-8" in found[4]
    assert "a script begins with 'id: …'" in found[5]
    assert "the file must be named other.yaml after its id" in found[6]


def test_a_bad_value_is_told_at_its_line_and_column(folder: Path) -> None:
    write(folder, "a/one.yaml", TOPIC.format(id="one").replace("weak", "certain"))
    (line,) = problems(folder)
    assert line.startswith("dialogs/a/one.yaml:4:11: evidence: ")


def test_an_id_that_is_a_list_is_told(folder: Path) -> None:
    write(folder, "a/one.yaml", "id: [one]\n")
    assert problems(folder) == ["dialogs/a/one.yaml:1:1: a script begins with 'id: …'"]


def test_an_id_in_two_families_is_told(folder: Path) -> None:
    write(folder, "a/one.yaml", TOPIC.format(id="one"))
    write(folder, "b/one.yaml", TOPIC.format(id="one"))
    assert problems(folder) == ["dialogs/b/one.yaml:1:5: 'one' is also in dialogs/a/one.yaml"]


def test_rules_phrasings_and_files_beside_the_families_are_left_alone(folder: Path) -> None:
    write(folder, "a/one.yaml", TOPIC.format(id="one"))
    for path in ("rules/signs.yaml", "phrasings/x.yaml", "lexicon.yaml", "a/notes.txt"):
        write(folder, path, "not: a script\n")
    assert list(load(folder).scripts) == ["one"]


def test_a_script_that_is_a_folder_is_told(folder: Path) -> None:
    (folder / "a" / "one.yaml").mkdir(parents=True)
    (line,) = problems(folder)
    assert line.startswith("dialogs/a/one.yaml:1:1: cannot be read")


def test_a_missing_or_an_empty_folder_says_what_to_do(folder: Path) -> None:
    with pytest.raises(ContentError, match="in the settings"):
        load(folder / "nowhere")
    with pytest.raises(ContentError, match=r"FAMILY/ID\.yaml"):
        load(folder)


def test_one_file_can_be_read_as_any_type(folder: Path) -> None:
    write(folder, "words.yaml", "a: [b, no]\n")
    assert read_value(folder / "words.yaml", dict[str, tuple[str, ...]]) == {"a": ("b", "no")}
    with pytest.raises(ContentError) as caught:
        read_document(folder / "missing.yaml", "shown.yaml")
    assert str(caught.value.problems[0]).startswith("shown.yaml:1:1: cannot be read")
