"""A folder of dialogs → every script by its id, checked."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crampvoice.dialog.script import Control, Emergency, Script, Topic, Unclear, script_type
from crampvoice.documents import Document
from crampvoice.errors import ContentError, Problem


@dataclass(frozen=True, slots=True)
class Library:
    """All scripts of one folder."""

    scripts: Mapping[str, Script]
    """By id, sorted."""
    documents: Mapping[str, Document]
    """The text each script came from, by id: it knows the lines."""

    def topic(self, id_: str) -> Topic:
        """Give a topic. Raises KeyError if there is none of that id."""
        script = self.scripts[id_]
        assert isinstance(script, Topic)
        return script

    @property
    def topics(self) -> Iterator[Topic]:
        """All topics, sorted by id."""
        return (script for script in self.scripts.values() if isinstance(script, Topic))

    @property
    def emergencies(self) -> Iterator[Emergency]:
        """All danger signs, sorted by id."""
        return (script for script in self.scripts.values() if isinstance(script, Emergency))

    @property
    def unclear(self) -> Iterator[Unclear]:
        """All signs that need one question, sorted by id."""
        return (script for script in self.scripts.values() if isinstance(script, Unclear))

    @property
    def controls(self) -> Iterator[Control]:
        """All controls and diary wishes, sorted by id."""
        return (script for script in self.scripts.values() if isinstance(script, Control))


def load(folder: Path) -> Library:
    """Read every script below `folder`: one YAML file each, named after its id.

    `rules/`, `phrasings/` and the files directly in the folder are not scripts and are left alone.
    Raises ContentError with every problem of every file.
    """
    if not folder.is_dir():
        raise ContentError(f"No dialogs at {folder}: mend 'dialogs' in the settings, or reinstall crampvoice.")
    scripts: dict[str, Script] = {}
    documents: dict[str, Document] = {}
    problems: list[Problem] = []
    for path in sorted(folder.glob("*/*.yaml")):
        if path.parent.name in ("rules", "phrasings"):
            continue
        try:
            document, script = _read_script(path, f"{folder.name}/{path.parent.name}/{path.name}")
        except ContentError as error:
            problems += error.problems
            continue
        if script.id in scripts:
            problems.append(document.problem_at(("id",), f"'{script.id}' is also in {documents[script.id].file}"))
        scripts[script.id] = script
        documents[script.id] = document
    if not scripts and not problems:
        raise ContentError(f"No dialogs in {folder}: it holds no FAMILY/ID.yaml.")
    if problems:
        raise ContentError(f"{len(problems)} problem(s) in the dialogs", sorted(problems))
    return Library({id_: scripts[id_] for id_ in sorted(scripts)}, documents)


def _read_script(path: Path, shown: str) -> tuple[Document, Script]:
    document = read_document(path, shown)
    if not isinstance(document.value, dict) or not isinstance(document.value.get("id"), str):
        raise ContentError(shown, [document.problem_at((), "a script begins with 'id: …'")])
    id_ = document.value["id"]
    if path.stem != id_:
        raise ContentError(shown, [document.problem_at(("id",), f"the file must be named {id_}.yaml after its id")])
    script: Script = document.parse(script_type(id_))
    return document, script


def read_document(path: Path, shown: str) -> Document:
    """Read and parse one YAML file; `shown` is its name in problems. Raises ContentError."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        problem = Problem(shown, line, 1, "not UTF-8 text; save it as UTF-8")
        raise ContentError(shown, [problem]) from error
    except OSError as error:
        raise ContentError(shown, [Problem(shown, 1, 1, f"cannot be read: {error.strerror}")]) from error
    return Document(shown, text)


@functools.cache
def read_value(path: Path, type_: Any) -> Any:
    """Read one YAML file as a value of `type_`, once per process. Raises ContentError."""
    return read_document(path, f"{path.parent.name}/{path.name}").parse(type_)
