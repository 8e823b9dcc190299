# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""`docker buildx bake`: its command lines, and the plan that it prints. Nothing is run here."""

from __future__ import annotations

import json
import typing as t
from dataclasses import dataclass, field

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError

#: A named context that is another target.
LINK = "target:"
Json = t.Dict[str, t.Any]


@dataclass(frozen=True)
class Definition:
    """Where the targets are described, and what of them is wanted."""

    files: t.Tuple[str, ...] = ()
    targets: t.Tuple[str, ...] = ()
    overrides: t.Tuple[str, ...] = ()

    def argv(self) -> t.List[str]:
        """Only resolves it. Paths in it are relative to the directory where this is run."""
        argv = ["docker", "buildx", "bake", "--progress=plain", "--print"]
        argv += [word for file in self.files for word in ("--file", file)]
        argv += [word for override in self.overrides for word in ("--set", override)]
        return [*argv, *self.targets]


def bake_argv(
    file: str, metadata: str, targets: t.Sequence[str], *, progress: str, builder: t.Optional[str]
) -> t.List[str]:
    """Build these targets of a file that says everything."""
    argv = ["docker", "buildx", "bake", f"--progress={progress}", "--file", file, "--metadata-file", metadata]
    return [*argv, *(["--builder", builder] if builder else []), *targets]


@dataclass(frozen=True)
class Plan:
    """`targets` in an order in which each comes after those that it is made from; `wanted` are those asked for."""

    targets: t.Mapping[str, Json] = field(default_factory=dict)
    wanted: t.Tuple[str, ...] = ()


def parse_plan(text: str, asked: t.Sequence[str]) -> Plan:
    document = json.loads(text)
    targets: t.Dict[str, Json] = document.get("target") or {}
    groups = {name: group.get("targets") or [] for name, group in (document.get("group") or {}).items()}
    wanted = _expand(list(asked) or ["default"], groups, targets)
    return Plan({name: targets[name] for name in _ordered(targets)}, tuple(wanted))


def _expand(names: t.Sequence[str], groups: t.Mapping[str, t.Sequence[str]], targets: t.Container[str]) -> t.List[str]:
    """Groups may name each other, in circles even; a target goes before a group of its name."""
    found: t.Dict[str, None] = {}
    todo, seen = list(names), set()
    while todo:
        name = todo.pop(0)
        if name in seen:
            continue
        seen.add(name)
        if name in targets:
            found[name] = None
        else:
            todo[:0] = groups.get(name, [])
    return list(found)


def links(target: t.Mapping[str, t.Any]) -> t.Dict[str, str]:
    """name of a context -> the target that it is."""
    contexts = (target.get("contexts") or {}).items()
    return {name: value[len(LINK) :] for name, value in contexts if value.startswith(LINK)}


def _ordered(targets: t.Mapping[str, Json]) -> t.List[str]:
    done: t.Dict[str, None] = {}

    def visit(name: str, path: t.Tuple[str, ...]) -> None:
        if name in path:
            circle = " -> ".join((*path[path.index(name) :], name))
            raise InputError(f"Targets are made from each other in a circle ({circle}): take one link out.")
        if name not in targets:
            raise InputError(f"Target {path[-1]!r} is made from target {name!r}, which is not there.")
        for other in sorted(links(targets[name]).values()):
            visit(other, (*path, name))
        done.setdefault(name)

    for name in sorted(targets):
        visit(name, ())
    return list(done)


def csv_of(value: t.Any) -> str:
    """buildx prints attributes as text, newer ones as an object."""
    if not isinstance(value, dict):
        return str(value)
    first = ["type"] if "type" in value else []
    return ",".join(f"{key}={_word(value[key])}" for key in (*first, *(key for key in value if key != "type")))


def _word(value: t.Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def attributes(value: t.Any) -> t.Dict[str, str]:
    """type=registry,ref=... as a mapping; a word alone is a flag."""
    pairs = [part.partition("=") for part in csv_of(value).split(",") if part]
    return {key.strip(): text if equals else "true" for key, equals, text in pairs}
