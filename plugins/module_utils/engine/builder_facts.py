# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What `docker buildx inspect` prints of a builder and its nodes. Pure."""

from __future__ import annotations

import typing as t
from dataclasses import asdict, dataclass

_RUNNING = "running"


@dataclass(frozen=True)
class NodeFacts:
    """One node, as it is."""

    name: str
    endpoint: str = ""
    status: str = "inactive"
    buildkit_version: str = ""
    platforms: t.Tuple[str, ...] = ()
    error: str = ""

    def shown(self) -> t.Dict[str, t.Any]:
        return {**asdict(self), "platforms": list(self.platforms)}


@dataclass(frozen=True)
class Inspected:
    """A builder, as it is."""

    name: str
    driver: str
    nodes: t.Tuple[NodeFacts, ...]

    @property
    def running(self) -> bool:
        return bool(self.nodes) and all(node.status == _RUNNING for node in self.nodes)


def parse_inspected(text: str) -> Inspected:
    """`Key: value` in lines; those of each node begin with its name, behind a line `Nodes:`."""
    head, _heading, tail = text.partition("\nNodes:\n")
    of_builder = _pairs(head.splitlines())
    blocks: t.List[t.List[str]] = []
    for line in tail.splitlines():
        if line.startswith("Name:"):
            blocks.append([])
        if blocks:
            blocks[-1].append(line)
    nodes = tuple(_node(_pairs(block)) for block in blocks)
    return Inspected(of_builder.get("Name", ""), of_builder.get("Driver", ""), nodes)


def _node(pairs: t.Mapping[str, str]) -> NodeFacts:
    platforms = (word.strip().rstrip("*") for word in pairs.get("Platforms", "").split(","))
    return NodeFacts(
        name=pairs.get("Name", ""),
        endpoint=pairs.get("Endpoint", ""),
        status=pairs.get("Status", "inactive"),
        buildkit_version=pairs.get("BuildKit version", pairs.get("BuildKit", pairs.get("Buildkit", ""))),
        platforms=tuple(word for word in platforms if word),
        error=pairs.get("Error", ""),
    )


def _pairs(lines: t.Iterable[str]) -> t.Dict[str, str]:
    """Lines that are indented belong to something else (labels, rules of garbage collection)."""
    found: t.Dict[str, str] = {}
    for line in lines:
        key, colon, value = line.partition(":")
        if colon and not line[:1].isspace():
            found.setdefault(key, value.strip())
    return found
