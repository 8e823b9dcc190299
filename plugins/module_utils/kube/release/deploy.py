# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The verb of `k8s_release`: apply, watch, check and record a release; go back to the one before when it fails."""

from __future__ import annotations

import typing as t
from dataclasses import replace

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError, sentence
from ansible_collections.slipway.deploy.plugins.module_utils.common.http_check import (
    CHECK_SPEC,
    CheckFailed,
    HttpCheck,
)
from ansible_collections.slipway.deploy.plugins.module_utils.common.releases import (
    DEPLOYED,
    FAILED,
    last_deployed,
    target_of,
)
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Params, Result, TaskContext, Verb
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.connection import (
    CONNECTION_HIDE,
    CONNECTION_IMPORTS,
    CONNECTION_SPEC,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.errors import ApplyFailed, WaitFailed
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.step import CREATED
from ansible_collections.slipway.deploy.plugins.module_utils.kube.manifests.manifest import Manifest as Placed
from ansible_collections.slipway.deploy.plugins.module_utils.kube.release import status
from ansible_collections.slipway.deploy.plugins.module_utils.kube.release.record import (
    Manifest,
    Release,
    digest_of,
    left_over,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.release.session import Session, from_record
from ansible_collections.slipway.deploy.plugins.module_utils.kube.sources.capabilities import (
    Capabilities,
    capabilities_of,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.sources.options import SOURCES_HIDE, SOURCES_SPEC
from ansible_collections.slipway.deploy.plugins.module_utils.kube.sources.read import read_manifests

_REASON_LENGTH = 500


class ReleaseFailed(SlipwayError):
    """The new release does not run; the message also says what became of the one before."""


def run(params: Params, context: TaskContext) -> Result:
    """Entry point of module and action."""
    if params["state"] == "deployed":
        # Mistakes in them are told before the cluster is asked anything.
        manifests = read_manifests(params, context, lambda: _capabilities(Session.open(params, context)))
        session = Session.open(params, context)
        return _deploy(session, manifests, params["version"] or "")
    session = Session.open(params, context)
    if params["state"] == "status":
        return {"changed": False, **_history(session), **_running(session)}
    target = target_of(session.store.releases(), params["to_revision"], params["name"])
    manifests = from_record(target.objects, f"release {target.revision}")
    session = replace(session, check=session.check or HttpCheck.from_params(target.check))
    return {**_deploy(session, manifests, target.version), "rolled_back_to": target.shown()}


def _capabilities(session: Session) -> Capabilities:
    return capabilities_of(session.client, session.discovery)


def _deploy(session: Session, manifests: t.Sequence[Placed], version: str) -> Result:
    placed = session.located(manifests)
    objects = [manifest.obj for manifest in placed]
    before = last_deployed(session.store.releases())
    result = _put_or_go_back(session, placed, version, before)
    removed = session.remove(left_over(before.objects, objects) if before else [])
    recorded = before is not None and before.digest == digest_of(objects)
    if not recorded and not session.context.check_mode:
        session.record(objects, version, DEPLOYED)
    return {
        **result,
        "changed": result["changed"] or removed["changed"] or not recorded,
        "objects": [*result["objects"], *removed["objects"]],
        "diff": [*result["diff"], *removed["diff"]],
        **_history(session),
    }


def _put_or_go_back(session: Session, placed: t.Sequence[Placed], version: str, before: Release | None) -> Result:
    result: Result = {}
    try:
        result = session.put(placed)
        session.gate(session.check)
        return result
    except (ApplyFailed, WaitFailed, CheckFailed) as failure:
        if isinstance(failure, ApplyFailed) and not failure.details.get("changed"):
            raise  # nothing was sent
        objects = [manifest.obj for manifest in placed]
        done = result or failure.details
        session.record(objects, version, FAILED, failure.message[:_REASON_LENGTH])
        story = _restore(session, before, objects, done)
        details = {**done, **failure.details, "changed": True, **_history(session)}
        raise ReleaseFailed(f"{sentence(failure.message)} {story}", **details) from failure


def _restore(session: Session, before: Release | None, failed: t.Sequence[Manifest], done: Result) -> str:
    """Back to the release before; says how that went."""
    if before is None:
        return "There is no earlier release to go back to."
    if before.digest == digest_of(failed):
        return "It is the release that ran before, so there is none to go back to."
    session.context.progress(f"going back to revision {before.revision} ({before.version})")
    try:
        session.put(from_record(before.objects, f"release {before.revision}"))
        session.remove(_created(left_over(failed, before.objects), done))
        session.gate(HttpCheck.from_params(before.check))
    except SlipwayError as second:
        return f"Going back to revision {before.revision} ({before.version}) failed too: {second.message}"
    return f"The release before (revision {before.revision}, {before.version}) runs again."


def _created(objects: t.Sequence[Manifest], done: Result) -> t.List[Manifest]:
    """Those that this run made: what was there already belongs to somebody else."""
    made = {(o["kind"], o.get("namespace") or "", o["name"]) for o in done.get("objects", []) if o["action"] == CREATED}
    return [o for o in objects if (o["kind"], o["metadata"].get("namespace") or "", o["metadata"]["name"]) in made]


def _history(session: Session) -> Result:
    releases = session.store.releases()
    last = last_deployed(releases)
    return {"release": last.shown() if last else None, "history": [r.shown() for r in releases]}


def _running(session: Session) -> Result:
    last = last_deployed(session.store.releases())
    client, discovery = session.client, session.discovery
    return {
        "nodes": status.nodes(client, discovery),
        "workloads": status.workloads(client, discovery, last.objects if last else []),
        "images": status.images(client, discovery, session.params["namespace"]),
    }


K8S_RELEASE = Verb(
    name="k8s_release",
    run=run,
    hide=(*CONNECTION_HIDE, *SOURCES_HIDE),
    imports=CONNECTION_IMPORTS,
    spec={
        "argument_spec": {
            **CONNECTION_SPEC,
            **SOURCES_SPEC,
            "name": {"type": "str", "required": True},
            "namespace": {"type": "str", "required": True},
            "version": {"type": "str"},
            "state": {"type": "str", "choices": ["deployed", "rolled_back", "status"], "default": "deployed"},
            "to_revision": {"type": "int"},
            "force_conflicts": {"type": "bool", "default": False},
            "check": CHECK_SPEC,
            "wait_timeout": {"type": "int", "default": 300},
            "keep_releases": {"type": "int", "default": 10},
        },
    },
)
