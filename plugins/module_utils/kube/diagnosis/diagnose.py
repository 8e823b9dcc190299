# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Why an object is not healthy: from the workload down to the container at fault, with its last words."""

from __future__ import annotations

import threading
import time
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.client import KubeClient
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.discovery import Discovery
from ansible_collections.slipway.deploy.plugins.module_utils.kube.diagnosis.evidence import events_about, log_tail
from ansible_collections.slipway.deploy.plugins.module_utils.kube.diagnosis.owned import (
    name_of,
    new_replica_set,
    owner_of,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.compute import compute
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.read import (
    Object,
    condition,
    field,
    is_true,
    mapping,
    mappings,
    number,
    text,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.trouble import Trouble, trouble_of
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.standing import Standing

Failure = t.Dict[str, t.Any]
#: Troubles that came before any process did, or have nothing to do with one.
_WITHOUT_LOG = ("image", "config", "schedule", "refused", "node")
#: A server that hangs must not make the failure wait for its story.
_PATIENCE = 20.0
_LONGEST = 600
#: So many last characters in common mean the same message, told by another component.
_SAME = 60


class Diagnosis:
    """Asks the API server once more, now that something went wrong."""

    def __init__(self, client: KubeClient, discovery: Discovery) -> None:
        self._client = client
        self._discovery = discovery

    def explain(self, standing: Standing, pods: t.Sequence[Object]) -> Failure:
        """The structured form; `sentence` makes it readable."""
        failure = outline(standing)
        if standing.obj is None:
            return failure
        if standing.doom is not None and standing.doom.pod is None:
            failure.update(reason=standing.doom.reason, message=_short(standing.doom.message))
        pod = self._culprit(standing, pods)
        self._add_chain(failure, standing.obj, pod)
        if pod is not None:
            self._add_pod(failure, pod, standing.doom.trouble if standing.doom else None)
        if not failure["events"]:
            failure["events"] = self._events_of(standing.obj)
        failure["claims"] = self._pending_claims(pod) if pod is not None else []
        return failure

    def _culprit(self, standing: Standing, pods: t.Sequence[Object]) -> t.Optional[Object]:
        """The doomed pod; else the new revision's first that is not ready; a Job's last failed one."""
        if standing.doom is not None and standing.doom.pod is not None:
            return standing.doom.pod
        waiting = [pod for pod in pods if not is_true(condition(pod, "Ready"))]
        troubled = [pod for pod in waiting if trouble_of(pod) is not None]
        if troubled or waiting:
            return (troubled or waiting)[0]
        return self._failed_pod(standing.obj or {}) if standing.ref.kind == "Job" else None

    def _failed_pod(self, job: Object) -> t.Optional[Object]:
        pods = self._list(
            "v1", "Pod", text(job, "metadata", "namespace"), f"batch.kubernetes.io/job-name={name_of(job)}"
        )
        failed = [pod for pod in pods if text(pod, "status", "phase") == "Failed"]
        return max(failed, key=lambda pod: text(pod, "metadata", "creationTimestamp"), default=None)

    def _list(
        self, api_version: str, kind: str, namespace: str, selector: str = "", field: str = ""
    ) -> t.List[t.Dict[str, t.Any]]:
        try:
            resource = self._discovery.resource_for(api_version, kind)
            return list(self._client.list(resource, namespace, label_selector=selector, field_selector=field)["items"])
        except SlipwayError:
            return []

    def _add_chain(self, failure: Failure, workload: Object, pod: t.Optional[Object]) -> None:
        """Deployment -> ReplicaSet -> Pod, each with how it stands."""
        links = [workload]
        if text(workload, "kind") == "Deployment":
            sets = self._list("apps/v1", "ReplicaSet", text(workload, "metadata", "namespace"))
            mine = next((rs for rs in sets if pod is not None and owner_of(pod) == text(rs, "metadata", "uid")), None)
            newest = mine or new_replica_set(workload, sets)
            links += [newest] if newest else []
        if pod is not None and text(workload, "kind") != "Pod":
            links.append(_named(pod))
        failure["chain"] = [
            {"kind": text(link, "kind"), "name": name_of(link), **compute(link).as_dict()} for link in links
        ]

    def _add_pod(self, failure: Failure, pod: Object, trouble: t.Optional[Trouble]) -> None:
        failure.update(pod=name_of(pod), node=text(pod, "spec", "nodeName"), events=self._events_of(pod))
        found = trouble or trouble_of(pod) or _ended(pod) or _unready(pod) or self._lost_node(pod)
        if found is None:
            failure["message"] = f"{failure['message']}; the pod is {compute(_named(pod)).message}"
            return
        failure.update(reason=found.reason, container=found.container, exit_code=found.exit_code)
        failure["message"] = _short(found.message + _probe_answer(found, failure["events"]))
        if found.family not in _WITHOUT_LOG:
            tail = log_tail(self._client, self._discovery, pod, found.container, previous=found.previous)
            failure["log"] = tail

    def _lost_node(self, pod: Object) -> t.Optional[Trouble]:
        """All containers ran when its kubelet was last heard of."""
        name = text(pod, "spec", "nodeName")
        node = next((n for n in self._list("v1", "Node", "", field=f"metadata.name={name}") if name), None)
        if node is None or is_true(condition(node, "Ready")):
            return None
        return Trouble("node", "NodeNotReady", f"its node {name} is not ready: {compute(node).message}")

    def _events_of(self, obj: Object) -> t.List[t.Dict[str, t.Any]]:
        return events_about(self._client, self._discovery, obj)

    def _pending_claims(self, pod: Object) -> t.List[t.Dict[str, t.Any]]:
        """PersistentVolumeClaims of the pod that have no volume, with the provisioner's words."""
        names = {text(volume, "persistentVolumeClaim", "claimName") for volume in mappings(pod, "spec", "volumes")} - {
            ""
        }
        if not names:
            return []
        claims = self._list("v1", "PersistentVolumeClaim", text(pod, "metadata", "namespace"))
        return [
            {"name": name_of(claim), **compute(claim).as_dict(), "events": self._events_of(claim)}
            for claim in claims
            if name_of(claim) in names and text(claim, "status", "phase") != "Bound"
        ]


def _named(pod: Object) -> t.Dict[str, t.Any]:
    """Watches leave out what is the same for all."""
    return {"apiVersion": "v1", "kind": "Pod", **pod}


def outline(standing: Standing) -> Failure:
    """What can be said without asking the API server."""
    return {
        **standing.ref.as_result(),
        "target": str(standing.target if standing.obj is None else standing.ref),
        "status": standing.health.status,
        "message": standing.health.message,
        "final": standing.final,
        **{"reason": "", "pod": "", "container": "", "node": "", "exit_code": None},
        **{"chain": [], "events": [], "log": [], "claims": []},
    }


def _ended(pod: Object) -> t.Optional[Trouble]:
    """A pod that is over: the container that ended badly."""
    for status in mappings(pod, "status", "initContainerStatuses") + mappings(pod, "status", "containerStatuses"):
        ended = mapping(status, "state", "terminated")
        code = number(ended, "exitCode")
        if ended and code != 0:
            reason = text(ended, "reason") or "Error"
            said = f"{reason}: the process ended with exit code {code}"
            return Trouble("ended", reason, said, text(status, "name"), exit_code=code)
    reason, message = text(pod, "status", "reason"), text(pod, "status", "message")
    return Trouble("ended", reason, f"{reason}: {message}") if reason else None


def _probe_answer(found: Trouble, events: t.Sequence[t.Mapping[str, t.Any]]) -> str:
    """What the probe that fails got for an answer; the kubelet tells it by an event."""
    probes = {"probe": ("Readiness", "Startup"), "crash": ("Liveness", "Startup")}.get(found.family, ())
    said = [e["message"].strip() for e in events if e["reason"] == "Unhealthy" and e["message"].startswith(probes)]
    return f"; {said[-1]}" if said and probes else ""


def _unready(pod: Object) -> t.Optional[Trouble]:
    """A container that runs and is not ready: its probe is not answered."""
    for status in mappings(pod, "status", "containerStatuses"):
        if field(status, "state", "running") is not None and field(status, "ready") is not True:
            started = "readiness" if field(status, "started") is not False else "startup"
            said = f"NotReady: it runs, but its {started} probe has not succeeded"
            return Trouble("probe", "NotReady", said, text(status, "name"))
    return None


def explain_all(diagnosis: Diagnosis, cases: t.Sequence[t.Tuple[Standing, t.Sequence[Object]]]) -> t.List[Failure]:
    """All at once; where the API server does not answer in time, what is known without it."""
    told: t.Dict[int, Failure] = {}

    def explain(index: int, standing: Standing, pods: t.Sequence[Object]) -> None:
        told[index] = diagnosis.explain(standing, pods)

    threads = [threading.Thread(target=explain, args=(i, *case), daemon=True) for i, case in enumerate(cases)]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + _PATIENCE
    for thread in threads:
        thread.join(max(deadline - time.monotonic(), 0.0))
    return [told.get(index) or outline(standing) for index, (standing, _pods) in enumerate(cases)]


def sentence(failure: Failure) -> str:
    """One paragraph: workload, pod, reason, last log line."""
    place = ""
    if failure["pod"] and failure["kind"] != "Pod":
        place = f"pod {failure['pod']}"
    if failure["container"]:
        place += f"{', ' if place else ''}container {failure['container']}"
    words = f"{place}: {failure['message']}" if place else str(failure["message"])
    parts = [words.rstrip(".") + "."]
    hint = next((e for e in reversed(failure["events"]) if _adds(e["message"], words)), None)
    if failure["log"]:
        parts.append(f"Last log line: {failure['log'][-1].strip()}")
    elif hint and (hint["type"] == "Warning" or failure["kind"] == "PersistentVolumeClaim"):
        parts.append(f"Last event: {hint['reason']}: {_short(hint['message'])}")
    parts += [_claim(claim) for claim in failure["claims"]]
    return " ".join(parts)


def _adds(event: str, words: str) -> bool:
    """Says an event something that was not said?"""
    bare = event[len("Error: ") :] if event.startswith("Error: ") else event
    return bool(event) and bare[-_SAME:] not in words


def _claim(claim: t.Mapping[str, t.Any]) -> str:
    last = claim["events"][-1]["message"] if claim["events"] else claim["message"]
    return f"PersistentVolumeClaim {claim['name']} is not bound: {_short(last)}"


def _short(message: str) -> str:
    return message if len(message) <= _LONGEST else message[:_LONGEST] + "..."
