# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.releases import (
    DEPLOYED,
    FAILED,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.discovery import Resource
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.errors import AlreadyExists, NotFound
from ansible_collections.slipway.deploy.plugins.module_utils.kube.release.store import ReleaseStore

SECRETS = Resource("", "v1", "Secret", "secrets", True)
ONE = [{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "one"}}]
TWO = [{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "two"}}]


class Cluster:
    """Keeps Secrets by name, as the API server does; `late` is what another run records just before ours."""

    def __init__(self) -> None:
        self.kept: dict[str, dict[str, t.Any]] = {}
        self.late: list[dict[str, t.Any]] = []

    def list(self, _resource: Resource, _namespace: str, *, label_selector: str) -> dict[str, t.Any]:
        return {"items": list(self.kept.values())}

    def create(self, _resource: Resource, secret: dict[str, t.Any], *, field_manager: str) -> None:
        for other in self.late:
            self.kept[other["metadata"]["name"]] = other
        self.late = []
        if secret["metadata"]["name"] in self.kept:
            raise AlreadyExists("already exists", status=409)
        self.kept[secret["metadata"]["name"]] = secret

    def delete(self, _resource: Resource, name: str, _namespace: str) -> None:
        if self.kept.pop(name, None) is None:
            raise NotFound("not found", status=404)


def store(cluster: Cluster) -> ReleaseStore:
    return ReleaseStore(cluster, SECRETS, "n", "visits")  # type: ignore[arg-type]


def test_revisions_count_up_and_old_ones_go() -> None:
    cluster = Cluster()
    for number in range(4):
        store(cluster).record(ONE, f"v{number}", DEPLOYED, "", keep=2)
    assert [(r.revision, r.version) for r in store(cluster).releases()] == [(3, "v2"), (4, "v3")]


def test_the_same_record_of_another_run_stands() -> None:
    cluster, elsewhere = Cluster(), Cluster()
    store(elsewhere).record(ONE, "v1", DEPLOYED, "", keep=5)
    cluster.late = list(elsewhere.kept.values())
    assert store(cluster).record(ONE, "v1", DEPLOYED, "", keep=5).revision == 1
    assert len(cluster.kept) == 1


def test_another_record_of_another_run_comes_before_ours() -> None:
    cluster, elsewhere = Cluster(), Cluster()
    store(elsewhere).record(TWO, "v2", FAILED, "it died", keep=5)
    cluster.late = list(elsewhere.kept.values())
    assert store(cluster).record(ONE, "v1", DEPLOYED, "", keep=5).revision == 2
    assert [r.version for r in store(cluster).releases()] == ["v2", "v1"]
