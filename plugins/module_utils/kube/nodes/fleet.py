# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The nodes of a task: found, changed all at once, each against what others write meanwhile."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError, TransportError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.client import KubeClient, Obj
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.discovery import Discovery
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.errors import ApiError, Conflict
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.parallel import run_all
from ansible_collections.slipway.deploy.plugins.module_utils.kube.nodes.wish import Wish, patch_for

FIELD_MANAGER = "slipway-node"
#: Against the kubelet and the node controllers, which write between our read and our write.
_TRIES = 10


@dataclass
class Member:
    """One node, before and after."""

    name: str
    before: Obj
    after: Obj
    changed: bool = False
    error: str = ""


class Fleet:
    def __init__(self, client: KubeClient, discovery: Discovery) -> None:
        self._client = client
        self._nodes = discovery.resource_for("v1", "Node")

    def find(self, names: t.Sequence[str], selectors: t.Sequence[str]) -> t.List[Member]:
        """By name in the order given, each once; or all that fulfil every selector."""
        if not names:
            found = self._client.list(self._nodes, label_selector=",".join(selectors))["items"]
            if not found:
                raise InputError(f"No node has the labels {', '.join(selectors)}.")
        else:
            wanted = list(dict.fromkeys(names))
            nodes = run_all(lambda name: self._client.find(self._nodes, name), wanted)
            missing = [name for name, node in zip(wanted, nodes) if node is None]
            if missing:
                raise InputError(f"The cluster has no node {', '.join(missing)}.")
            found = [node for node in nodes if node is not None]
        return [Member(node["metadata"]["name"], node, node) for node in found]

    def predict(self, members: t.Sequence[Member], wish: Wish) -> None:
        """Asks the server what would become of each: what it refuses, it refuses before anything is touched."""

        def ask(member: Member) -> None:
            try:
                self._put(member, wish, dry_run=True)
            except ApiError as exc:
                exc.reword(f"Node {member.name}: {exc.message}")
                raise

        run_all(ask, members)

    def change(self, members: t.Sequence[Member], wish: Wish) -> None:
        """A node's failure is kept with it: the others' changes are made, and told."""

        def put(member: Member) -> None:
            try:
                self._put(member, wish, dry_run=False)
            except (ApiError, TransportError) as exc:
                member.after, member.changed, member.error = member.before, False, exc.message

        run_all(put, [member for member in members if member.changed])

    def _put(self, member: Member, wish: Wish, *, dry_run: bool) -> None:
        node = member.before
        for attempt in range(_TRIES):
            patch = patch_for(wish, node)
            if patch is None:
                member.after, member.changed = node, False
                return
            try:
                member.after = self._client.patch(
                    self._nodes, member.name, "", patch, field_manager=FIELD_MANAGER, dry_run=dry_run
                )
                member.changed = True
                return
            except Conflict:
                if attempt == _TRIES - 1:
                    raise
                node = self._client.get(self._nodes, member.name)
