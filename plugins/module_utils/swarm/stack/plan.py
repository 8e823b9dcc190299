# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a deploy would do to each service, and why. Pure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.slipway.deploy.plugins.module_utils.swarm.stack.history import StackRelease
from ansible_collections.slipway.deploy.plugins.module_utils.swarm.stack.render import DEFINITION, Rendered

CREATE, UPDATE, REMOVE, WAIT, NONE = "create", "update", "remove", "wait", "none"
_MOST = 6


@dataclass(frozen=True)
class Action:
    service: str
    action: str
    reason: str

    def shown(self) -> t.Dict[str, str]:
        return {"service": self.service, "action": self.action, "reason": self.reason}


def plan(
    rendered: Rendered,
    live: t.Mapping[str, t.Mapping[str, t.Any]],
    unsettled: t.Mapping[str, str],
    before: StackRelease | None,
) -> t.List[Action]:
    """`live`: service -> its specification. `unsettled`: service -> what it waits for."""
    actions = []
    for name in sorted(rendered.hashes):
        actions.append(_for_service(name, rendered, live.get(name), unsettled.get(name), before))
    gone = sorted(set(live) - set(rendered.hashes))
    return actions + [Action(name, REMOVE, "it is no longer in the stack") for name in gone]


def _for_service(
    name: str,
    rendered: Rendered,
    live: t.Mapping[str, t.Any] | None,
    waits: str | None,
    before: StackRelease | None,
) -> Action:
    if live is None:
        return Action(name, CREATE, "the swarm does not have it yet")
    if (live.get("Labels") or {}).get(DEFINITION) != rendered.hashes[name]:
        return Action(name, UPDATE, _changed(name, rendered.file, before))
    recorded = (before.specs if before else {}).get(name)
    if recorded is not None and plain(recorded) != plain(live):
        return Action(name, UPDATE, f"changed by somebody else: {_few(differences(plain(recorded), plain(live)))}")
    if waits:
        return Action(name, WAIT, waits)
    return Action(name, NONE, "as asked")


def changes(actions: t.Sequence[Action]) -> t.List[Action]:
    return [action for action in actions if action.action != NONE]


def plain(spec: t.Mapping[str, t.Any]) -> t.Dict[str, t.Any]:
    """Without what a forced update counts up, and without what says nothing."""
    template = {k: v for k, v in (spec.get("TaskTemplate") or {}).items() if k != "ForceUpdate"}
    found: t.Dict[str, t.Any] = without_empty({**spec, "TaskTemplate": template})
    return found


def without_empty(value: t.Any) -> t.Any:
    if isinstance(value, dict):
        inner = {key: without_empty(item) for key, item in value.items()}
        return {key: item for key, item in inner.items() if item not in (None, "", 0, False, [], {})}
    return [without_empty(item) for item in value] if isinstance(value, list) else value


def _changed(name: str, file: t.Mapping[str, t.Any], before: StackRelease | None) -> str:
    old = view(before.file, name) if before else None
    if not old:
        return "it was not deployed by this module"
    found = differences(old, view(file, name))
    return _few(found) if found else "another definition than the one that runs"


def view(file: t.Mapping[str, t.Any], name: str) -> t.Dict[str, t.Any]:
    """A service of the file with its secrets and configs by the names that they have in the swarm."""
    service = dict((file.get("services") or {}).get(name) or {})
    if not service:
        return {}
    deploy = dict(service.get("deploy") or {})
    labels = {k: v for k, v in (deploy.pop("labels", None) or {}).items() if k != DEFINITION}
    service["deploy"] = {**deploy, "labels": labels}
    for kind in ("secrets", "configs"):
        top = file.get(kind) or {}
        uses = service.get(kind) or []
        service[kind] = {use["source"]: {**use, "source": (top.get(use["source"]) or {}).get("name")} for use in uses}
    result: t.Dict[str, t.Any] = without_empty(service)
    return result


def flat(value: t.Any, path: str = "") -> t.Dict[str, t.Any]:
    """`environment.LEVEL` -> value, with lists of mappings by index and lists of words whole."""
    if isinstance(value, dict):
        return {k: v for key, item in value.items() for k, v in flat(item, f"{path}.{key}" if path else key).items()}
    if isinstance(value, list) and any(isinstance(item, dict) for item in value):
        return {k: v for i, item in enumerate(value) for k, v in flat(item, f"{path}[{i}]").items()}
    return {path: value}


def differences(old: t.Mapping[str, t.Any], new: t.Mapping[str, t.Any]) -> t.List[str]:
    before, after = flat(old), flat(new)
    keys = [key for key in sorted({*before, *after}) if before.get(key) != after.get(key)]
    return [f"{key}: {before.get(key, '(none)')} -> {after.get(key, '(none)')}" for key in keys]


def _few(lines: t.Sequence[str]) -> str:
    rest = f" and {len(lines) - _MOST} more" if len(lines) > _MOST else ""
    return ", ".join(lines[:_MOST]) + rest


def diff_of(old: t.Mapping[str, t.Any], new: t.Mapping[str, t.Any]) -> t.Dict[str, str]:
    """For --diff: each service's fields, a line each. Secrets are there by the hash in their names only."""
    return {"before": _lines(old), "after": _lines(new)}


def _lines(file: t.Mapping[str, t.Any]) -> str:
    names = sorted(file.get("services") or {})
    lines = [f"{name}.{key}: {value}" for name in names for key, value in sorted(flat(view(file, name)).items())]
    return "".join(f"{line}\n" for line in lines)
