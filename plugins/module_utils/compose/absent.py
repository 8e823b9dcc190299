# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""`state: absent`: the project's containers and networks go, its volumes only when asked."""

from __future__ import annotations

from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Result
from ansible_collections.slipway.deploy.plugins.module_utils.compose.plan import REMOVE, Action
from ansible_collections.slipway.deploy.plugins.module_utils.compose.stack import Stack


def remove(stack: Stack, *, volumes: bool, check_mode: bool) -> Result:
    """Containers in the reverse of the order in which they were started, as far as that is known."""
    name, engine = stack.host.cli.name, stack.host.engine
    containers = sorted(engine.of_project(name), key=lambda c: c.started, reverse=True)
    stack.check_owner(containers)
    left = {kind: engine.leftovers(kind, name) for kind in ("network", *(["volume"] if volumes else []))}
    actions = [Action(c.service, c.name, REMOVE, "the project is to be absent") for c in containers]
    known = stack.place.own.is_dir() and stack.place.live() is not None
    if not check_mode:
        for container in containers:
            engine.stop([container.name])
            engine.remove([container.name], volumes=volumes)
        for kind, names in left.items():
            if names:
                engine.remove_leftovers(kind, names)
        stack.place.forget()
    changed = bool(containers or known or any(left.values()))
    pruned = [f"{kind} {one}" for kind, names in left.items() for one in names]
    shown = [action.as_dict() for action in actions]
    return {"changed": changed, "actions": shown, "pruned": pruned, **stack.shown()}
