"""YAML text → a typed value, or every problem with its line. The only module that knows YAML.

Scalars stay as typed (a phrase `no` must not become False), repeated keys, aliases, lists as keys and control characters
are refused, and every problem of a text is reported at once.
"""

from __future__ import annotations

import difflib
import functools
import re
from collections.abc import Iterable, Sequence
from typing import Any

import yaml
from pydantic import TypeAdapter, ValidationError

from crampvoice.errors import ContentError, Problem

_Loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\ufffe\uffff]")


class Document:
    """A YAML text that was parsed, with the place of everything in it."""

    def __init__(self, file: str, text: str) -> None:
        """Parse `text`.

        Raises ContentError with every problem found: not YAML, empty, repeated keys, aliases, keys that are lists.
        """
        self.file = file
        if match := _CONTROL.search(text):
            before = text[: match.start()]
            line = before.count("\n") + 1
            column = match.start() - (before.rfind("\n") + 1) + 1
            raise self._refused([Problem(file, line, column, f"control character U+{ord(match.group()):04X}; remove it")])
        loader = _Loader(text)
        try:
            events = _alias_problems(file, text)
            root = loader.get_single_node() if not events else None
        except (yaml.YAMLError, RecursionError) as error:
            raise self._refused([_yaml_problem(file, error)]) from error
        finally:
            loader.dispose()
        if events:
            raise self._refused(events)
        if root is None:
            raise self._refused([Problem(file, 1, 1, "the file is empty; write at least one key")])
        problems: list[Problem] = []
        self._nodes: dict[tuple[int | str, ...], yaml.Node] = {}
        self.value: Any = self._construct(root, (), problems)
        if problems:
            raise self._refused(problems)

    def problem_at(self, loc: Iterable[int | str], message: str) -> Problem:
        """Make a problem at the deepest place that `loc` still names."""
        path = tuple(loc)
        while path and path not in self._nodes:
            path = path[:-1]
        mark = self._nodes[path].start_mark
        return Problem(self.file, mark.line + 1, mark.column + 1, message)

    def parse(self, type_: Any) -> Any:
        """Check the value against `type_` (a pydantic dataclass or any type pydantic knows).

        Raises ContentError with every problem, each at its line and column.
        """
        try:
            return _adapter(type_).validate_python(self.value)
        except ValidationError as error:
            raise self._refused([self._explain(item, type_) for item in error.errors()]) from error

    def _refused(self, problems: Sequence[Problem]) -> ContentError:
        return ContentError(f"{self.file} cannot be used", problems)

    def _explain(self, item: Any, type_: Any) -> Problem:
        loc, kind = item["loc"], item["type"]
        if kind in ("unexpected_keyword_argument", "extra_forbidden"):
            name = str(loc[-1])
            known = sorted(_field_names(type_))
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"; did you mean '{near[0]}'?" if near else f"; known here: {', '.join(known)}"
            return self.problem_at(loc, f"'{name}' is not known here{hint}")
        if kind in ("missing", "missing_argument", "missing_keyword_only_argument"):
            return self.problem_at(loc[:-1], f"'{loc[-1]}' is missing here")
        return self.problem_at(loc, f"{'.'.join(str(part) for part in loc)}: {item['msg']}")

    def _construct(self, node: yaml.Node, path: tuple[int | str, ...], problems: list[Problem]) -> Any:
        self._nodes[path] = node
        if isinstance(node, yaml.ScalarNode):
            return node.value
        if isinstance(node, yaml.SequenceNode):
            return [self._construct(child, (*path, i), problems) for i, child in enumerate(node.value)]
        result: dict[str, Any] = {}
        for key, child in node.value:
            if not isinstance(key, yaml.ScalarNode):
                problems.append(_at(self.file, key, "a key must be one word, not a list or a mapping"))
                continue
            if key.value in result:
                problems.append(_at(self.file, key, f"'{key.value}' stands here twice; keep one"))
                continue
            result[key.value] = self._construct(child, (*path, key.value), problems)
            self._nodes[(*path, key.value)] = key if isinstance(child, yaml.ScalarNode) and not child.value else child
        return result


def read(file: str, text: str, type_: Any) -> Any:
    """Turn YAML text into a value of `type_`.

    `file` is the name used in problems. Raises ContentError with every problem; no other error, whatever the text.
    """
    return Document(file, text).parse(type_)


@functools.cache
def _adapter(type_: Any) -> TypeAdapter[Any]:
    return TypeAdapter(type_)


def _field_names(type_: Any) -> set[str]:
    found: set[str] = set()
    for part in getattr(type_, "__args__", ()):
        found |= _field_names(part)
    found |= set(getattr(type_, "__dataclass_fields__", {}))
    for field in getattr(type_, "__pydantic_fields__", {}).values():
        if field.annotation is not type_:
            found |= _field_names(field.annotation)
    return found


def _at(file: str, node: yaml.Node, message: str) -> Problem:
    mark: Any = node.start_mark
    return Problem(file, mark.line + 1, mark.column + 1, message)


def _alias_problems(file: str, text: str) -> list[Problem]:
    if "*" not in text:
        return []
    loader = _Loader(text)
    problems = []
    try:
        while loader.check_event():
            event = loader.get_event()
            if isinstance(event, yaml.AliasEvent):
                mark: Any = event.start_mark
                problems.append(Problem(file, mark.line + 1, mark.column + 1, "aliases (*name) are not allowed; write it out"))
    finally:
        loader.dispose()
    return problems


def _yaml_problem(file: str, error: Exception) -> Problem:
    mark = getattr(error, "problem_mark", None)
    message = getattr(error, "problem", None) or ("nested too deeply" if isinstance(error, RecursionError) else str(error))
    first_line = str(message).splitlines()[0] if str(message) else "not readable"
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    return Problem(file, line, column, f"not valid YAML: {first_line}")
