# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whatever we and others did to an object before: a verdict without a request is what the server would have done."""

from __future__ import annotations

import collections
import contextlib
import itertools
import time
import typing as t
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, event, given, note, settings
from hypothesis import strategies as st

from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.client import KubeClient
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.discovery import Discovery, Resource
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.errors import ApiError, Conflict
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.validate import is_field_error
from ansible_collections.slipway.deploy.plugins.module_utils.kube.decide.conflict import conflicts
from ansible_collections.slipway.deploy.plugins.module_utils.kube.decide.decision import Verdict, decide
from ansible_collections.slipway.deploy.plugins.module_utils.kube.decide.from_schema import shapes_of
from ansible_collections.slipway.deploy.plugins.module_utils.kube.decide.normal import normalised
from ansible_collections.slipway.deploy.plugins.module_utils.kube.decide.shapes import Shapes
from ansible_collections.slipway.deploy.plugins.module_utils.kube.manifests.manifest import Manifest, from_text
from ansible_collections.slipway.deploy.plugins.module_utils.kube.schema.from_crd import from_crd
from ansible_collections.slipway.deploy.tests.api.random_edits import draw_edit

HERE = Path(__file__).parent
CRD, *GADGETS = from_text((HERE / "custom.manifests").read_text(), "custom.manifests")
SAMPLES = [*from_text((HERE / "samples.manifests").read_text(), "samples.manifests"), *GADGETS]
IDS = [f"{m.ref.kind}-{m.ref.name}" for m in SAMPLES]
Obj = t.Dict[str, t.Any]
SETTINGS = settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True)
#: The server stores these anew when it is next asked, with nothing in them changed.
REWRITTEN_ONCE = ("PersistentVolumeClaim", "Job")
_numbers = itertools.count()


class Server:
    def __init__(self, client: KubeClient, namespace: str) -> None:
        self.client, self.namespace = client, namespace
        self.discovery = Discovery(client)

    def of(self, obj: Obj) -> Resource:
        return self.discovery.resource_for(obj["apiVersion"], obj["kind"])

    def fresh(self, sample: Manifest) -> Obj:
        obj = normalised(sample.in_namespace(self.namespace).obj)
        obj["metadata"]["name"] += f"-{next(_numbers)}"
        return obj

    def apply(self, obj: Obj, manager: str = "slipway", force: bool = False) -> Obj:
        return self.client.apply(self.of(obj), obj, field_manager=manager, force=force, validation="Strict")

    def live(self, obj: Obj) -> Obj:
        return self.client.get(self.of(obj), obj["metadata"]["name"], self.namespace)

    def update(self, obj: Obj, changed: Obj, manager: str) -> None:
        """As `kubectl edit` and controllers write: the whole object, as it is now."""
        live = self.live(obj)
        merged = {**live, **{k: v for k, v in changed.items() if k not in ("apiVersion", "kind", "metadata")}}
        patch = [{"op": "add", "path": f"/{k}", "value": merged[k]} for k in merged if merged[k] != live.get(k)]
        name = obj["metadata"]["name"]
        self.client.patch(self.of(obj), name, self.namespace, patch, kind="json", field_manager=manager)


@pytest.fixture(scope="module")
def custom_kind() -> t.Dict[str, bool]:
    return {}


@pytest.fixture
def server(client: KubeClient, namespace: str, custom_kind: t.Dict[str, bool]) -> Server:
    if not custom_kind:
        client.apply(Discovery(client).resource_for(CRD.ref.api_version, CRD.ref.kind), CRD.obj, field_manager="test")
        custom_kind["there"] = True
        time.sleep(1)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                Discovery(client).resource_for("decide.test/v1", "Gadget")
                break
            except Exception:
                time.sleep(0.2)
    return Server(client, namespace)


SHAPES = {kind: shapes_of(schema) for (_version, kind), schema in from_crd(CRD.obj).items()}


def shapes_for(obj: Obj) -> t.Optional[Shapes]:
    return SHAPES.get(obj["kind"]) if obj["apiVersion"] == "decide.test/v1" else None


def content(obj: Obj) -> Obj:
    """An object without what every write renews: also one with an empty list which the server does not keep."""
    metadata = {k: v for k, v in obj["metadata"].items() if k not in ("resourceVersion", "generation")}
    metadata["managedFields"] = (
        [{k: v for k, v in e.items() if k != "time"} for e in metadata["managedFields"]]
        if (metadata.get("managedFields"))
        else []
    )
    return {**obj, "metadata": metadata}


def assert_untouched(before: Obj, after: Obj) -> None:
    if not before["metadata"].get("managedFields"):
        # We ask for no field, nobody owns one: then the server notes once that they were there "before-first-apply".
        after = {**after, "metadata": {**after["metadata"], "managedFields": []}}
        assert content(after) == content(before)
        return
    assert content(after) == content(before)
    same_generation = before["metadata"].get("generation") == after["metadata"].get("generation")
    if same_generation and before["kind"] not in REWRITTEN_ONCE:
        assert after["metadata"]["resourceVersion"] == before["metadata"]["resourceVersion"]


@pytest.mark.parametrize("sample", SAMPLES, ids=IDS)
def test_applied_and_applied_again(server: Server, sample: Manifest) -> None:
    wanted = server.fresh(sample)
    server.apply(wanted)
    live = server.live(wanted)
    assert decide(wanted, live, "slipway", shapes_for(wanted)).reasons == ()
    assert_untouched(live, server.apply(wanted))


def live_through(server: Server, data: st.DataObject, wanted: Obj) -> Obj:
    """Some time in the life of an object; returns what we asked for last."""
    for _turn in range(data.draw(st.integers(0, 3), label="turns")):
        edited = normalised(draw_edit(data, wanted))
        who = data.draw(st.sampled_from(["we", "editor", "another"]), label="who")
        note(f"{who}: {edited}")
        with contextlib.suppress(ApiError):
            if who == "we":
                server.apply(edited)
                wanted = edited
            elif who == "editor":
                server.update(wanted, edited, who)
            else:
                server.apply(edited, who, data.draw(st.booleans(), label="takes over"))
    return wanted


@SETTINGS
@given(data=st.data())
def test_a_verdict_is_what_the_server_does(server: Server, data: st.DataObject) -> None:
    wanted = server.fresh(data.draw(st.sampled_from(SAMPLES)))
    server.apply(wanted)
    again = live_through(server, data, wanted)
    if data.draw(st.booleans(), label="edit"):
        again = normalised(draw_edit(data, again))
    live = server.live(wanted)
    shapes = shapes_for(wanted) if data.draw(st.booleans(), label="with schema") else None
    decision = decide(again, live, "slipway", shapes)
    event(decision.verdict)
    note(f"{decision}\nagain: {again}\nlive: {live}")
    force = data.draw(st.booleans(), label="force")
    try:
        after = server.apply(again, force=force)
    except ApiError as exc:
        note(f"refused: {exc.message}")
        if is_field_error(exc):
            return  # a wrong type: the schema check finds it before
        assert decision.verdict != Verdict.UNCHANGED
        return
    note(f"after: {after}")
    if decision.verdict == Verdict.UNCHANGED:
        assert_untouched(live, after)
    if decision.verdict == Verdict.CHANGED:
        assert content(after) != content(live)


@SETTINGS
@given(data=st.data())
def test_conflicts_are_those_that_the_server_tells(server: Server, data: st.DataObject) -> None:
    wanted = server.fresh(data.draw(st.sampled_from(SAMPLES)))
    server.apply(wanted)
    again = live_through(server, data, wanted)
    if data.draw(st.booleans(), label="edit"):
        again = normalised(draw_edit(data, again))
    live = server.live(wanted)
    assume(live["metadata"].get("managedFields"))
    expected = sorted({(c.path, c.owner) for c in conflicts(again, live, "slipway", shapes_for(wanted))})
    note(f"expected: {expected}\nagain: {again}\nlive: {live}")
    try:
        server.apply(again)
        told: t.List[t.Tuple[str, str]] = []
    except Conflict as exc:
        told = sorted({(c["field"].lstrip("."), c["message"].split('"')[1]) for c in exc.causes})
    except ApiError:
        return
    event("conflict" if told else "no conflict")
    note(f"told: {told}")
    assert set(expected) ^ set(told) == set()


def test_few_objects_that_did_not_change_are_unknown(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    counts: t.Counter[str] = collections.Counter()
    for sample in SAMPLES:
        wanted = server.fresh(sample)
        server.apply(wanted)
        counts[decide(wanted, server.live(wanted), "slipway", shapes_for(wanted)).verdict] += 1
    with capsys.disabled():
        print(f"\nplain re-applies: {dict(counts)}")
    assert counts[Verdict.UNCHANGED] == len(SAMPLES)
