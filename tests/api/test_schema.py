# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What we call wrong, the API server refuses: right objects with one thing made wrong, everywhere, by the hundred."""

from __future__ import annotations

import copy
import itertools
import pathlib
import time
import typing as t

import pytest
import yaml

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.client import KubeClient
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.discovery import Discovery
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.disk_cache import DiskCache
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.errors import ApiError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.openapi import documents_for, schemas_for
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.parallel import run_all
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.precheck import precheck
from ansible_collections.slipway.deploy.plugins.module_utils.kube.manifests.fieldpath import steps
from ansible_collections.slipway.deploy.plugins.module_utils.kube.schema import enforced
from ansible_collections.slipway.deploy.plugins.module_utils.kube.schema.from_crd import from_crd
from ansible_collections.slipway.deploy.plugins.module_utils.kube.schema.schemas import Schemas

HERE = pathlib.Path(__file__).parent
RIGHT: list[dict[str, t.Any]] = list(yaml.safe_load_all((HERE / "right_objects.manifests").read_text()))
BOATS: dict[str, t.Any] = yaml.safe_load((HERE / "boats.yaml").read_text())
Way = tuple[t.Union[str, int], ...]
#: What a request's URL is made of.
_ADDRESS: set[Way] = {("apiVersion",), ("kind",), ("metadata",), ("metadata", "name")}
#: Of every type, and some that look right.
ODD: list[t.Any] = [7, 1.5, True, "seven", "7", "true", {}, {"a": 1}, [], ["a"], [1], None, [None], "", 10**12]


class Case(t.NamedTuple):
    what: str
    obj: dict[str, t.Any]


@pytest.fixture
def boats(client: KubeClient) -> Discovery:
    """The server knows them, and publishes their schema."""
    discovery = Discovery(client)
    resource = discovery.resource_for(BOATS["apiVersion"], BOATS["kind"])
    client.apply(resource, BOATS, field_manager="test")
    deadline = time.monotonic() + 30
    while schemas_for(client, [RIGHT[-1]]).for_kind("example.com/v1", "Boat") is None:
        assert time.monotonic() < deadline, "the server publishes no schema of the CRD"
        time.sleep(0.2)
    while discovery.find("example.com/v1", "Boat") is None:
        discovery.refresh()
    return discovery


def refusals(client: KubeClient, discovery: Discovery, cases: t.Sequence[Case], namespace: str) -> list[str]:
    """The server's words for each case; empty where it takes it."""

    def ask(case: Case) -> str:
        resource = discovery.resource_for(case.obj["apiVersion"], case.obj["kind"])
        metadata = case.obj.get("metadata")
        if resource.namespaced and isinstance(metadata, dict):
            metadata = {**metadata, "namespace": namespace}
        try:
            client.apply(
                resource, {**case.obj, "metadata": metadata}, field_manager="test", dry_run=True, validation="Strict"
            )
        except ApiError as exc:
            return exc.message
        return ""

    return run_all(ask, cases)


def ways(value: t.Any, way: Way = ()) -> t.Iterator[Way]:
    """To every field and item."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, below in inner:
        if (*way, step) not in _ADDRESS:
            yield (*way, step)
        yield from ways(below, (*way, step))


def at(value: t.Any, way: Way) -> t.Any:
    for step in way:
        value = value[step]
    return value


def with_change(obj: dict[str, t.Any], way: Way, change: t.Callable[[t.Any, t.Any], None]) -> dict[str, t.Any]:
    """`change(container, step)`."""
    changed = copy.deepcopy(obj)
    change(at(changed, way[:-1]), way[-1])
    return changed


def put(value: t.Any) -> t.Callable[[t.Any, t.Any], None]:
    return lambda container, step: container.__setitem__(step, value)


def drop(container: t.Any, step: t.Any) -> None:
    del container[step]


def twice(container: t.Any, step: t.Any) -> None:
    container[step].append(copy.deepcopy(container[step][0]))


def changed(obj: dict[str, t.Any]) -> t.Iterator[Case]:
    """Every field: of another type, misspelled, left out, there twice."""
    for way in ways(obj):
        name = f"{obj['kind']} {'.'.join(map(str, way))}"
        for odd in ODD:
            yield Case(f"{name} = {odd!r}", with_change(obj, way, put(odd)))
        if isinstance(way[-1], str):
            yield Case(f"{name} left out", with_change(obj, way, drop))
            wrong = with_change(with_change(obj, way, drop), (*way[:-1], f"{way[-1]}x"), put(at(obj, way)))
            yield Case(f"{name} misspelled", wrong)
        if isinstance(at(obj, way), list):
            yield Case(f"{name} twice", with_change(obj, way, twice))


@pytest.mark.parametrize("obj", RIGHT, ids=lambda obj: obj["kind"])
def test_what_is_called_wrong_is_refused(
    client: KubeClient, boats: Discovery, namespace: str, obj: dict[str, t.Any]
) -> None:
    schemas = schemas_for(client, [obj])
    cases = [Case("as it stands", obj), *changed(obj)]
    surely = [schemas.check(case.obj) for case in cases]
    wholly = [schemas.check(case.obj, whole=True) for case in cases]
    answers = refusals(client, boats, cases, namespace)
    assert (surely[0], wholly[0], answers[0]) == ([], [], "")
    rows = list(zip(cases, surely, wholly, answers))
    assert [(case.what, found) for case, found, _whole, answer in rows if found and not answer] == []
    assert [(case.what, found) for case, _surely, found, answer in rows if found and not answer] == []
    count = [sum(map(bool, column)) for column in (surely, wholly, answers)]
    print(f"\n{obj['kind']}: {len(cases)} cases, {count[2]} refused; found before: {count[0]}, whole {count[1]}")
    assert count[1] >= count[2] * 0.75, "most of what the server refuses is found before"


def nonsense(container: t.Any, step: t.Any) -> None:
    container[step] = "Nonsense"


def test_all_that_is_called_enforced_is(client: KubeClient, boats: Discovery, namespace: str) -> None:
    """Each row of enforced.py is tried."""
    documents = documents_for(client, {obj["apiVersion"] for obj in RIGHT})
    names = {id(raw): name for document in documents.values() for name, raw in document["types"].items()}
    schemas = Schemas(documents)
    cases: dict[tuple[str, str, str], Case] = {}
    for obj in RIGHT:
        schema = schemas.for_kind(obj["apiVersion"], obj["kind"])
        assert schema
        for way in ways(obj):
            above = schema.at(way[:-1])
            name = names.get(id(above._raw), "") if above else ""
            field = str(way[-1])
            if above and field in above.always:
                cases[name, field, "required"] = Case(f"{name}.{field}", with_change(obj, way, drop))
            if above and field in above.fields and "enum" in above.fields[field].limits and above.core:
                cases[name, field, "enum"] = Case(f"{name}.{field}", with_change(obj, way, nonsense))
    told = {(name, field, "required") for name, fields in enforced.REQUIRED.items() for field in fields}
    told |= {(name, field, "enum") for name, fields in enforced.ENUMS.items() for field in fields}
    assert told - cases.keys() == set(), "no object in right_objects.manifests has these"
    answers = refusals(client, boats, list(cases.values()), namespace)
    assert [case.what for case, answer in zip(cases.values(), answers) if not answer] == []
    assert all(schemas.check(case.obj, whole=True) for case in cases.values())


def test_a_crd_says_the_same_before_it_is_there(client: KubeClient, boats: Discovery) -> None:
    """The schema that the manifest defines finds what the server's document of it finds."""
    boat = RIGHT[-1]
    published = schemas_for(client, [boat])
    ours = Schemas()
    ours.add(from_crd(BOATS, published.object_meta()))
    assert ours.for_kind("example.com/v1", "Boat") is not published.for_kind("example.com/v1", "Boat")
    for case in changed(boat):
        if "spec.pod" in case.what or "spec.strict" in case.what:
            continue  # the server adds more about embedded objects
        for whole in (False, True):
            assert sorted(ours.check(case.obj, whole=whole)) == sorted(published.check(case.obj, whole=whole)), case


def test_a_merged_object_may_lack_what_is_there_already(client: KubeClient, boats: Discovery, namespace: str) -> None:
    """Why `whole` is no default."""
    deployment = next(copy.deepcopy(obj) for obj in RIGHT if obj["kind"] == "Deployment")
    deployment["metadata"]["namespace"] = namespace
    resource = boats.resource_for("apps/v1", "Deployment")
    client.apply(resource, deployment, field_manager="test")
    part = {**deployment, "spec": {"replicas": 3}}
    client.apply(resource, part, field_manager="other", force=True, dry_run=True, validation="Strict")
    schemas = schemas_for(client, [part])
    assert schemas.check(part) == []
    assert [p.path for p in schemas.check(part, whole=True)] == ["spec.selector", "spec.template"]


def test_a_crd_that_was_changed_just_now_is_believed(client: KubeClient, boats: Discovery) -> None:
    """The server publishes the new schema only later; nothing is called wrong by the old one."""
    resource = boats.resource_for(BOATS["apiVersion"], BOATS["kind"])
    boat = copy.deepcopy(RIGHT[-1])
    for number in range(5):
        crd, field = copy.deepcopy(BOATS), f"new{number}"
        spec = crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]
        spec["properties"][field] = {"type": "string"}
        boat["spec"] = {**RIGHT[-1]["spec"], field: "x"}
        client.apply(resource, crd, field_manager="test")
        assert precheck(client, boats, schemas_for(client, [boat]), [boat]) == [[]]
        boat["spec"]["bad"] = "x"
        ((problem,),) = precheck(client, boats, schemas_for(client, [boat]), [boat])
        assert problem.path == "spec.bad"
    client.apply(resource, BOATS, field_manager="test")


def test_every_kind_of_the_server_has_a_schema(client: KubeClient) -> None:
    """But for what cannot be applied. The schema of a kind that another test has just made follows a moment later."""
    end = time.monotonic() + 30
    missing = ["not asked yet"]
    while missing and time.monotonic() < end:
        resources = [r for r in Discovery(client).resources() if "patch" in r.verbs]
        schemas = Schemas(documents_for(client, {r.api_version for r in resources}))
        missing = [r.kind for r in resources if schemas.for_kind(r.api_version, r.kind) is None]
    assert missing == []
    assert len(resources) > 40


def test_kinds_are_learnt_once(client: KubeClient, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server answers 304 to what it told before, and a new kind changes that."""
    cache = DiskCache(tmp_path / "x")
    Discovery(client, cache=cache).resource_for("v1", "Pod")
    bodies = []
    send = client._http.send

    def counted(*args: t.Any, **kwargs: t.Any) -> t.Any:
        response = send(*args, **kwargs)
        bodies.append(len(response.data))
        return response

    monkeypatch.setattr(client._http, "send", counted)
    Discovery(client, cache=cache).resource_for("v1", "Pod")
    assert bodies == []
    again = Discovery(client, cache=cache)
    again.refresh()
    assert bodies == [0, 0]
    assert len(again.resources()) > 40
    with pytest.raises(SlipwayError):
        Discovery(client, cache=cache).resource_for("example.com/v1", "Submarine")
    assert bodies == [0, 0, 0, 0]


def test_five_hundred_objects_cost_nothing(client: KubeClient, tmp_path: pathlib.Path) -> None:
    objs = list(itertools.islice(itertools.cycle(obj for obj in RIGHT if obj["kind"] != "Boat"), 500))
    cache = DiskCache(tmp_path / "x")
    schemas_for(client, objs, cache)
    # Processor time: whoever else works on this machine does not count.
    start = time.process_time()
    schemas = schemas_for(client, objs, cache)
    loaded = time.process_time()
    for obj in objs:
        assert schemas.check(obj) == []
    checked = time.process_time()
    print(f"\nload {loaded - start:.3f} s, check {checked - loaded:.3f} s")
    # Several times what it takes, for a machine that does other things too.
    assert loaded - start < 0.5
    assert checked - loaded < 0.5


def test_paths_are_those_that_lead_to_a_line() -> None:
    assert steps("spec.containers[0].env[1].name") == ["spec", "containers", 0, "env", 1, "name"]
