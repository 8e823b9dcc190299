# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What we say of Kubernetes' own types is what the server says of them."""

from __future__ import annotations

import typing as t

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.client import KubeClient
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.discovery import Discovery
from ansible_collections.slipway.deploy.plugins.module_utils.kube.decide import builtin
from ansible_collections.slipway.deploy.plugins.module_utils.kube.decide.quantity import canonical

if t.TYPE_CHECKING:
    from control_plane import ControlPlane

Obj = t.Dict[str, t.Any]
_DRY = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
#: The same name in types that are granular: what is in them is never applied empty.
_BOTH = {"scaleTargetRef", "secretRef", "labelSelector", "resource"}
#: Answers of the server, and what it says of itself; nobody applies them.
_NOT_APPLIED = ("Status", "List", "Review", "WatchEvent", "Binding", "ControllerRevision")


@pytest.fixture
def definitions(plane: ControlPlane) -> t.Dict[str, Obj]:
    found: t.Dict[str, Obj] = plane.request("GET", "/openapi/v2")["definitions"]
    return {name: d for name, d in found.items() if not name.startswith("test.") and not name.endswith(_NOT_APPLIED)}


def fields(definitions: t.Dict[str, Obj]) -> t.Iterator[t.Tuple[str, str, Obj, Obj]]:
    """(type, field, what the field says, what its type says)"""
    for name, definition in definitions.items():
        for field, said in definition.get("properties", {}).items():
            ref = said.get("$ref") or next((one.get("$ref") for one in said.get("allOf") or []), None)
            if field != "status":
                yield name, field, said, definitions.get(ref.rpartition("/")[2], {}) if ref else said


def test_atomic_maps(definitions: t.Dict[str, Obj]) -> None:
    atomic: t.Set[str] = set()
    granular: t.Set[str] = set()
    for _type, field, said, below in fields(definitions):
        if "properties" in below or "additionalProperties" in below:
            said_here = said.get("x-kubernetes-map-type") or below.get("x-kubernetes-map-type")
            is_atomic = said_here == "atomic"
            (atomic if is_atomic else granular).add(field)
    assert atomic - builtin.ATOMIC_MAPS - {"single", "target", "port", "all"} == set()
    assert builtin.ATOMIC_MAPS & granular <= _BOTH


def test_granular_lists(definitions: t.Dict[str, Obj]) -> None:
    kinds: t.Dict[str, t.Set[str]] = {}
    for _type, field, said, _below in fields(definitions):
        if said.get("type") == "array":
            kinds.setdefault(field, set()).add(said.get("x-kubernetes-list-type", "atomic"))
    for name in builtin.GRANULAR_LISTS - {"containers"}:
        assert "atomic" not in kinds.get(name, set()), name


def quantities() -> st.SearchStrategy[t.Any]:
    number = st.one_of(st.integers(0, 10**6).map(str), st.decimals(0, 5000, places=2).map(str))
    suffix = st.sampled_from(["", "", "m", "k", "M", "G", "Ki", "Mi", "Gi", "Ti", "e3", "E2", "u", "n"])
    return st.builds(lambda n, s: n + s, number, suffix)


@_DRY
@given(amounts=st.lists(quantities(), min_size=40, max_size=40))
def test_quantities_are_spelled_as_the_server_does(client: KubeClient, amounts: t.List[str]) -> None:
    hard = {f"example.com/q{i}": amount for i, amount in enumerate(amounts) if canonical(amount) is not None}
    obj: Obj = {"apiVersion": "v1", "kind": "LimitRange", "metadata": {"name": "q"}}
    obj["spec"] = {"limits": [{"type": "Pod", "max": hard}]}
    resource = Discovery(client).resource_for("v1", "LimitRange")
    obj["metadata"]["namespace"] = "default"
    client.apply(resource, obj, field_manager="test")  # a dry run would answer in our spelling
    kept = client.get(resource, "q", "default")
    assert kept["spec"]["limits"][0]["max"] == {name: canonical(amount) for name, amount in hard.items()}
