# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whole applications, large and awkward as the public ones: foreseen, applied, again, upgraded, pruned, removed.

Each is a file in `applications/`; what happens to it is the row of a table.
"""

from __future__ import annotations

import base64
import copy
import json
import random
import time
import typing as t
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from control_plane import ControlPlane

from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.client import KubeClient
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.discovery import Discovery
from ansible_collections.slipway.deploy.plugins.module_utils.kube.manifests.manifest import Manifest, from_text
from ansible_collections.slipway.deploy.tests.api.applying import Apply, Obj, everything, named
from ansible_collections.slipway.deploy.tests.api.paper import Paper

FOLDER = Path(__file__).parent / "applications"
Objects = t.List[Obj]


@dataclass(frozen=True)
class Application:
    """`upgrade`: what changes, by object and path. `leaving`: what the upgraded one has no more."""

    file: str
    upgrade: t.Mapping[str, t.Mapping[str, t.Any]]
    leaving: t.Sequence[str]
    #: Makes more of what is in the file.
    grow: t.Callable[[str], str] = str
    #: What others do with the objects when they are there.
    others: t.Callable[[KubeClient, str, str], None] = lambda _client, _namespace, _ca: None
    #: What must still be in the objects after the upgrade, by path: put there by others.
    kept: t.Mapping[str, t.Mapping[str, t.Any]] = field(default_factory=dict)
    #: In the namespace that the set brings, if it brings one for itself.
    home: str = ""


def _set(value: t.Any, path: str, new: t.Any) -> None:
    *way, last = path.split("/")
    for key in way:
        value = value[int(key)] if isinstance(value, list) else value.setdefault(key, {})
    if isinstance(value, list):
        value[int(last)] = new
    else:
        value[last] = new


def _get(value: t.Any, path: str) -> t.Any:
    for key in path.split("/"):
        value = value[int(key)] if isinstance(value, list) else value[key]
    return value


class Others:
    """Another field manager, which changes objects as a controller does."""

    def __init__(self, client: KubeClient, manager: str) -> None:
        self._client, self._manager, self._discovery = client, manager, Discovery(client)

    def set(self, api_version: str, kind: str, name: str, namespace: str, changes: t.Mapping[str, t.Any]) -> None:
        resource = self._discovery.resource_for(api_version, kind)
        obj = self._client.get(resource, name, namespace)
        for path, value in changes.items():
            _set(obj, path, value)
        self._client.replace(resource, obj, field_manager=self._manager)


#: Stands for a certificate.
CA = "{ca}"


def _inject(client: KubeClient, _namespace: str, ca: str) -> None:
    injector = Others(client, "certs-cainjector")
    for kind, hooks in (("ValidatingWebhookConfiguration", 1), ("MutatingWebhookConfiguration", 2)):
        changes = {f"webhooks/{i}/clientConfig/caBundle": ca for i in range(hooks)}
        injector.set("admissionregistration.k8s.io/v1", kind, "certs-webhook", "", changes)
    bundle = {"spec/conversion/webhook/clientConfig/caBundle": ca}
    crd = "CustomResourceDefinition"
    injector.set("apiextensions.k8s.io/v1", crd, "requests.certs.example.com", "", bundle)
    service = {"spec/caBundle": ca, "spec/insecureSkipTLSVerify": False}
    injector.set("apiregistration.k8s.io/v1", "APIService", "v1.audit.certs.example.com", "", service)


def _scale(client: KubeClient, namespace: str, _ca: str, name: str = "web", replicas: int = 4) -> None:
    """As an autoscaler."""
    autoscaler = Others(client, "kube-controller-manager")
    autoscaler.set("apps/v1", "Deployment", name, namespace, {"spec/replicas": replicas})


def _large(text: str) -> str:
    """Its first kind as large as those that hold a whole pod in their schemas: over 256 KiB."""
    leaf = f'{{type: string, description: "{"What this is for, at length. " * 6}"}}'
    fields = "".join(f"\n                knob{i}: {leaf}" for i in range(1400))
    anchor = "\n                instances: {type: integer"
    assert anchor in text
    return text.replace(anchor, fields + anchor, 1)


def _serve_the_mesh(client: KubeClient, _namespace: str, ca: str) -> None:
    hook = {"webhooks/0/failurePolicy": "Ignore", "webhooks/0/clientConfig/caBundle": ca}
    daemon = Others(client, "meshd")
    daemon.set("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", "mesh-validator", "", hook)
    _scale(client, "mesh-system", "", "meshd", 3)


def _many(text: str) -> str:
    """Two hundred objects of the eight, in an order that helps nobody; what they share comes somewhere between."""
    head, *documents = text.split("---\n")
    documents.append(head)
    own = [d for d in documents if "TENANT" in d]
    made = [d for d in documents if "TENANT" not in d] + [
        d.replace("TENANT", f"t{i:02}") for i in range(25) for d in own
    ]
    random.Random(7).shuffle(made)
    return "---\n".join(made)


APPLICATIONS = [
    Application(
        "operator",
        upgrade={
            "Deployment operator-system/operator": {"spec/template/spec/containers/0/image": "operator:1.1.0"},
            "Cluster operator-system/orders": {"spec/users/1/ensure": "absent", "spec/storage/size": "4Gi"},
            "CustomResourceDefinition clusters.clusters.example.com": {
                "spec/versions/1/schema/openAPIV3Schema/properties/spec/properties/added": {"type": "string"}
            },
        },
        leaving=[
            "Cluster operator-system/stock",
            "ScheduledBackup operator-system/nightly",
            "ClusterRole operator-core",
        ],
        grow=_large,
        home="operator-system",
    ),
    Application(
        "certificates",
        upgrade={
            "ValidatingWebhookConfiguration certs-webhook": {"webhooks/0/timeoutSeconds": 15},
            "MutatingWebhookConfiguration certs-webhook": {"webhooks/0/rules/0/operations": ["CREATE", "UPDATE"]},
            "CustomResourceDefinition requests.certs.example.com": {"spec/names/shortNames": ["req"]},
            "APIService v1.audit.certs.example.com": {"spec/versionPriority": 20},
            "Request certs/web": {"spec/dnsNames": ["a.example.com"]},
        },
        leaving=["Issuer letters", "RoleBinding kube-system/certs-leader-election"],
        others=_inject,
        kept={
            "ValidatingWebhookConfiguration certs-webhook": {"webhooks/0/clientConfig/caBundle": CA},
            "MutatingWebhookConfiguration certs-webhook": {f"webhooks/{i}/clientConfig/caBundle": CA for i in (0, 1)},
            "CustomResourceDefinition requests.certs.example.com": {
                "spec/conversion/webhook/clientConfig/caBundle": CA
            },
            "APIService v1.audit.certs.example.com": {"spec/caBundle": CA},
        },
        home="certs",
    ),
    Application(
        "shop",
        upgrade={
            "Deployment {namespace}/web": {"spec/template/spec/containers/0/image": "web:2"},
            "Secret {namespace}/payment": {"stringData/KEY": "k-4712"},
            "Ingress {namespace}/shop": {"spec/rules/0/http/paths/1/path": "/api/v2"},
            "NetworkPolicy {namespace}/web": {"spec/ingress/0/ports/1/endPort": 8090},
        },
        leaving=["CronJob {namespace}/digest", "PriorityClass shop-front", "ConfigMap {namespace}/web"],
        others=_scale,
        kept={"Deployment {namespace}/web": {"spec/replicas": 4}},
    ),
    Application(
        "monitoring",
        upgrade={
            "DaemonSet monitoring/node-exporter": {"spec/template/spec/containers/1/image": "proxy:0.17"},
            "Rule monitoring/nodes": {"spec/groups/0/rules/1/for": "10m"},
            "Monitor monitoring/nodes": {"spec/endpoints/1/scheme": "http"},
            "ConfigMap monitoring/dashboard-pods": {"data/pods.json": "{}"},
            "Role kube-system/monitoring": {"rules/0/verbs": ["get"]},
        },
        leaving=["ConfigMap monitoring/dashboard-nodes", "RoleBinding default/monitoring", "Role default/monitoring"],
        home="monitoring",
    ),
    Application(
        "database",
        upgrade={
            "StatefulSet {namespace}/db": {"spec/template/spec/containers/0/image": "db:16", "spec/replicas": 3},
            "Service {namespace}/db-read": {"spec/ports/0/name": "sql"},
            "ConfigMap {namespace}/db-scripts": {"data/empty.sql": "select 1"},
            "PersistentVolume db-archive": {"spec/capacity/storage": "2Ti"},
        },
        leaving=["CronJob {namespace}/db-backup", "Job {namespace}/db-schema", "ConfigMap {namespace}/db-version"],
    ),
    Application(
        "mesh",
        upgrade={
            "Route mesh-demo/shop": {"spec/http/0/route/0/weight": 50, "spec/http/0/route/1/weight": 50},
            "Deployment mesh-system/meshd": {"spec/template/spec/containers/0/image": "meshd:1.21"},
            "ValidatingWebhookConfiguration mesh-validator": {"webhooks/0/timeoutSeconds": 5},
            "Service mesh-gateways/gateway": {"spec/ports/2/targetPort": 8443},
        },
        leaving=["Filter mesh-system/stats", "MutatingWebhookConfiguration mesh-injector"],
        others=_serve_the_mesh,
        kept={
            "ValidatingWebhookConfiguration mesh-validator": {
                "webhooks/0/failurePolicy": "Ignore",
                "webhooks/0/clientConfig/caBundle": CA,
            },
            "Deployment mesh-system/meshd": {"spec/replicas": 3},
        },
        home="mesh-system",
    ),
    Application(
        "policies",
        upgrade={
            "ReplicaLimit teams": {"maxReplicas": 7},
            "ValidatingAdmissionPolicy no-latest": {"spec/validations/0/message": "give it a version"},
            "ResourceQuota team-red/team": {"spec/hard/pods": 30},
            "NetworkPolicy team-red/walls": {"spec/egress/0/ports/0/port": 5353},
            "RoleBinding team-blue/edit": {"subjects/0/name": "green"},
        },
        leaving=["ValidatingAdmissionPolicyBinding replica-limit-teams", "FlowSchema teams", "RuntimeClass sandboxed"],
        home="team-red",
    ),
    Application(
        "tenants",
        upgrade={
            "Deployment tenants-a/app-t07": {"spec/template/spec/containers/0/image": "app:2"},
            "Tenant t24": {"spec/plan": "large"},
        },
        leaving=[f"{kind}app-t11" for kind in ("Secret tenants-b/", "RoleBinding tenants-b/", "Service tenants-a/")],
        grow=_many,
        home="tenants-b",
    ),
]


@pytest.fixture(scope="module")
def plane(moving_plane: ControlPlane) -> t.Iterator[ControlPlane]:
    """With a node, where the servers of webhooks can become ready: what they judge waits for them."""
    paper = Paper(moving_plane, "default")
    node = paper.node()
    paper.patch(f"/api/v1/nodes/{node}", {"metadata": {"labels": {"kubernetes.io/os": "linux"}}})
    yield moving_plane
    moving_plane.request("DELETE", f"/api/v1/nodes/{node}")


def test_large_is_large() -> None:
    assert max(len(json.dumps(o)) for o in _objects(APPLICATIONS[0])) > 256 * 1024


def _text(app: Application) -> str:
    return app.grow((FOLDER / f"{app.file}.manifests").read_text())


def _objects(app: Application) -> Objects:
    return [m.obj for m in from_text(_text(app), app.file)]


class Life:
    """One application from its first day to its last."""

    def __init__(self, app: Application, apply: Apply, plane: ControlPlane) -> None:
        self.app, self.apply, self.plane = app, apply, plane
        self.manifests: t.List[Manifest] = from_text(_text(app), f"{app.file}.manifests")
        self.objects = [copy.deepcopy(m.obj) for m in self.manifests]

    def is_as_asked(self, objects: t.Sequence[t.Any]) -> None:
        result = self.apply.present(objects)
        assert (result["changed"], result["diff"], self.apply.writes) == (False, [], [])
        assert self.apply.present(objects, check=True) == result

    def comes(self) -> None:
        result = self.apply.foreseen(self.manifests)
        assert len(named(result, "created")) == len(self.manifests)
        # One request an object, and one for the set; two more where the set has to bring its own namespace first.
        assert len(self.apply.writes) == len(self.manifests) + (3 if self.app.home else 1)

    def is_upgraded(self) -> None:
        by_name = {self.name(o): o for o in self.objects}
        for name, changes in self.app.upgrade.items():
            for path, value in changes.items():
                _set(by_name[name], path, value)
        result = self.apply.foreseen(self.objects)
        assert named(result, "configured") == set(self.app.upgrade)
        assert result["summary"]["unchanged"] == len(result["objects"]) - len(self.app.upgrade)
        assert sorted(self.apply.writes) == sorted(
            f"PATCH {name.split()[1].split('/')[-1]}" for name in self.app.upgrade
        )

    def loses_some(self) -> None:
        self.objects = [o for o in self.objects if self.name(o) not in self.app.leaving]
        result = self.apply.foreseen(self.objects)
        assert named(result, "pruned") == set(self.app.leaving)
        assert named(result, "configured") == set()
        deleted = sorted(w for w in self.apply.writes if w.startswith("DELETE"))
        assert deleted == sorted(f"DELETE {name.split()[1].split('/')[-1]}" for name in self.app.leaving)

    def goes(self) -> None:
        result = self.apply.foreseen(self.objects, state="absent", wait=True)
        assert len(named(result, "deleted")) == len(self.objects)
        again = self.apply.absent(self.objects)
        assert (named(again, "deleted"), again["changed"], self.apply.writes) == (set(), False, [])

    def name(self, obj: Obj) -> str:
        """As results name it."""
        manifest = next(m for m in self.manifests if _identity(m.obj) == _identity(obj))
        if manifest.ref.namespace or not self.apply.discovery.resource_for(obj["apiVersion"], obj["kind"]).namespaced:
            return str(manifest.ref)
        return str(manifest.in_namespace(self.apply.params["namespace"]).ref)


def _identity(obj: Obj) -> t.Tuple[str, str, str, str]:
    return obj["apiVersion"], obj["kind"], obj["metadata"]["name"], obj["metadata"].get("namespace", "")


@pytest.mark.parametrize("app", APPLICATIONS, ids=lambda app: app.file)
def test_a_whole_life(
    app: Application, plane: ControlPlane, client: KubeClient, namespace: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, ca = _placed(app, namespace), base64.b64encode((plane.folder / "ca.crt").read_bytes()).decode()
    before = set(everything(plane))
    apply = Apply(client, monkeypatch, namespace=app.home or namespace, apply_set=app.file)
    life = Life(app, apply, plane)
    life.comes()
    shuffled = [m.obj for m in life.manifests]
    random.Random(4).shuffle(shuffled)
    life.is_as_asked(shuffled)
    app.others(client, namespace, ca)
    life.is_as_asked(life.manifests)
    life.is_upgraded()
    life.is_as_asked(life.objects[::-1])
    life.loses_some()
    life.is_as_asked(life.objects)
    there = everything(plane)
    for name, fields in app.kept.items():
        assert {path: _get(there[name], path) for path in fields} == {
            k: ca if v == CA else v for k, v in fields.items()
        }
    life.goes()
    assert _left(plane, before, namespace) == set()


def _placed(app: Application, namespace: str) -> Application:
    def there(table: t.Mapping[str, t.Any]) -> t.Dict[str, t.Any]:
        return {name.replace("{namespace}", namespace): value for name, value in table.items()}

    leaving = [name.replace("{namespace}", namespace) for name in app.leaving]
    return replace(app, upgrade=there(app.upgrade), kept=there(app.kept), leaving=leaving)


def _left(plane: ControlPlane, before: t.Set[str], namespace: str) -> t.Set[str]:
    """What is there now and was not. What controllers make of objects goes a moment after them."""
    deadline = time.monotonic() + 20
    while True:
        left = {n for n in set(everything(plane)) - before if n != f"ConfigMap {namespace}/kube-root-ca.crt"}
        if not left or time.monotonic() > deadline:
            return left
        time.sleep(0.3)
