# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where in which file a key of a Compose file stands. Needs PyYAML, which the controller always has."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError

try:
    import yaml
except ImportError:
    yaml = None  # type: ignore[assignment]  # a host may lack it: then messages name no lines but Compose's own

#: file -> dotted path of a key -> line.
Positions = t.Mapping[str, t.Mapping[str, int]]
_TAG = re.compile(r"(?<=\s)!(?:reset|override)\b")
#: Deeper keys are not spoken of.
_DEPTH = 6


def positions_of(name: str, text: str) -> t.Dict[str, int]:
    """Every key's line. Refuses what is not YAML, and keys that are there twice."""
    if yaml is None:
        return {}
    found: t.Dict[str, int] = {}
    try:
        for node in yaml.compose_all(text, Loader=yaml.SafeLoader):
            _collect(name, node, "", found, set())
    except yaml.YAMLError as exc:
        raise _not_yaml(name, exc) from exc
    return found


def parsed(name: str, text: str) -> t.Dict[str, t.Any]:
    """The file's mapping, to look for the files that it names; Compose reads it again, by its own rules."""
    if yaml is None:
        return {}
    try:
        data = yaml.safe_load(_TAG.sub("", text))
    except yaml.YAMLError as exc:
        raise _not_yaml(name, exc) from exc
    if data is None:
        raise InputError(f"{name} is empty.")
    if not isinstance(data, dict):
        raise InputError(f"{name}:1: a Compose file is a mapping with the key 'services'.")
    return data


def _not_yaml(name: str, exc: t.Any) -> InputError:
    mark = getattr(exc, "problem_mark", None) or getattr(exc, "context_mark", None)
    where = f"{name}:{mark.line + 1}" if mark else name
    return InputError(f"{where}: this is not YAML: {getattr(exc, 'problem', None) or exc}.")


def _collect(name: str, node: t.Any, path: str, found: t.Dict[str, int], above: t.Set[int]) -> None:
    """Anchors make graphs, and a bad one a ring."""
    if node is None or id(node) in above or path.count(".") >= _DEPTH:
        return
    inside = above | {id(node)}
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            _collect(name, item, f"{path}.{index}", found, inside)
    if isinstance(node, yaml.MappingNode):
        seen: t.Dict[str, int] = {}
        for key, value in node.value:
            word, line = str(key.value), key.start_mark.line + 1
            if word in seen and word != "<<":
                where = f"{path.lstrip('.')}.{word}".lstrip(".")
                raise InputError(f"{name}:{line}: the key '{where}' is there twice (first in line {seen[word]}).")
            seen[word] = line
            found.setdefault(f"{path}.{word}".lstrip("."), line)
            _collect(name, value, f"{path}.{word}".lstrip("."), found, inside)


def line_of(text: str, pattern: t.Pattern[str]) -> t.Optional[int]:
    """The first line that has it outside of a comment."""
    for number, line in enumerate(text.splitlines(), 1):
        bare = re.sub(r"(?:^|\s)#.*", "", line)
        if pattern.search(bare):
            return number
    return None


def at(positions: Positions, path: str, file: t.Optional[str] = None) -> str:
    """`file:line: ` of the key, or of the nearest key above it; empty where nothing is known."""
    while path:
        for name, lines in positions.items():
            if file in (None, name) and path in lines:
                return f"{name}:{lines[path]}: "
        path = path.rpartition(".")[0]
    return f"{file}: " if file else ""
