# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where the image comes from, and which tags have to move. Pure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

BUILD, HOST, REGISTRY, NOWHERE = "build", "host", "registry", "nowhere"


@dataclass(frozen=True)
class Known:
    """tag -> image id on this host, and tag -> digest in the registry."""

    local: t.Mapping[str, str] = field(default_factory=dict)
    remote: t.Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """`source` is where the image is (or that it has to be built); the tags are those that do not point to it.
    `outputs` are the files that have to be made anew, by their number."""

    source: str
    pull: bool = False
    push: bool = False
    local_tags: t.Tuple[str, ...] = ()
    remote_tags: t.Tuple[str, ...] = ()
    outputs: t.Tuple[int, ...] = ()

    @property
    def builds(self) -> bool:
        return self.source == BUILD or bool(self.outputs)

    @property
    def changes(self) -> bool:
        """What the run will do, where that can be known before: a build may give what was there."""
        return self.builds or self.pull or self.push or bool(self.local_tags or self.remote_tags)


def decide(
    known: Known, inputs_tag: str, tags: t.Sequence[str], *, push: bool, nocache: bool, load: t.Optional[bool] = None
) -> Plan:
    """`inputs_tag` is the tag that remembers the inputs: where it exists, nothing needs to be built.

    `load` is whether the image is to be in the engine: None where it may be, but need not when it is in the registry.
    """
    local, remote = known.local.get(inputs_tag), known.remote.get(inputs_tag)
    stale_local = _stale(known.local, local, tags)
    stale_remote = _stale(known.remote, remote, tags)
    if nocache or (local is None and remote is None):
        return Plan(BUILD, local_tags=() if load is False else tuple(tags), remote_tags=tuple(tags) if push else ())
    if not push:
        return Plan(HOST if local else REGISTRY, pull=local is None, local_tags=stale_local)
    return Plan(
        REGISTRY if remote else HOST,
        push=remote is None,
        # An image that is only in the registry is not brought here unless somebody asked for it.
        pull=bool(load) and local is None,
        local_tags=stale_local if local or load else (),
        remote_tags=stale_remote,
    )


def _stale(known: t.Mapping[str, str], wanted: t.Optional[str], tags: t.Sequence[str]) -> t.Tuple[str, ...]:
    return tuple(tag for tag in tags if wanted is None or known.get(tag) != wanted)
