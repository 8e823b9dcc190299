# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Is a live object already as asked? Decided from the object and its managedFields, without a request. Pure.

Server-side apply changes nothing if and only if the fields that we ask for are the fields that we own, each has the
value that is there, and lists have their items in our order. Who changes a field of ours takes it out of what we own.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.slipway.deploy.plugins.module_utils.kube.decide import builtin, managed
from ansible_collections.slipway.deploy.plugins.module_utils.kube.decide.compare import Comparer
from ansible_collections.slipway.deploy.plugins.module_utils.kube.decide.managed import Obj
from ansible_collections.slipway.deploy.plugins.module_utils.kube.decide.shapes import Shapes, shapes_for
from ansible_collections.slipway.deploy.plugins.module_utils.kube.decide.walk import Walk


class Verdict:
    """What would come of sending the object."""

    #: The server would change nothing.
    UNCHANGED = "unchanged"
    #: It would change something, unless it refuses; webhooks that undo the change are not known here.
    CHANGED = "changed"
    #: Only the server can say.
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Decision:
    """`reasons` are fields, and what is with them; never values."""

    verdict: str
    reasons: t.Tuple[str, ...] = ()


#: The manager of `kubectl apply --server-side`, for which the server also looks at the last applied annotation.
_KUBECTL = "kubectl"


def decide(wanted: Obj, live: Obj, manager: str, shapes: t.Optional[Shapes] = None) -> Decision:
    """`wanted` as `normal.normalised` gives it; `shapes` of the kind's schema, where there is one."""
    verdict, places = _judge(wanted, live, manager, shapes)
    return Decision(verdict, tuple(f"{managed.text(path) or '.'}: {why}" for path, why in places))


def difference(
    wanted: Obj, live: Obj, manager: str, shapes: t.Optional[Shapes] = None
) -> t.Optional[t.Tuple[str, ...]]:
    """The first field that is or may be not as asked; None: sending the object would change nothing."""
    verdict, places = _judge(wanted, live, manager, shapes)
    return None if verdict == Verdict.UNCHANGED else tuple(managed.names(places[0][0]))


_Places = t.Sequence[t.Tuple[managed.Path, str]]


def _judge(wanted: Obj, live: Obj, manager: str, shapes: t.Optional[Shapes]) -> t.Tuple[str, _Places]:
    version = str(wanted.get("apiVersion"))
    entry = managed.own_entry(live, manager)
    doubt = _doubt(version, live, entry, manager)
    if doubt:
        return Verdict.UNKNOWN, ((None, doubt),)
    shapes = shapes or shapes_for(version)
    comparer = Comparer(str(wanted.get("kind")), builtin.is_builtin(version), shapes)
    walk = Walk(comparer, shapes, managed.others(live, manager))
    walk.top(wanted, live, managed.fields_of(entry))
    if walk.changed:
        return Verdict.CHANGED, walk.changed
    return (Verdict.UNKNOWN, walk.unknown) if walk.unknown else (Verdict.UNCHANGED, ())


def _doubt(version: str, live: Obj, entry: t.Optional[Obj], manager: str) -> str:
    """Why the object cannot be decided at all."""
    metadata = live.get("metadata") or {}
    if entry is not None and entry.get("apiVersion") != version:
        return "applied before by another apiVersion"
    if live.get("apiVersion", version) != version:
        return "read by another apiVersion"
    if metadata.get("deletionTimestamp"):
        return "being deleted"
    if manager == _KUBECTL and managed.LAST_APPLIED in (metadata.get("annotations") or {}):
        return "kubectl keeps its last applied configuration"
    return ""
