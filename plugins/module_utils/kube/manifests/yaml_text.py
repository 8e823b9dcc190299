# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""YAML text -> documents that remember their lines."""

from __future__ import annotations

import base64
import bisect
import re
import typing as t
from dataclasses import dataclass

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.manifests.scalars import key_text, read_plain

try:
    import yaml

    class _Loader(getattr(yaml, "CBaseLoader", yaml.BaseLoader)):  # type: ignore[misc]
        """Leaves all scalars as text, but marks those without quotes and tag: only they can be more than strings."""

    _Loader.add_implicit_resolver("!plain", re.compile(""), None)
except ImportError:
    yaml = None  # type: ignore[assignment]  # kubeconfig.py says so before

#: Newer releases of libyaml have a limit of their own; before, Python's is reached.
_NESTING, _TOO_DEEP = "maximum nesting depth", "the text is nested too deeply"
_PREFIX = "tag:yaml.org,2002:"
_PLAIN, _STR, _MERGE = "!plain", _PREFIX + "str", "<<"
#: Tags by which a text says what it is; all read as plain scalars, but for those that Kubernetes keeps as text.
_TYPED = {_PLAIN, *(_PREFIX + n for n in ("int", "float", "bool", "null"))}
_TEXT = {_STR, "!", _PREFIX + "timestamp"}


@dataclass(frozen=True)
class Document:
    """One document's value, and the node it was made of (for lines)."""

    value: t.Any
    node: t.Any
    #: Which of the text's documents, counting empty ones.
    index: int


#: A line, from 0 -> the template that it was rendered from, or nothing.
OriginOf = t.Callable[[int], str]


class Origins:
    """The comments by which `helm template` says what each document was rendered from."""

    _COMMENT = re.compile(r"^---[ \t]*\n# Source: (.+)$", re.MULTILINE)

    def __init__(self, lines: t.Sequence[int], paths: t.Sequence[str]) -> None:
        self._lines = lines
        self._paths = paths

    @classmethod
    def of(cls, text: str) -> Origins:
        lines: t.List[int] = []
        paths: t.List[str] = []
        line = seen = 0
        for found in cls._COMMENT.finditer(text) if "\n# Source: " in text else ():
            line += text.count("\n", seen, found.start())
            seen = found.start()
            lines.append(line)
            paths.append(found.group(1).strip())
        return cls(lines, paths)

    def at(self, line: int) -> str:
        index = bisect.bisect_right(self._lines, line) - 1
        return self._paths[index] if index >= 0 else ""


def place_of_line(name: str, line: int, origin: str = "") -> str:
    """`web.yml:12`, or `helm chart web:12 (web/templates/service.yaml)`; lines from 1."""
    return f"{name}:{line} ({origin})" if origin else f"{name}:{line}"


class Written:
    """A text that was parsed once without error. Nodes take far more memory than it: they are made anew for errors."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._nodes: t.List[t.Any] = []

    def node(self, document: int) -> t.Any:
        self._nodes = self._nodes or list(yaml.compose_all(self._text, _Loader))
        return self._nodes[document]


def parse_documents(text: str, name: str, origin_of: t.Optional[OriginOf] = None) -> t.Iterator[Document]:
    """All documents of a text. `name` is what errors call it. Empty documents are left out."""
    where = _Where(name, origin_of)
    room = _Room(len(text))
    try:
        for index, node in enumerate(yaml.compose_all(text, _Loader)):
            value = _Builder(where, room).build(node)
            if value is not None:
                yield Document(value, node, index)
    except yaml.MarkedYAMLError as exc:
        if _NESTING in (exc.problem or ""):
            raise InputError(f"{name}: {_TOO_DEEP}.") from exc
        mark = exc.problem_mark or exc.context_mark
        raise InputError(f"{where(mark.line if mark else 0)}: this is not YAML: {_problem(exc)}.") from exc
    except yaml.YAMLError as exc:
        raise InputError(f"{name}: this is not YAML: {str(exc).splitlines()[0]}.") from exc
    except RecursionError as exc:
        raise InputError(f"{name}: {_TOO_DEEP}.") from exc


class _Where:
    """A line, from 0, in the words of errors."""

    def __init__(self, name: str, origin_of: t.Optional[OriginOf]) -> None:
        self._name = name
        self._origin_of = origin_of

    def __call__(self, line: int) -> str:
        return place_of_line(self._name, line + 1, self._origin_of(line) if self._origin_of else "")


class _Room:
    """How many values a text may hold. Aliases of aliases could make a few lines fill the memory."""

    _ALWAYS = 100_000

    def __init__(self, length: int) -> None:
        self.left = max(self._ALWAYS, 10 * length)


#: What the parser says -> what the user can do.
_ADVICE = (
    (
        "found character that cannot start",
        "indent with spaces, not tabs, and quote a value that begins with ` or @ or %",
    ),
    ("mapping values are not allowed", "quote a value that holds a colon and a space"),
    ("found undefined alias", "quote a value that begins with *, or define the anchor with & before it"),
    ("found unexpected end of stream", "close the quote"),
    ("did not find expected ',' or", "close the bracket"),
    ("could not find expected ':'", "write a colon and a space after the key"),
)


def _problem(exc: t.Any) -> str:
    begun = exc.context or ""
    if begun and exc.context_mark and exc.problem_mark and exc.context_mark.line != exc.problem_mark.line:
        begun += f" that begins in line {exc.context_mark.line + 1}"
    said = ", ".join(part for part in (begun, exc.problem) if part)
    advice = next((advice for sign, advice in _ADVICE if sign in said), "")
    return f"{said}; {advice}" if advice else said


class _Builder:
    """Nodes -> plain values, with duplicate keys and endless aliases refused."""

    def __init__(self, where: _Where, room: _Room) -> None:
        self._where = where
        self._room = room
        self._open: t.Set[int] = set()

    def build(self, node: t.Any) -> t.Any:
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node)
        if id(node) in self._open:
            raise self._error(node, "an alias refers to what it is part of")
        self._room.left -= len(node.value) + 1
        if self._room.left < 0:
            raise self._error(node, "aliases make this text too large")
        self._open.add(id(node))
        try:
            if isinstance(node, yaml.SequenceNode):
                return [self.build(item) for item in node.value]
            return self._mapping(node)
        finally:
            self._open.discard(id(node))

    def _mapping(self, node: t.Any) -> t.Dict[str, t.Any]:
        own: t.Dict[str, t.Any] = {}
        merged: t.Dict[str, t.Any] = {}
        for key_node, value_node in node.value:
            if key_node.tag == _PLAIN and key_node.value == _MERGE:
                merged.update(self._merge(value_node))
                continue
            key = self._key(key_node)
            if key in own:
                raise self._error(key_node, f"the key '{key}' is here twice; the first would be lost")
            own[key] = self.build(value_node)
        return {**merged, **own}

    def _merge(self, node: t.Any) -> t.Dict[str, t.Any]:
        """Of several mappings the first wins."""
        parts = node.value if isinstance(node, yaml.SequenceNode) else [node]
        merged: t.Dict[str, t.Any] = {}
        for part in reversed(parts):
            value = self.build(part)
            if not isinstance(value, dict):
                raise self._error(part, "only mappings can be merged with <<")
            merged.update(value)
        return merged

    def _key(self, node: t.Any) -> str:
        if not isinstance(node, yaml.ScalarNode):
            raise self._error(
                node, "a key must be a single value; if {{ }} stands for a value, render the file with template"
            )
        try:
            return key_text(self._scalar(node))
        except ValueError as exc:
            raise self._error(node, str(exc)) from exc

    def _scalar(self, node: t.Any) -> t.Any:
        try:
            if node.tag in _TYPED:
                return read_plain(node.value)
            if node.tag in _TEXT:
                return node.value
            if node.tag == _PREFIX + "binary":
                return base64.b64decode(node.value).decode("utf-8")
        except ValueError as exc:
            raise self._error(node, str(exc)) from exc
        raise self._error(node, f"the tag {node.tag} has no meaning in a manifest")

    def _error(self, node: t.Any, problem: str) -> InputError:
        return InputError(f"{self._where(node.start_mark.line)}: {problem}.")
