# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task wants of its nodes, and the patch that makes a node so. Pure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.read import (
    Object,
    mapping,
    mappings,
    text,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.read import field as read

EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")
_UNSCHEDULABLE = {"cordoned": True, "drained": True, "uncordoned": False}
Texts = t.Mapping[str, t.Optional[str]]


@dataclass(frozen=True)
class Taint:
    """One taint to set, or to take away; without effect all of the key are taken away."""

    key: str
    value: str
    effect: str
    absent: bool

    def covers(self, live: Object) -> bool:
        """The server tells taints apart by key and effect."""
        return text(live, "key") == self.key and self.effect in ("", text(live, "effect"))


@dataclass(frozen=True)
class Wish:
    """None: leave it as it is."""

    unschedulable: t.Optional[bool] = None
    taints: t.Tuple[Taint, ...] = ()
    labels: Texts = field(default_factory=dict)
    annotations: Texts = field(default_factory=dict)


def wish_from(params: t.Mapping[str, t.Any]) -> Wish:
    wish = Wish(
        _UNSCHEDULABLE.get(params["state"]),
        tuple(_taint(given) for given in params.get("taints") or []),
        _texts("labels", params.get("labels") or {}),
        _texts("annotations", params.get("annotations") or {}),
    )
    _refuse_twice(wish.taints)
    if params["state"] == "present" and not (wish.taints or wish.labels or wish.annotations):
        raise InputError("state: present is for taints, labels or annotations: give one of them, or another state.")
    return wish


def _taint(given: t.Mapping[str, t.Any]) -> Taint:
    absent = given["state"] == "absent"
    if not given.get("effect") and not absent:
        raise InputError(f"The taint {given['key']} needs an effect: {', '.join(EFFECTS)}.")
    return Taint(given["key"], given.get("value") or "", given.get("effect") or "", absent)


def _refuse_twice(taints: t.Sequence[Taint]) -> None:
    for index, one in enumerate(taints):
        for other in taints[:index]:
            if one.key == other.key and (one.effect == other.effect or "" in (one.effect, other.effect)):
                effect = f" with effect {one.effect or other.effect}" if one.effect or other.effect else ""
                raise InputError(f"taints names {one.key}{effect} twice: keep one of them.")


def _texts(option: str, given: t.Mapping[str, t.Any]) -> t.Dict[str, t.Optional[str]]:
    """As strings, which the API wants; YAML makes numbers and booleans of some."""
    texts: t.Dict[str, t.Optional[str]] = {}
    for key, value in given.items():
        if isinstance(value, (dict, list)):
            raise InputError(f"{option}: the value of {key} is not a text.")
        texts[str(key)] = str(value).lower() if isinstance(value, bool) else None if value is None else str(value)
    return texts


def patch_for(wish: Wish, node: Object) -> t.Optional[t.Dict[str, t.Any]]:
    """A merge patch; None where the node is as wanted."""
    spec: t.Dict[str, t.Any] = {}
    metadata: t.Dict[str, t.Any] = {}
    if wish.unschedulable is not None and is_cordoned(node) != wish.unschedulable:
        spec["unschedulable"] = wish.unschedulable or None
    taints = _taints_after(wish.taints, mappings(node, "spec", "taints"))
    if taints is not None:
        spec["taints"] = taints
        # A list is replaced whole: not over the head of a controller that has changed it since.
        metadata["resourceVersion"] = text(node, "metadata", "resourceVersion")
    for name, wanted in (("labels", wish.labels), ("annotations", wish.annotations)):
        live = mapping(node, "metadata", name)
        news = {key: value for key, value in wanted.items() if live.get(key) != value}
        if news:
            metadata[name] = news
    patch = {"spec": spec, "metadata": metadata}
    return {part: content for part, content in patch.items() if content} or None


def _taints_after(wanted: t.Sequence[Taint], live: t.Sequence[Object]) -> t.Optional[t.List[Object]]:
    """The list as it should be; None where it is so."""
    after = list(live)
    for taint in wanted:
        there = [one for one in after if taint.covers(one)]
        if taint.absent:
            after = [one for one in after if one not in there]
        elif not there or text(there[0], "value") != taint.value:
            entry: t.Dict[str, t.Any] = {"key": taint.key, "effect": taint.effect}
            if taint.value:
                entry["value"] = taint.value
            after = [entry if one in there else one for one in after] if there else [*after, entry]
    return None if after == list(live) else after


def is_cordoned(node: Object) -> bool:
    return read(node, "spec", "unschedulable") is True


def shown(node: Object, wish: Wish) -> t.Dict[str, t.Any]:
    """A node for results and diffs: what this task may change of it."""
    return {
        "unschedulable": is_cordoned(node),
        "taints": [dict(taint) for taint in mappings(node, "spec", "taints")],
        "labels": _asked(mapping(node, "metadata", "labels"), wish.labels),
        "annotations": _asked(mapping(node, "metadata", "annotations"), wish.annotations),
    }


def _asked(live: Object, wanted: Texts) -> t.Dict[str, t.Any]:
    return {key: live[key] for key in wanted if key in live}
