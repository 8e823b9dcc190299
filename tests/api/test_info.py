# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""k8s_info on a real API server."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest
from control_plane import ControlPlane

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import TaskContext
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.errors import Invalid
from ansible_collections.slipway.deploy.plugins.module_utils.kube.info import VERB
from ansible_collections.slipway.deploy.plugins.module_utils.kube.reading import fetch
from ansible_collections.slipway.deploy.tests.api.faces import both_faces, run_verb

Read = t.Callable[..., dict[str, t.Any]]


@pytest.fixture
def read(plane: ControlPlane) -> Read:
    return lambda **options: run_verb(VERB, {"kubeconfig": str(plane.kubeconfig), **options}, TaskContext(env={}))


@pytest.fixture
def maps(plane: ControlPlane, namespace: str) -> str:
    """A namespace with seven ConfigMaps, one labelled."""
    for number in range(7):
        labels = {"odd": "one"} if number == 3 else {}
        body = {"metadata": {"name": f"m{number}", "labels": labels}, "data": {"n": str(number)}}
        plane.request("POST", f"/api/v1/namespaces/{namespace}/configmaps", body)
    return namespace


def names(result: dict[str, t.Any]) -> list[str]:
    return [obj["metadata"]["name"] for obj in result["resources"]]


def test_one_object(read: Read, maps: str) -> None:
    found = read(kind="ConfigMap", name="m1", namespace=maps)
    (obj,) = found["resources"]
    assert (obj["apiVersion"], obj["kind"], obj["data"]) == ("v1", "ConfigMap", {"n": "1"})
    assert "managedFields" not in obj["metadata"]
    assert (found["count"], found["remaining"], found["continue"], found["api_found"]) == (1, 0, "", True)


def test_what_is_not_there_is_an_empty_list(read: Read, maps: str) -> None:
    for options in ({"name": "no", "namespace": maps}, {"namespace": "no-such"}, {"name": "no-such-anywhere"}):
        assert read(kind="ConfigMap", **options)["resources"] == []
    unknown = read(kind="Nope", api_version="example.com/v1")
    assert (unknown["resources"], unknown["api_found"]) == ([], False)
    assert unknown["unknown_kinds"] == [{"api_version": "example.com/v1", "kind": "Nope"}]


def test_selectors_and_a_name_in_any_namespace(read: Read, maps: str) -> None:
    assert names(read(kind="ConfigMap", namespace=maps, label_selectors=["odd = one"])) == ["m3"]
    assert names(read(kind="configmaps", name="m5", field_selectors=[f"metadata.namespace={maps}"])) == ["m5"]
    with pytest.raises(Invalid, match="not a known field selector"):
        read(kind="ConfigMap", field_selectors=["data.n=1"])


def test_pages_say_what_is_left(read: Read, maps: str) -> None:
    first = read(kind="ConfigMap", namespace=maps, limit=3)
    assert (first["count"], first["remaining"]) == (3, 4)
    second = read(kind="ConfigMap", namespace=maps, limit=3, **{"continue": first["continue"]})
    third = read(kind="ConfigMap", namespace=maps, limit=3, **{"continue": second["continue"]})
    assert names(first) + names(second) + names(third) == [f"m{n}" for n in range(7)]
    assert (third["remaining"], third["continue"]) == (0, "")
    selected = read(kind="ConfigMap", namespace=maps, label_selectors=["odd!=one"], limit=2)
    assert (selected["count"], selected["remaining"]) == (2, None)
    assert selected["continue"]


def test_all_pages_make_one_list(read: Read, maps: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "PAGE", 2)
    assert names(read(kind="ConfigMap", namespace=maps)) == [f"m{n}" for n in range(7)]


def test_only_metadata(read: Read, maps: str) -> None:
    for options in ({"namespace": maps, "name": "m0"}, {"namespace": maps, "label_selectors": ["odd=one"]}):
        (obj,) = read(kind="ConfigMap", metadata_only=True, **options)["resources"]
        assert sorted(obj) == ["apiVersion", "kind", "metadata"]
        assert (obj["apiVersion"], obj["kind"]) == ("v1", "ConfigMap")


def test_secrets_are_masked(plane: ControlPlane, read: Read, namespace: str) -> None:
    annotations = {"kubectl.kubernetes.io/last-applied-configuration": '{"stringData":{"password":"hunter2-value"}}'}
    body = {"metadata": {"name": "s", "annotations": annotations}, "stringData": {"password": "hunter2-value"}}
    plane.request("POST", f"/api/v1/namespaces/{namespace}/secrets", body)
    asked = {"kind": "Secret", "namespace": namespace}
    encoded = "aHVudGVyMi12YWx1ZQ=="
    for options in ({}, {"name": "s"}, {"metadata_only": True}, {"health": True}, {"show_managed_fields": True}):
        said = str(read(**asked, **options))
        assert "hunter2" not in said and encoded not in said
    assert read(**asked, show_secrets=True)["resources"][0]["data"] == {"password": encoded}


def test_many_kinds_with_health(read: Read, maps: str) -> None:
    kinds = [
        {"kind": "ConfigMap", "name": "m2"},
        {"kind": "Nope"},
        {"kind": "Namespace", "namespace": "", "name": maps},
    ]
    found = read(kinds=kinds, namespace=maps, health=True, hidden_fields=["metadata.uid", "spec"])
    assert names(found) == ["m2", maps]
    assert [(o["kind"], o["name"], o["status"]) for o in found["objects"]] == [
        ("ConfigMap", "m2", "Current"),
        ("Namespace", maps, "Current"),
    ]
    assert not found["api_found"]
    assert all("uid" not in obj["metadata"] and "spec" not in obj for obj in found["resources"])


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"kind": "Pod", "limit": 0}, "limit is 0: it must be at least 1."),
        ({"kind": "Pod", "health": True, "metadata_only": True}, "does not go with metadata_only"),
        ({"kind": "Pod", "hidden_fields": [""]}, "is no path of a field"),
        ({"kind": "Pod", "name": "../x"}, "is no name of a Kubernetes object"),
    ],
)
def test_wrong_input(read: Read, options: dict[str, t.Any], says: str) -> None:
    with pytest.raises(InputError, match=says):
        read(**options)


def test_both_faces_say_the_same(plane: ControlPlane, maps: str, tmp_path: Path) -> None:
    here, there = both_faces(
        tmp_path, "k8s_info", {"kubeconfig": str(plane.kubeconfig), "kind": "ConfigMap", "namespace": maps, "limit": 2}
    )
    # Each token holds the time at which it was made.
    assert here.pop("continue") and there.pop("continue")
    assert here == there
    assert here["count"] == 2
