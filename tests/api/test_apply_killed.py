# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""k8s_apply killed at any point, and started again: it converges, prunes right, and its set has forgotten nothing."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
import typing as t

import pytest
from control_plane import ControlPlane

from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.client import KubeClient
from ansible_collections.slipway.deploy.tests.api.applying import Apply, Obj, everything, named

PROGRAM = "ansible_collections.slipway.deploy.tests.api.killed"
KINDS = "applyset.kubernetes.io/contains-group-kinds"
PART_OF = "applyset.kubernetes.io/part-of"
#: Where the objects of these tests are.
GROUPS = ("", "rbac.authorization.k8s.io", "apps", "networking.k8s.io", "apiextensions.k8s.io", "killed.test")
NEVER = 10_000


def thing(api_version: str, kind: str, name: str, **more: t.Any) -> Obj:
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": name}, **more}


def config(name: str, value: str) -> Obj:
    return thing("v1", "ConfigMap", name, data={"value": value})


def definition(plural: str) -> Obj:
    schema = {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}
    version = {"name": "v1", "served": True, "storage": True, "schema": schema}
    names = {"kind": plural.capitalize(), "plural": plural}
    spec = {"group": "killed.test", "scope": "Namespaced", "names": names, "versions": [version]}
    return thing("apiextensions.k8s.io/v1", "CustomResourceDefinition", f"{plural}.killed.test", spec=spec)


def deployment(image: str) -> Obj:
    pod = {"containers": [{"name": "main", "image": image, "envFrom": [{"configMapRef": {"name": "edited"}}]}]}
    template = {"metadata": {"labels": {"app": "a"}}, "spec": pod}
    spec = {"replicas": 0, "selector": {"matchLabels": {"app": "a"}}, "template": template}
    return thing("apps/v1", "Deployment", "main", spec=spec)


RULES = [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]
ROLE = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "leaving"}
RBAC = "rbac.authorization.k8s.io/v1"
STAYS = thing("v1", "ServiceAccount", "stays")


def first() -> t.List[Obj]:
    """Two kinds of it leave altogether."""
    return [
        *[config(f"leaving-{i}", "1") for i in range(2)],
        thing(RBAC, "RoleBinding", "leaving", roleRef=ROLE, subjects=[{"kind": "User", "name": "u"}]),
        thing(RBAC, "Role", "leaving", rules=RULES),
        STAYS,
        config("edited", "1"),
        deployment("main:1"),
    ]


def second(plural: str) -> t.List[Obj]:
    """Two kinds come, one of them with its definition."""
    return [
        thing("killed.test/v1", plural.capitalize(), "custom", spec={"a": 1}),
        definition(plural),
        deployment("main:2"),
        config("edited", "2"),
        STAYS,
        thing("networking.k8s.io/v1", "NetworkPolicy", "new", spec={"podSelector": {}}),
        *[thing("v1", "Secret", f"new-{i}", stringData={"a": "b"}) for i in range(2)],
    ]


#: The set, seven of the second (for one stays), four that leave, and the set again.
WRITES = 1 + 7 + 4 + 1


class Killed:
    """A set in a namespace, which a first task has applied."""

    def __init__(self, plane: ControlPlane, apply: Apply, namespace: str) -> None:
        self.plane, self.apply, self.namespace = plane, apply, namespace
        self.plural = "k" + namespace.replace("-", "")
        self.first, self.second = first(), second(self.plural)
        apply.present(self.first)

    def start(self, objects: t.Sequence[Obj], at: int, *, sent: bool, state: str = "present") -> t.Any:
        process = subprocess.Popen(
            [sys.executable, "-m", PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        assert process.stdin
        asked = {"kubeconfig": str(self.plane.kubeconfig), "params": self.apply.params, "state": state}
        process.stdin.write(json.dumps({**asked, "objects": objects, "dies": {"at": at, "sent": sent}}).encode())
        process.stdin.close()
        process.stdin = None
        return process

    def dies(self, objects: t.Sequence[Obj], at: int, *, sent: bool, state: str = "present") -> None:
        process = self.start(objects, at, sent=sent, state=state)
        said = process.communicate(timeout=60)[1]
        assert process.returncode == -signal.SIGKILL, said.decode()

    def there(self) -> t.Dict[str, Obj]:
        """The members of the set, and its parent."""
        found = {n: o for n, o in everything(self.plane, GROUPS).items() if self._is_mine(n, o)}
        return {n.replace(f"{self.namespace}/", ""): o for n, o in found.items()}

    def _is_mine(self, name: str, obj: Obj) -> bool:
        member = PART_OF in (obj["metadata"].get("labels") or {}) or name == f"Secret {self.namespace}/shop"
        return member and (f" {self.namespace}/" in name or self.plural in name)

    def nothing_is_forgotten(self) -> None:
        """Every member is of a kind which the parent names."""
        there = self.there()
        parent = there.pop("Secret shop")
        kinds = {k.split(".")[0] for k in parent["metadata"]["annotations"][KINDS].split(",")}
        assert {name.split()[0] for name in there} <= kinds

    def converges(self, objects: t.Sequence[Obj], kept: t.Iterable[str] = ()) -> None:
        """`kept`: what may be left of the other one, since it is protected."""
        result = self.apply.foreseen(objects)
        assert result["summary"]["failed"] == 0
        wanted = {f"{o['kind']} {o['metadata']['name']}": o for o in objects}
        there = self.there()
        parent = there.pop("Secret shop")
        assert set(there) - set(kept) == set(wanted)
        for name, obj in wanted.items():
            assert self._has(there[name], obj), name
        kinds = {k.split(".")[0] for k in parent["metadata"]["annotations"][KINDS].split(",")}
        assert kinds == {name.split()[0] for name in there}
        again = self.apply.present(objects)
        assert (again["changed"], self.apply.writes) == (False, [])

    def _has(self, live: Obj, asked: Obj) -> bool:
        if "data" in asked:
            return bool(live["data"] == asked["data"])
        if asked["kind"] == "Deployment":
            images = [o["spec"]["template"]["spec"]["containers"][0]["image"] for o in (live, asked)]
            return bool(images[0] == images[1])
        return True

    def clean(self) -> None:
        self.apply.absent([definition(self.plural)])


@pytest.fixture
def killed(
    plane: ControlPlane, client: KubeClient, namespace: str, monkeypatch: pytest.MonkeyPatch
) -> t.Iterator[Killed]:
    apply = Apply(client, monkeypatch, namespace=namespace, apply_set="shop", prune_limit="100%")
    made = Killed(plane, apply, namespace)
    yield made
    made.clean()


def _goes_on(killed: Killed, *, back: bool) -> None:
    killed.nothing_is_forgotten()
    if back:
        # Kinds are not pruned unless the user says so.
        killed.converges(killed.first, kept=[f"CustomResourceDefinition {killed.plural}.killed.test"])
    else:
        killed.converges(killed.second)


def test_writes_are_as_many_as_the_points_below(killed: Killed) -> None:
    result = killed.apply.present(killed.second)
    writes = killed.apply.writes
    assert len(writes) == WRITES
    assert (writes[0], writes[-1]) == ("PATCH shop", "PATCH shop")
    assert [w.split()[0] for w in writes] == ["PATCH"] * 8 + ["DELETE"] * 4 + ["PATCH"]
    assert len(named(result, "pruned")) == 4


@pytest.mark.parametrize("at", range(1, WRITES + 1))
def test_before_a_write_and_after(killed: Killed, at: int) -> None:
    """In turns of going on and going back."""
    killed.dies(killed.second, at, sent=False)
    _goes_on(killed, back=at % 2 == 0)


@pytest.mark.parametrize("at", [1, 5, 9, WRITES])
def test_sent_but_never_answered(killed: Killed, at: int) -> None:
    killed.dies(killed.second, at, sent=True)
    _goes_on(killed, back=at % 2 == 1)


@pytest.mark.parametrize("after", [0.0, 0.01, 0.04])
def test_at_any_moment(killed: Killed, after: float) -> None:
    """From outside, in the middle of whatever its threads do; maybe it is faster."""
    process = killed.start(killed.second, NEVER, sent=False)
    assert process.stdout.readline() == b"writing\n"
    time.sleep(after)
    process.kill()
    process.communicate(timeout=60)
    _goes_on(killed, back=False)


@pytest.mark.parametrize("at", [1, 4, 8])
def test_while_all_of_it_is_removed(killed: Killed, at: int) -> None:
    """Seven members, and their set at the end."""
    killed.dies([], at, sent=at % 2 == 0, state="absent")
    if at < 8:
        killed.nothing_is_forgotten()
    killed.apply.absent([])
    assert killed.there() == {}
    assert killed.apply.absent([])["changed"] is False


def test_again_and_again(killed: Killed) -> None:
    """Each try gets one request further; the last one has little left to do."""
    for at in (2, 3, 4, 3):
        killed.start(killed.second, at, sent=True).communicate(timeout=60)
        killed.nothing_is_forgotten()
    _goes_on(killed, back=False)
