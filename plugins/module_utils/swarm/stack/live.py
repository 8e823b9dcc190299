# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the swarm has of a stack, read and changed: the transport of `swarm_stack`."""

from __future__ import annotations

import contextlib
import time
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import Runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError, SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.engine.api import ApiError, EngineApi
from ansible_collections.slipway.deploy.plugins.module_utils.swarm.membership import (
    ACTIVE,
    LOCKED,
    read_membership,
)
from ansible_collections.slipway.deploy.plugins.module_utils.swarm.stack.render import DEFINITION, NAMESPACE, Rendered
from ansible_collections.slipway.deploy.plugins.module_utils.swarm.stack.tasks import Standing, judge

_PAUSE = 0.5
_LOG_LINES = 10
_FRAME = 8
_CONFLICT, _ATTEMPTS = "update out of sequence", 5
_BUSY = ("in use", "active endpoints")


class LiveStack:
    """One stack in the swarm of this manager."""

    def __init__(self, api: EngineApi, run: Runner, name: str) -> None:
        self.api = api
        self.name = name
        self._run = run
        self._filter = {"label": [f"{NAMESPACE}={name}"]}
        self._nodes: t.Dict[str, str] = {}

    def require(self) -> None:
        """This host can speak for a swarm, or one sentence why not."""
        member = read_membership(self.api)
        if member.state == LOCKED:
            raise SlipwayError(
                f"{member.name} is locked: unlock it first (the role swarm does, or 'docker swarm unlock')."
            )
        if member.state != ACTIVE or not member.manager:
            raise InputError(f"{member.name} is no manager of a swarm: run this on one (group swarm_manager).")
        if not member.quorum:
            raise SlipwayError(
                f"The swarm's managers have lost their quorum ({member.error.rstrip('.')}): start those that are down."
            )
        self._nodes = {node.id: node.hostname for node in member.nodes}

    def services(self) -> t.Dict[str, t.Dict[str, t.Any]]:
        """Short name -> the service, with its status."""
        found = self.api.get("/services", filters=self._filter, status=True) or []
        return {item["Spec"]["Name"][len(self.name) + 1 :]: item for item in found}

    def specs(self) -> t.Dict[str, t.Dict[str, t.Any]]:
        return {name: item["Spec"] for name, item in self.services().items()}

    def standings(self, only: t.Optional[t.AbstractSet[str]] = None) -> t.Dict[str, Standing]:
        services = self.services()
        by_service: t.Dict[str, t.List[t.Mapping[str, t.Any]]] = {}
        for task in self.api.get("/tasks", filters=self._filter) or []:
            by_service.setdefault(task["ServiceID"], []).append(task)
        return {
            name: judge(item, by_service.get(item["ID"], []), self._nodes)
            for name, item in services.items()
            if only is None or name in only
        }

    def check_networks(self, rendered: Rendered) -> None:
        """A swarm cannot change a network: say so before `docker stack deploy` leaves it as it is in silence."""
        found = {item["Name"]: item for item in self.api.get("/networks", filters=self._filter) or []}
        for key, network in (rendered.file.get("networks") or {}).items():
            live = found.get(f"{self.name}_{key}")
            digest = ((live or {}).get("Labels") or {}).get(DEFINITION)
            if digest and not network.get("external") and digest != network["labels"][DEFINITION]:
                raise InputError(
                    f"networks.{key}: the swarm has {self.name}_{key} with other options, and cannot change a network:"
                    " give the new one another name, or remove the stack first."
                )

    def validate(self, rendered: Rendered) -> None:
        done = self._run(["docker", "stack", "config", "--compose-file", "-"], rendered.text())
        if not done.ok:
            raise InputError(f"A swarm cannot run this Compose file: {done.tail(3)}")

    def apply(self, text: str) -> None:
        """What is no longer in the file goes. Images are pinned already.

        A swarm that is at work on a service changes it between docker's reading and writing it: then docker is told
        again, which is the same to all that it has done already.
        """
        argv = ["docker", "stack", "deploy", "--prune", "--with-registry-auth", "--resolve-image", "never"]
        for left in reversed(range(_ATTEMPTS)):
            done = self._run([*argv, "--compose-file", "-", self.name], text)
            if done.ok:
                return
            if _CONFLICT not in done.err or not left:
                raise SlipwayError(f"docker stack deploy failed: {done.tail(1)}")
            time.sleep(_PAUSE)

    def prune_networks(self, rendered_keys: t.AbstractSet[str]) -> None:
        """Networks of services that went. One that is still in use stays until the next time."""
        kept = {f"{self.name}_{key}" for key in {*rendered_keys, "default"}}
        for item in self.api.get("/networks", filters=self._filter) or []:
            if item["Name"] not in kept:
                with contextlib.suppress(ApiError):
                    self.api.delete(f"/networks/{item['Id']}")

    def log_of(self, task: t.Optional[t.Mapping[str, t.Any]]) -> str:
        """The end of a task's log; empty where its node or log driver gives none."""
        if not task or not (task.get("Status") or {}).get("ContainerStatus"):
            return ""
        with contextlib.suppress(SlipwayError):
            raw = self.api.raw(f"/tasks/{task['ID']}/logs", stdout=True, stderr=True, tail=_LOG_LINES)
            return demultiplexed(raw).strip()
        return ""

    def remove(self, timeout: float, progress: t.Callable[[str], None]) -> None:
        """Services, then what they held, when their tasks are gone."""
        for item in self.services().values():
            self.api.delete(f"/services/{item['ID']}")
        self._await_no_tasks(timeout, progress)
        for kind in ("secrets", "configs"):
            for item in self.api.get(f"/{kind}", filters=self._filter) or []:
                self.api.delete(f"/{kind}/{item['ID']}")
        self._remove_networks(timeout)

    def _await_no_tasks(self, timeout: float, progress: t.Callable[[str], None]) -> None:
        end, told = time.monotonic() + timeout, -1
        while True:
            left = len([t for t in self.api.get("/tasks", filters=self._filter) or [] if _has_container(t)])
            if not left:
                return
            if left != told:
                progress(f"{left} tasks are still there")
                told = left
            if time.monotonic() >= end:
                raise SlipwayError(f"{left} tasks of '{self.name}' are still there after {timeout:g} s.")
            time.sleep(_PAUSE)

    def _remove_networks(self, timeout: float) -> None:
        end = time.monotonic() + timeout
        for item in self.api.get("/networks", filters=self._filter) or []:
            while True:
                try:
                    self.api.delete(f"/networks/{item['Id']}")
                    break
                except ApiError as exc:
                    if not any(word in exc.message for word in _BUSY) or time.monotonic() >= end:
                        exc.reword(f"Network {item['Name']} could not be removed: {exc.message}")
                        raise
                time.sleep(_PAUSE)

    def left(self) -> t.List[str]:
        """Names of all that the swarm has of this stack."""
        named = [f"service {name}" for name in self.services()]
        named += [f"network {item['Name']}" for item in self.api.get("/networks", filters=self._filter) or []]
        for kind in ("secrets", "configs"):
            found = self.api.get(f"/{kind}", filters=self._filter) or []
            named += [f"{kind[:-1]} {item['Spec']['Name']}" for item in found]
        return sorted(named)


def _has_container(task: t.Mapping[str, t.Any]) -> bool:
    return (task.get("Status") or {}).get("State") in ("running", "starting", "preparing")


def demultiplexed(raw: bytes) -> str:
    """Frames of a header, whose last four bytes are the length, and text; from a terminal bare text."""
    if raw[:1] not in (b"\x00", b"\x01", b"\x02"):
        return raw.decode("utf-8", "replace")
    text, at = b"", 0
    while at + _FRAME <= len(raw):
        size = int.from_bytes(raw[at + 4 : at + _FRAME], "big")
        text += raw[at + _FRAME : at + _FRAME + size]
        at += _FRAME + size
    return text.decode("utf-8", "replace")
