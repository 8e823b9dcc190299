# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.discovery import Resource
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.step import Step
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applyset.contents import (
    Contents,
    contents_of,
    kind_name,
    marks,
    parse_kind,
    read_parent,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applyset.identity import (
    CONTAINS_KINDS,
    CONTAINS_RESOURCES,
    MORE_NAMESPACES,
    OUR_TOOLING,
    PARENT_ID,
    PART_OF,
    TOOLING,
    Identity,
    ParentName,
    parse_parent,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applyset.limit import (
    PruneRefused,
    parse_limit,
    refuse_too_many,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applyset.member import (
    label_members,
    refuse_members_of_others,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applyset.protect import DEFAULT_PROTECTED, why_kept
from ansible_collections.slipway.deploy.plugins.module_utils.kube.identity import ObjectRef
from ansible_collections.slipway.deploy.plugins.module_utils.kube.manifests.manifest import Manifest, Place, from_text

SHOP = Identity("shop", "n", "Secret", "")
CONFIG_MAPS = Resource("", "v1", "ConfigMap", "configmaps", True)
DEPLOYMENTS = Resource("apps", "v1", "Deployment", "deployments", True)
ROLES = Resource("rbac.authorization.k8s.io", "v1", "ClusterRole", "clusterroles", False)


def no_resources() -> t.List[Resource]:
    return []


def parent(**annotations: str) -> t.Dict[str, t.Any]:
    named = {TOOLING: "kubectl/v1.31.2", CONTAINS_KINDS: "ConfigMap,Deployment.apps", **annotations}
    return {"metadata": {"name": "shop", "labels": {PARENT_ID: SHOP.id}, "annotations": named}}


def config_map(name: str = "a", space: str = "n", **labels: str) -> t.Dict[str, t.Any]:
    metadata = {"name": name, "namespace": space, "labels": labels}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("shop", ParentName("secrets", "", "shop")),
        ("secret/shop", ParentName("secrets", "", "shop")),
        ("configmaps/shop.v2", ParentName("configmaps", "", "shop.v2")),
        ("bundles.example.com/shop", ParentName("bundles", "example.com", "shop")),
    ],
)
def test_a_parent_is_named_as_for_kubectl(text: str, expected: ParentName) -> None:
    assert parse_parent(text) == expected


@pytest.mark.parametrize("text", ["", "Shop", "secret/", "/shop", "deployment/shop", "a b", "x/y/z", "-a", "a" * 254])
def test_what_names_no_set_is_refused_with_the_forms_that_do(text: str) -> None:
    with pytest.raises(InputError, match="write NAME, secret/NAME"):
        parse_parent(text)


def test_the_id_is_the_specifications() -> None:
    # As kubectl 1.37 has written it for this parent.
    assert Identity("shop", "demo", "Secret", "").id == "applyset-HExlOfNdfcFQiu4Wt7znmAXtMS3i1Pw_9p5-efVUBWA-v1"


@given(st.text(st.sampled_from("abz019-."), min_size=1), st.text(st.sampled_from("abz-"), max_size=5))
def test_every_id_fits_into_a_label(name: str, namespace: str) -> None:
    value = Identity(name, namespace, "Secret", "").id
    assert len(value) <= 63
    assert value[0].isalnum() and value[-1].isalnum()
    assert all(c.isalnum() or c in "-_" for c in value)


def test_a_parent_says_what_it_contains() -> None:
    contents = read_parent(parent(**{MORE_NAMESPACES: "b,n,c"}), SHOP, no_resources)
    assert contents == Contents(frozenset({("", "ConfigMap"), ("apps", "Deployment")}), frozenset({"b", "c"}))


def test_a_parent_of_the_first_kubectl_names_plurals() -> None:
    old = parent(**{CONTAINS_RESOURCES: "configmaps,deployments.apps"})
    del old["metadata"]["annotations"][CONTAINS_KINDS]
    contents = read_parent(old, SHOP, lambda: [CONFIG_MAPS, DEPLOYMENTS, ROLES])
    assert contents.kinds == {("", "ConfigMap"), ("apps", "Deployment")}


@pytest.mark.parametrize(
    ("annotations", "label", "said"),
    [
        ({TOOLING: "kpt/v1.0.0"}, SHOP.id, "managed by another tool, 'kpt/v1.0.0'"),
        ({TOOLING: "example.com/kubectl/v1"}, SHOP.id, "managed by another tool"),
        ({TOOLING: "kubectl/v1"}, "applyset-other-v1", "it was copied or renamed"),
        ({TOOLING: "kubectl/v1"}, SHOP.id, "does not say which kinds it contains"),
        ({}, SHOP.id, "is no parent of an apply set"),
        ({}, "", "Secret n/shop is there and is no parent of an apply set"),
    ],
)
def test_a_parent_that_is_not_ours_is_refused(annotations: t.Dict[str, str], label: str, said: str) -> None:
    obj = {"metadata": {"name": "shop", "labels": {PARENT_ID: label} if label else {}, "annotations": annotations}}
    with pytest.raises(InputError, match=said):
        read_parent(obj, SHOP, no_resources)


@given(
    st.frozensets(st.sampled_from([("", "ConfigMap"), ("apps", "Deployment"), ("example.com", "Widget")])),
    st.frozensets(st.sampled_from(["a", "b", "c"])),
)
def test_what_is_written_is_read_back(kinds: t.FrozenSet[t.Tuple[str, str]], namespaces: t.FrozenSet[str]) -> None:
    contents = Contents(kinds, namespaces)
    assert read_parent({"metadata": marks(contents, SHOP)}, SHOP, no_resources) == contents
    assert marks(contents, SHOP)["annotations"][TOOLING] == OUR_TOOLING


def test_kinds_are_named_with_their_groups() -> None:
    assert kind_name(("apps", "Deployment")) == "Deployment.apps"
    assert kind_name(("", "Secret")) == "Secret"
    assert parse_kind("Ingress.networking.k8s.io") == ("networking.k8s.io", "Ingress")


def test_the_contents_of_objects_are_their_kinds_and_namespaces() -> None:
    role = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": "r"}}
    steps = [
        Step(Manifest(config_map(), Place("f")), CONFIG_MAPS),
        Step(Manifest(config_map(space="m"), Place("f")), CONFIG_MAPS),
        Step(Manifest(role, Place("f")), ROLES),
    ]
    kinds = {("", "ConfigMap"), ("rbac.authorization.k8s.io", "ClusterRole")}
    assert contents_of(steps, SHOP) == Contents(frozenset(kinds), frozenset({"m"}))


def test_members_get_the_label_and_keep_their_places() -> None:
    text = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  labels: {tier: web}\ndata: {}\n"
    before = from_text(text, "f.yaml")
    (after,) = label_members(before, SHOP)
    assert after.obj["metadata"]["labels"] == {"tier": "web", PART_OF: SHOP.id}
    assert after.place.at("data") == "f.yaml:6"
    assert before[0].obj["metadata"]["labels"] == {"tier": "web"}


def test_a_label_of_another_set_in_a_manifest_is_refused() -> None:
    labelled = Manifest(config_map(**{PART_OF: "applyset-x-v1"}), Place("f.yaml"))
    with pytest.raises(InputError, match=r"f.yaml: ConfigMap n/a carries the label of another apply set, applyset-x"):
        label_members([labelled], SHOP)
    ours = Manifest(config_map(**{PART_OF: SHOP.id}), Place("f.yaml"))
    assert label_members([ours], SHOP)[0].obj == ours.obj


def test_a_live_member_of_another_set_is_refused() -> None:
    theirs = Step(Manifest(config_map(), Place("f.yaml")), CONFIG_MAPS, before=config_map(**{PART_OF: "applyset-x-v1"}))
    free = Step(Manifest(config_map("b"), Place("f.yaml")), CONFIG_MAPS, before=config_map("b"))
    refuse_members_of_others([free], SHOP)
    with pytest.raises(InputError, match=r"ConfigMap n/a \(of applyset-x-v1\): a member of another apply set than"):
        refuse_members_of_others([free, theirs], SHOP)


@pytest.mark.parametrize(
    ("limit", "going", "size", "allowed"),
    [
        ("50%", 5, 5, True),
        ("50%", 3, 6, True),
        ("50%", 4, 6, False),
        ("100%", 600, 600, True),
        ("0%", 1, 6, False),
        (0, 0, 9, True),
        (0, 1, 1, False),
        ("10", 10, 10, True),
        (10, 11, 1000, False),
    ],
)
def test_the_limit(limit: t.Any, going: int, size: int, allowed: bool) -> None:
    assert parse_limit(limit).allows(going, size) is allowed


@pytest.mark.parametrize("limit", ["", "half", "-1", "5.5", "101%", "%"])
def test_what_is_no_limit_is_refused(limit: str) -> None:
    with pytest.raises(InputError, match="is no limit; write how many"):
        parse_limit(limit)


def test_a_refusal_says_how_many_which_and_what_to_do() -> None:
    refs = [ObjectRef("v1", "ConfigMap", "n", f"c{i}") for i in range(6)]
    with pytest.raises(PruneRefused) as caught:
        refuse_too_many(refs, 7, parse_limit("50%"), SHOP)
    assert caught.value.message == (
        "6 of the 7 members of the apply set 'shop' (Secret in namespace n) would be pruned, which prune_limit (50%) "
        "does not allow: ConfigMap n/c0, ConfigMap n/c1, ConfigMap n/c2, ConfigMap n/c3, ConfigMap n/c4 and 1 more. "
        "Nothing was changed. If they are to go, set prune_limit: 6; if not, check that the task names all files of "
        "the set."
    )


@pytest.mark.parametrize(
    ("kind", "annotations", "protected", "kept"),
    [
        (("", "ConfigMap"), {}, DEFAULT_PROTECTED, ""),
        (("", "Namespace"), {}, DEFAULT_PROTECTED, "Namespace is in prune_protect"),
        (("apiextensions.k8s.io", "CustomResourceDefinition"), {}, DEFAULT_PROTECTED, "is in prune_protect"),
        (("", "Namespace"), {}, (), ""),
        (("x.io", "Widget"), {}, ("Widget.x.io",), "Widget is in prune_protect"),
        (("y.io", "Widget"), {}, ("Widget.x.io",), ""),
        (("y.io", "Widget"), {}, ("Widget",), "Widget is in prune_protect"),
        (("", "ConfigMap"), {"slipway.deploy/prune": "False"}, (), "its annotation slipway.deploy/prune"),
        (("", "ConfigMap"), {"slipway.deploy/prune": "true"}, (), ""),
        (("", "ConfigMap"), {"helm.sh/resource-policy": "keep"}, (), "its annotation helm.sh/resource-policy"),
    ],
)
def test_what_is_kept_says_why(
    kind: t.Tuple[str, str], annotations: t.Dict[str, str], protected: t.Tuple[str, ...], kept: str
) -> None:
    why = why_kept(kind, annotations, protected)
    assert why.endswith(kept) and bool(why) == bool(kept)
