# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One Compose project on one host: decide what happens, make it so, or take it back."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, replace

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError, SlipwayError, sentence
from ansible_collections.slipway.deploy.plugins.module_utils.common.http_check import HttpCheck, wait_for_answer
from ansible_collections.slipway.deploy.plugins.module_utils.common.releases import DEPLOYED, FAILED, last_deployed
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Result
from ansible_collections.slipway.deploy.plugins.module_utils.compose import ports
from ansible_collections.slipway.deploy.plugins.module_utils.compose.container import CONFIG_LABEL, Container
from ansible_collections.slipway.deploy.plugins.module_utils.compose.converge import Converge
from ansible_collections.slipway.deploy.plugins.module_utils.compose.diff import diff_of
from ansible_collections.slipway.deploy.plugins.module_utils.compose.history import ProjectDir, Release, Wish
from ansible_collections.slipway.deploy.plugins.module_utils.compose.images import ImageStore
from ansible_collections.slipway.deploy.plugins.module_utils.compose.plan import Action, changes, plan
from ansible_collections.slipway.deploy.plugins.module_utils.compose.rollout import Host
from ansible_collections.slipway.deploy.plugins.module_utils.compose.service import Service, Update, read_services
from ansible_collections.slipway.deploy.plugins.module_utils.engine.edge import PROGRAM

WORKING_DIR_LABEL = "com.docker.compose.project.working_dir"


class ReleaseFailed(SlipwayError):
    """The new release does not run; the message also says what became of the one before."""


@dataclass(frozen=True)
class Decision:
    """What a wish means for what runs now."""

    services: t.Mapping[str, Service]
    actions: t.Tuple[Action, ...]
    changed: bool
    diff: t.Mapping[str, str]

    def as_result(self) -> Result:
        actions = [a.as_dict() for a in self.actions]
        return {"changed": self.changed, "actions": actions, "diff": dict(self.diff)}


@dataclass(frozen=True)
class Stack:
    """`host.sources` is the live file; `orphans`: whether containers of services that are gone go too."""

    host: Host
    place: ProjectDir
    images: ImageStore
    update: Update
    rolling: bool
    remove_orphans: bool
    keep: int

    def decide(self, wish: Wish, known: t.AbstractSet[str]) -> Decision:
        services = read_services(wish.document, self.update)
        containers = self.host.containers()
        self.check_owner(containers)
        there = {c.service for c in containers}
        orphans = there - set(known) - set(services) if self.remove_orphans else set()
        actions = plan(self.host.cli.name, services, containers, self._recorded(), orphans)
        self._check_edge(services, actions)
        ports.check(self.host.engine, self.host.cli.name, services, actions)
        last = last_deployed(self.place.releases())
        diff = diff_of(last.wish.shown if last else {}, wish.shown, actions)
        recorded = last is not None and last.digest == wish.digest() and not self.place.interrupted()
        return Decision(services, tuple(actions), bool(changes(actions)) or not recorded, diff)

    def fetch(self, wish: Wish) -> None:
        """Pull before anything is touched: an image that cannot be had stops nothing."""
        for name in self.images.missing(wish.images.values()):
            self.host.progress(f"pulling {name}")
            self.images.engine.pull(name)

    def run(self, wish: Wish, decision: Decision, check: HttpCheck | None) -> None:
        """Make the file live, converge, gate."""
        self.place.begin(wish)
        Converge(self.host, self.rolling).run(decision.services, decision.actions)
        if check:
            self.host.progress(f"asking {check.url}")
            wait_for_answer(check)

    def release(
        self, wish: Wish, known: t.AbstractSet[str], decision: Decision, version: str, check: HttpCheck | None
    ) -> None:
        """Run and record; go back to the release before where that fails."""
        before = last_deployed(self.place.releases())
        asked = check.as_params() if check else None
        try:
            self.run(wish, decision, check)
        except SlipwayError as failure:
            self.place.record(wish, version, FAILED, failure.message, keep=self.keep, check=asked)
            story = self._restore(before, wish, known)
            raise ReleaseFailed(f"{sentence(failure.message)} {story}", **self.shown()) from failure
        if decision.changed:
            self.place.record(wish, version, DEPLOYED, "", keep=self.keep, check=asked)
        self.place.end()

    def _restore(self, before: Release | None, failed: Wish, known: t.AbstractSet[str]) -> str:
        """Back to the release before, by the same way; says how that went."""
        if before is None or before.digest == failed.digest():
            return "There is no earlier release to go back to."
        self.host.progress(f"going back to revision {before.revision}")
        back = replace(self, remove_orphans=True)
        try:
            decision = back.decide(before.wish, known - set(failed.document.get("services") or {}))
            back.run(before.wish, decision, HttpCheck.from_params(before.check))
        except SlipwayError as second:
            return f"Going back to revision {before.revision} ({before.version}) failed too: {second.message}"
        self.place.end()
        return f"The release before (revision {before.revision}, {before.version}) runs again."

    def shown(self) -> Result:
        releases = self.place.releases()
        release = last_deployed(releases)
        return {
            "services": [c.as_dict() for c in self.host.containers()],
            "release": release.shown() if release else None,
            "history": [r.shown() for r in releases],
        }

    def _recorded(self) -> t.Callable[[str, str], t.Optional[t.Mapping[str, t.Any]]]:
        wishes = [r.wish for r in self.place.releases() if r.status == DEPLOYED]

        def find(service: str, digest: str) -> t.Optional[t.Mapping[str, t.Any]]:
            known = (wish.document["services"].get(service) or {} for wish in reversed(wishes))
            return next((c for c in known if (c.get("labels") or {}).get(CONFIG_LABEL) == digest), None)

        return find

    def check_owner(self, containers: t.Sequence[Container]) -> None:
        """A name that another directory has already: its containers would be taken for orphans."""
        ours = str(self.place.path)
        others = {c.labels.get(WORKING_DIR_LABEL, ours) for c in containers} - {ours}
        if others:
            name = self.host.cli.name
            raise InputError(
                f"project_name '{name}': a project of this name runs on this host from {sorted(others)[0]}, not from "
                f"{ours}: choose another name, or set project_dir to that directory to take it over."
            )

    def _check_edge(self, services: t.Mapping[str, Service], actions: t.Sequence[Action]) -> None:
        moved = {a.service for a in changes(actions)}
        routed = [name for name, service in services.items() if service.routed and name in moved]
        if self.rolling and routed and not self.host.edge.there():
            raise InputError(
                f"services.{routed[0]} has labels of a route and is to be replaced without a failed request, but this "
                f"host has no {PROGRAM}: run the role slipway.deploy.edge_proxy on it, or use 'strategy: recreate'."
            )
