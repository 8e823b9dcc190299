# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import base64
import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.manifests.manifest import Manifest, Place, from_text
from ansible_collections.slipway.deploy.plugins.module_utils.kube.versioned.checksum import CHECKSUM, add_checksums
from ansible_collections.slipway.deploy.plugins.module_utils.kube.versioned.names import (
    VERSIONED,
    VERSIONED_NAME,
    as_version,
    digest,
    label_value,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.versioned.references import (
    DEFAULT_RULES,
    Rules,
    rules_with,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.versioned.rewrite import version_manifests

Obj = t.Dict[str, t.Any]


def config(name: str = "app", kind: str = "ConfigMap", space: str = "", says: str = "", **more: t.Any) -> Manifest:
    metadata: Obj = {"name": name}
    if space:
        metadata["namespace"] = space
    if says:
        metadata["annotations"] = {VERSIONED: says}
    return Manifest(
        {"apiVersion": "v1", "kind": kind, "metadata": metadata, **(more or {"data": {"a": "1"}})}, Place("f")
    )


def secret(name: str = "key", **more: t.Any) -> Manifest:
    return config(name, "Secret", **more)


def pod_spec() -> Obj:
    """Refers to `app` and `key` wherever a pod can."""
    env = [
        {"name": "a", "valueFrom": {"configMapKeyRef": {"name": "app", "key": "a"}}},
        {"name": "b", "valueFrom": {"secretKeyRef": {"name": "key", "key": "a"}}},
        {"name": "c", "value": "app"},
        {"name": "d", "valueFrom": {"configMapKeyRef": {"name": "foreign", "key": "a"}}},
    ]
    sources = [{"configMapRef": {"name": "app"}}, {"secretRef": {"name": "key"}}]
    containers = [{"name": "app", "envFrom": sources, "env": env}]
    projected = {"sources": [{"configMap": {"name": "app"}}, {"secret": {"name": "key"}}]}
    volumes = [
        {"name": "app", "configMap": {"name": "app"}},
        {"name": "b", "secret": {"secretName": "key"}},
        {"name": "c", "projected": projected},
        {"name": "d", "csi": {"driver": "x", "nodePublishSecretRef": {"name": "key"}}},
        {"name": "e", "emptyDir": {}},
    ]
    return {
        "containers": containers,
        "initContainers": containers,
        "ephemeralContainers": containers,
        "volumes": volumes,
        "imagePullSecrets": [{"name": "key"}],
    }


def workload(group_kind: t.Tuple[str, str], spec: Obj, space: str = "", rules: Rules = DEFAULT_RULES) -> Manifest:
    group, kind = group_kind
    path = rules.templates[group_kind]
    inner: Obj = {"spec": spec}
    for key in reversed(path.split(".") if path else []):
        inner = {key: inner}
    version = f"{group}/v1" if group else "v1"
    metadata = {"name": "web", **({"namespace": space} if space else {})}
    return Manifest({"apiVersion": version, "kind": kind, **inner, "metadata": metadata}, Place("web.yaml"))


def texts(value: t.Any) -> t.List[str]:
    if isinstance(value, dict):
        return [x for v in value.values() for x in texts(v)]
    if isinstance(value, list):
        return [x for v in value for x in texts(v)]
    return [value] if isinstance(value, str) else []


@pytest.mark.parametrize("group_kind", sorted(DEFAULT_RULES.templates))
def test_every_reference_of_a_pod_follows(group_kind: t.Tuple[str, str]) -> None:
    done = version_manifests([config(), secret(), workload(group_kind, pod_spec())], everything=True)
    app, key = done[0].ref.name, done[1].ref.name
    before, after = texts(pod_spec()), texts(done[2].obj)
    assert app.startswith("app-") and len(app) == len("app-") + 10
    # What is only called so (a volume, a container, a value) keeps its name.
    assert before.count("app") - after.count("app") == after.count(app) == 8
    assert before.count("key") - after.count("key") == after.count(key) == 10
    assert after.count("foreign") == 3
    assert done[2].place.at() == "web.yaml"


def test_ingress_gateway_and_service_account_follow() -> None:
    def of(api_version: str, kind: str, **fields: t.Any) -> Manifest:
        return Manifest({"apiVersion": api_version, "kind": kind, "metadata": {"name": "x"}, **fields}, Place("f"))

    certificates = [{"name": "key"}, {"kind": "Other", "name": "key"}, {"name": "key", "namespace": "elsewhere"}]
    manifests = [
        secret(),
        of("networking.k8s.io/v1", "Ingress", spec={"tls": [{"secretName": "key"}, {}]}),
        of("gateway.networking.k8s.io/v1", "Gateway", spec={"listeners": [{"tls": {"certificateRefs": certificates}}]}),
        of("v1", "ServiceAccount", secrets=[{"name": "key"}], imagePullSecrets=[{"name": "key"}, {"name": "z"}]),
    ]
    key, ingress, gateway, account = version_manifests(manifests, everything=True)
    name = key.ref.name
    assert ingress.obj["spec"]["tls"] == [{"secretName": name}, {}]
    assert gateway.obj["spec"]["listeners"][0]["tls"]["certificateRefs"] == [{"name": name}, *certificates[1:]]
    assert account.obj["secrets"] == [{"name": name}]
    assert account.obj["imagePullSecrets"] == [{"name": name}, {"name": "z"}]


def test_only_references_in_the_same_namespace_follow() -> None:
    other = workload(("apps", "Deployment"), pod_spec(), "other")
    here = workload(("apps", "Deployment"), pod_spec())
    done = version_manifests([config(says="true", space="home"), other, here], "home")
    assert done[1].obj == other.obj
    assert done[0].ref.name in texts(done[2].obj)


def test_a_version_is_immutable_and_says_what_it_is_a_version_of() -> None:
    text = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: app\ndata:\n  a: b\n"
    (manifest,) = from_text(text, "f.yaml")
    version = as_version(manifest, "n")
    assert version.obj["immutable"] is True
    assert version.obj["metadata"]["labels"] == {VERSIONED_NAME: "app"}
    assert version.place.at("data") == "f.yaml:5"
    assert "immutable" not in manifest.obj


def test_what_nothing_refers_to_keeps_its_name_unless_annotated() -> None:
    found = [config("lonely"), config("said", says="true"), config("app", says="false"), secret()]
    done = version_manifests([*found, workload(("", "Pod"), pod_spec())], everything=True)
    assert [m.ref.name for m in done[:3]] == ["lonely", done[1].ref.name, "app"]
    assert done[1].ref.name.startswith("said-")
    assert done[3].ref.name.startswith("key-")
    assert version_manifests(found[:1]) == found[:1]


def test_secrets_that_others_find_by_name_keep_it() -> None:
    token = secret(type="kubernetes.io/service-account-token", data={})
    assert version_manifests([token, workload(("", "Pod"), pod_spec())], everything=True)[0] == token


def test_the_annotation_is_true_or_false() -> None:
    with pytest.raises(InputError, match=r"is 'maybe'; write \"true\" or \"false\""):
        version_manifests([config(says="maybe")])


def test_a_name_without_room_is_refused() -> None:
    with pytest.raises(InputError, match="no room for a version; a versioned name may have 242 characters"):
        version_manifests([config("a" * 243, says="true")])
    assert len(version_manifests([config("a" * 242, says="true")])[0].ref.name) == 253


def test_the_content_counts_and_metadata_does_not() -> None:
    def of(**more: t.Any) -> str:
        return digest(secret(**more).obj, "n")

    plain = {"stringData": {"a": "1"}}
    labelled = secret(**plain)
    labelled.obj["metadata"]["labels"] = {"x": "1"}
    assert digest(labelled.obj, "n") == of(**plain) == of(data={"a": base64.b64encode(b"1").decode()})
    contents: t.List[Obj] = [plain, {"data": {"a": "1"}}, {"binaryData": {"a": "1"}}, {**plain, "type": "x"}]
    assert len({of(**more) for more in contents}) == len(contents)
    assert digest(secret("key", **plain).obj, "n") != digest(secret("other", **plain).obj, "n")
    assert digest(secret("key", **plain).obj, "n") != digest(secret("key", **plain).obj, "m")


@given(st.text(st.sampled_from("ab-."), min_size=1, max_size=253))
def test_the_label_has_room_for_every_name(name: str) -> None:
    assert len(label_value(name)) <= 63
    assert len(name) > 63 or label_value(name) == name


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4) | st.sampled_from(["app", "key"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["spec", "template", "volumes", "containers", "configMap", "name", "env", "tls", "metadata"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(values, values)
def test_nothing_that_a_user_writes_breaks_it(spec: t.Any, data: t.Any) -> None:
    found = [config("app", data=data), workload(("apps", "Deployment"), spec)]
    found.append(Manifest({**found[1].obj, "spec": spec}, Place("f")))
    done = add_checksums(version_manifests(found, everything=True))
    again = add_checksums(version_manifests(found, everything=True))
    assert [m.obj for m in done] == [m.obj for m in again]


def test_kinds_of_the_users_own() -> None:
    rules = rules_with(
        [
            {"kind": "Rollout.argoproj.io", "template": "spec.template"},
            {"kind": "Widget.example.com", "path": "spec.names[]", "target": "ConfigMap"},
        ]
    )
    widget = {"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "w"}, "spec": {"names": ["app"]}}
    manifests = [
        config(says="true"),
        workload(("argoproj.io", "Rollout"), pod_spec(), rules=rules),
        Manifest(widget, Place("f")),
    ]
    app, rollout, found = version_manifests(manifests, rules=rules)
    assert app.ref.name in texts(rollout.obj)
    assert found.obj["spec"] == {"names": [app.ref.name]}
    with pytest.raises(InputError, match="is no place of references"):
        rules_with([{"kind": "Widget.example.com", "path": "spec.x", "target": "Pod"}])


def template_annotations(manifest: Manifest, *path: str) -> t.Any:
    value = manifest.obj
    for key in path:
        value = value[key]
    return value.get("metadata", {}).get("annotations", {})


def test_a_checksum_follows_the_contents_that_a_template_uses() -> None:
    def checksum(*configs: Manifest) -> str:
        done = add_checksums([*configs, workload(("apps", "Deployment"), pod_spec())])
        return str(template_annotations(done[-1], "spec", "template").get(CHECKSUM))

    one = checksum(config(data={"a": "1"}), secret())
    assert len(one) == 16
    assert checksum(secret(), config(data={"a": "1"}), config("unused", data={"b": "2"})) == one
    assert checksum(config(data={"a": "2"}), secret()) != one
    assert checksum(config("unused")) == "None"


def test_checksums_are_for_templates_whose_pods_roll_and_not_for_versions() -> None:
    cron = workload(("batch", "CronJob"), pod_spec())
    job, pod = workload(("batch", "Job"), pod_spec()), workload(("", "Pod"), pod_spec())
    done = add_checksums([config(), cron, job, pod])
    assert template_annotations(done[1], "spec", "jobTemplate", "spec", "template")
    assert done[2:] == [job, pod]
    versions = version_manifests([config(), workload(("apps", "Deployment"), pod_spec())], everything=True)
    assert add_checksums(versions) == versions
