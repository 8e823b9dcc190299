# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What we decide without asking must be what the server does: verdicts against real applies."""

from __future__ import annotations

import copy
import itertools
import typing as t
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.client import KubeClient
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.discovery import Discovery
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.errors import ApiError, Conflict
from ansible_collections.slipway.deploy.plugins.module_utils.kube.decide.conflict import conflicts
from ansible_collections.slipway.deploy.plugins.module_utils.kube.decide.decision import difference
from ansible_collections.slipway.deploy.plugins.module_utils.kube.decide.migration import migration
from ansible_collections.slipway.deploy.plugins.module_utils.kube.decide.normal import normalised
from ansible_collections.slipway.deploy.plugins.module_utils.kube.manifests.manifest import Manifest, from_text

SAMPLES = from_text((Path(__file__).parent / "samples.manifests").read_text(), "samples.manifests")
_numbers = itertools.count()
Obj = t.Dict[str, t.Any]


def content(obj: Obj) -> Obj:
    """An object without its versions: some kinds get a new one for a write that changes nothing."""
    metadata = {k: v for k, v in obj["metadata"].items() if k not in ("resourceVersion", "generation")}
    entries = [{k: v for k, v in e.items() if k != "time"} for e in metadata.pop("managedFields", [])]
    return {**obj, "metadata": metadata, "managed": entries}


class Server:
    def __init__(self, client: KubeClient, discovery: Discovery, namespace: str) -> None:
        self.client, self.discovery, self.namespace = client, discovery, namespace

    def fresh(self, sample: Manifest) -> Obj:
        obj = normalised(sample.in_namespace(self.namespace).obj)
        obj["metadata"]["name"] += f"-{next(_numbers)}"
        return obj

    def apply(self, obj: Obj, manager: str = "slipway", force: bool = False) -> Obj:
        resource = self.discovery.resource_for(obj["apiVersion"], obj["kind"])
        return self.client.apply(resource, obj, field_manager=manager, force=force, validation="Strict")

    def update(self, obj: Obj, patch: t.Any, manager: str = "edit", subresource: str = "") -> Obj:
        resource = self.discovery.resource_for(obj["apiVersion"], obj["kind"])
        name = obj["metadata"]["name"]
        return self.client.patch(resource, name, self.namespace, patch, field_manager=manager, subresource=subresource)


@pytest.fixture
def server(client: KubeClient, namespace: str) -> Server:
    return Server(client, Discovery(client), namespace)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda m: f"{m.ref.kind}-{m.ref.name}")
def test_what_was_just_applied_needs_no_request(server: Server, sample: Manifest) -> None:
    wanted = server.fresh(sample)
    live = server.apply(wanted)
    assert difference(wanted, live, "slipway") is None
    assert content(server.apply(wanted)) == content(live)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda m: f"{m.ref.kind}-{m.ref.name}")
def test_any_one_label_makes_a_difference(server: Server, sample: Manifest) -> None:
    wanted = server.fresh(sample)
    live = server.apply(wanted)
    more = copy.deepcopy(wanted)
    more["metadata"].setdefault("labels", {})["new"] = "x"
    assert difference(more, live, "slipway") is not None
    assert difference(wanted, server.apply(more), "slipway") is not None


def paths(value: t.Any, path: t.Tuple[t.Any, ...] = ()) -> t.Iterator[t.Tuple[t.Any, ...]]:
    """Of everything below the top that can be edited."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in items:
        if not path and key in ("apiVersion", "kind", "metadata"):
            continue
        yield (*path, key)
        yield from paths(below, (*path, key))


def edited(obj: Obj, path: t.Tuple[t.Any, ...], how: str) -> Obj:
    found = copy.deepcopy(obj)
    place: t.Any = found
    for key in path[:-1]:
        place = place[key]
    value = place[path[-1]]
    if how == "leave out":
        del place[path[-1]]
    elif isinstance(value, bool):
        place[path[-1]] = not value
    elif isinstance(value, int):
        place[path[-1]] = value + 1
    elif isinstance(value, str):
        place[path[-1]] = value + "1"
    elif isinstance(value, list):
        value.reverse()
    return found


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_verdict_of_no_difference_is_never_wrong(server: Server, data: st.DataObject) -> None:
    """Apply, let others write, edit the manifest: where we see no difference, applying changes nothing."""
    sample = data.draw(st.sampled_from(SAMPLES))
    wanted = server.fresh(sample)
    live = server.apply(wanted)
    if data.draw(st.booleans()):
        path = data.draw(st.sampled_from(sorted(paths(wanted), key=repr)))
        live = _by_another(server, wanted, edited(wanted, path, "change"), live)
    again = wanted
    if data.draw(st.booleans()):
        path = data.draw(st.sampled_from(sorted(paths(wanted), key=repr)))
        again = edited(wanted, path, data.draw(st.sampled_from(["leave out", "change"])))
    if difference(again, live, "slipway") is None:
        assert content(server.apply(again)) == content(live)


def _by_another(server: Server, wanted: Obj, changed: Obj, live: Obj) -> Obj:
    """An update by another manager, where the server allows it."""
    try:
        return server.update(wanted, {k: v for k, v in changed.items() if k != "metadata"})
    except ApiError:
        return live


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_conflicts_are_those_that_the_server_tells(server: Server, data: st.DataObject) -> None:
    sample = data.draw(st.sampled_from(SAMPLES))
    wanted = server.fresh(sample)
    server.apply(wanted)
    path = data.draw(st.sampled_from(sorted(paths(wanted), key=repr)))
    live = _by_another(server, wanted, edited(wanted, path, "change"), server.apply(wanted))
    expected = {(c.path, c.owner) for c in conflicts(wanted, live, "slipway")}
    try:
        server.apply(wanted)
        told: t.Set[t.Tuple[str, str]] = set()
    except Conflict as exc:
        told = {(c["field"].lstrip("."), c["message"].split('"')[1]) for c in exc.causes}
    except ApiError:
        return
    assert bool(expected) == bool(told)
    assert {p for p, _o in expected} == {p for p, _o in told}


def test_drift_is_a_difference(server: Server) -> None:
    wanted = server.fresh(next(m for m in SAMPLES if m.ref.kind == "Deployment"))
    server.apply(wanted)
    drifted = server.update(wanted, {"spec": {"replicas": 2}})
    assert difference(wanted, drifted, "slipway") == ("spec", "replicas")
    scaled = server.update(wanted, {"spec": {"replicas": 3}}, "scaler", subresource="scale")
    assert scaled["spec"]["replicas"] == 3
    found = conflicts(
        wanted,
        server.client.get(
            server.discovery.resource_for("apps/v1", "Deployment"), wanted["metadata"]["name"], server.namespace
        ),
        "slipway",
    )
    assert [(c.path, c.owner, c.ours, c.theirs) for c in found] == [("spec.replicas", "scaler", 0, 3)]


def test_what_others_add_is_theirs(server: Server) -> None:
    wanted = server.fresh(next(m for m in SAMPLES if m.ref.kind == "Deployment"))
    server.apply(wanted)
    added = server.update(wanted, {"metadata": {"labels": {"theirs": "x"}}, "spec": {"minReadySeconds": 3}})
    assert difference(wanted, added, "slipway") is None


def test_fields_of_a_client_side_apply_become_ours(server: Server) -> None:
    """As `kubectl apply` leaves an object: its fields, and the annotation, go when the manifest leaves them out."""
    wanted = server.fresh(next(m for m in SAMPLES if m.ref.kind == "ConfigMap"))
    old = {**wanted, "data": {**wanted["data"], "old": "x"}, "metadata": copy.deepcopy(wanted["metadata"])}
    old["metadata"]["annotations"] = {"kubectl.kubernetes.io/last-applied-configuration": "{}"}
    resource = server.discovery.resource_for("v1", "ConfigMap")
    live = server.client.create(resource, old, field_manager="kubectl-client-side-apply")
    patch = migration(live, "slipway")
    assert patch is not None
    moved = server.client.patch(resource, old["metadata"]["name"], server.namespace, patch, kind="json")
    assert moved["data"] == old["data"]
    applied = server.apply(wanted)
    assert applied["data"] == wanted["data"]
    assert "annotations" not in applied["metadata"]
    assert {e["manager"] for e in applied["metadata"]["managedFields"]} == {"slipway"}
    assert migration(applied, "slipway") is None
