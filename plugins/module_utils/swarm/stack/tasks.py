# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a service is, judged by its tasks: settled, on its way, or beyond hope, and why. Pure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.slipway.deploy.plugins.module_utils.swarm.stack.plan import without_empty

_FAILED = ("failed", "rejected")
_ON_THE_WAY = ("new", "pending", "assigned", "accepted", "preparing", "ready", "starting")
#: A task that died once may have come too early; one that died twice after its start dies again.
_TRIES = 2
_COMPARED = ("ContainerSpec", "Resources", "Networks", "ForceUpdate", "LogDriver")
_BACKWARDS = ("paused", "rollback_started", "rollback_paused", "rollback_completed")


@dataclass(frozen=True)
class Standing:
    """`problem` is a sentence where waiting is of no use; `culprit` the task that it is about."""

    name: str
    running: int
    wanted: int
    settled: bool
    waits: str = ""
    problem: str = ""
    culprit: t.Mapping[str, t.Any] | None = None
    #: Tasks that died: (slot or node, id). So many of them in one place, and `crash` is the sentence.
    crashes: t.Tuple[t.Tuple[str, str], ...] = ()
    crash: str = ""
    tries: int = _TRIES
    #: A task that no node takes, and nothing that could make room: hopeless when it lasts.
    stuck: str = ""


def judge(
    service: t.Mapping[str, t.Any], tasks: t.Sequence[t.Mapping[str, t.Any]], nodes: t.Mapping[str, str]
) -> Standing:
    """`service` with its ServiceStatus, `tasks` its own, `nodes`: id -> name."""
    name = str(service["Spec"]["Name"])
    mode, status = service["Spec"].get("Mode") or {}, service.get("ServiceStatus") or {}
    job = "ReplicatedJob" in mode or "GlobalJob" in mode
    wanted = int(status.get("DesiredTasks") or 0)
    if "Replicated" in mode:
        wanted = int((mode["Replicated"] or {}).get("Replicas") or 0)
    mine = [task for task in tasks if _current(task, service)]
    running = [task for task in mine if task["DesiredState"] == "running" and _state(task) == "running"]
    failed = [task for task in mine if _state(task) in _FAILED and task["CreatedAt"] >= service["UpdatedAt"]]
    update = service.get("UpdateStatus") or {}
    there = int(status.get("CompletedTasks") or 0) if job else len(running)
    done = there >= wanted if job else there == wanted and not _others(tasks, running)
    newest = max(failed, key=lambda task: str(task["CreatedAt"]), default=None)
    crash = _sentence(name, newest, nodes) if newest else ""
    policy = (service["Spec"].get("TaskTemplate") or {}).get("RestartPolicy") or {}
    problem = _taken_back(name, update, crash)
    return Standing(
        name=name,
        running=there,
        wanted=wanted,
        settled=done and update.get("State") in (None, "", "completed") and not problem,
        waits=_waits(name, there, wanted, tasks, nodes),
        problem=problem,
        culprit=newest,
        crashes=tuple((str(task.get("Slot") or task.get("NodeID")), str(task["ID"])) for task in failed),
        crash=crash,
        tries=1 if policy.get("Condition") == "none" else _TRIES,
        stuck=_stuck(name, tasks),
    )


def _state(task: t.Mapping[str, t.Any]) -> str:
    return str((task.get("Status") or {}).get("State") or "new")


def _current(task: t.Mapping[str, t.Any], service: t.Mapping[str, t.Any]) -> bool:
    """Of the specification that is asked now. Where an update is complete, what is left is what it wanted."""
    if (service.get("UpdateStatus") or {}).get("State") == "completed":
        return True
    old, new = task.get("Spec") or {}, service["Spec"].get("TaskTemplate") or {}
    return all(without_empty(_comparable(old, key)) == without_empty(_comparable(new, key)) for key in _COMPARED)


def _comparable(spec: t.Mapping[str, t.Any], key: str) -> t.Any:
    return {"": spec.get(key)}


def _others(tasks: t.Sequence[t.Mapping[str, t.Any]], running: t.Sequence[t.Mapping[str, t.Any]]) -> bool:
    """Tasks of before that still run, or new ones on their way."""
    known = {task["ID"] for task in running}
    return any(task["DesiredState"] in ("running", "ready") and task["ID"] not in known for task in tasks)


def _taken_back(name: str, update: t.Mapping[str, t.Any], crash: str) -> str:
    if update.get("State") not in _BACKWARDS:
        return ""
    how = "stopped" if update["State"] == "paused" else "took back"
    said = str(update.get("Message") or update["State"])
    return f"The swarm {how} the update of {name} ({said}). {crash}".strip()


def _sentence(name: str, task: t.Mapping[str, t.Any], nodes: t.Mapping[str, str]) -> str:
    status = task.get("Status") or {}
    where = nodes.get(str(task.get("NodeID")), "")
    verb = "was rejected" if _state(task) == "rejected" else "failed"
    place = f" on {where}" if where else ""
    said = str(status.get("Err") or status.get("Message")).rstrip(".")
    return f"{name}.{task.get('Slot') or where} {verb}{place}: {said}."


def _waits(
    name: str, running: int, wanted: int, tasks: t.Sequence[t.Mapping[str, t.Any]], nodes: t.Mapping[str, str]
) -> str:
    coming = [task for task in tasks if task["DesiredState"] in ("running", "ready") and _state(task) in _ON_THE_WAY]
    words = [
        f"{task.get('Slot') or ''} {_state(task)} {nodes.get(str(task.get('NodeID')), '')}".strip() for task in coming
    ]
    return f"{name} {running}/{wanted}" + (f" ({', '.join(words[:3])})" if words else "")


def _stuck(name: str, tasks: t.Sequence[t.Mapping[str, t.Any]]) -> str:
    pending = [task for task in tasks if _state(task) == "pending" and (task.get("Status") or {}).get("Err")]
    going = [task for task in tasks if task["DesiredState"] in ("shutdown", "remove") and _state(task) == "running"]
    if not pending or going:
        return ""
    reason = str(pending[0]["Status"]["Err"])
    return f"{len(pending)} of {name}'s tasks find no node: {reason}."
