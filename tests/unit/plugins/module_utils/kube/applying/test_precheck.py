# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What looks wrong by a published schema is judged again by the CRD itself."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.errors import Forbidden, NotFound, Unauthorized
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.resource import Resource
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.precheck import precheck
from ansible_collections.slipway.deploy.plugins.module_utils.kube.manifests.manifest import from_text
from ansible_collections.slipway.deploy.plugins.module_utils.kube.schema.from_crd import from_crd
from ansible_collections.slipway.deploy.plugins.module_utils.kube.schema.schemas import Schemas
from ansible_collections.slipway.deploy.plugins.module_utils.kube.schema.slim import slim_document
from ansible_collections.slipway.deploy.tests.unit.plugins.module_utils.kube.schema.documents import (
    CORE,
    META,
    TEXT,
    core_schemas,
    crd,
    deployment,
    document,
    ref,
    thing,
)

BOAT = {"apiVersion": "example.com/v1", "kind": "Boat", "metadata": {"name": "x"}, "spec": {"new": "x", "bad": 1}}
_KIND = {"x-kubernetes-group-version-kind": [{"group": "example.com", "version": "v1", "kind": "Boat"}]}
OLD = {META: CORE[META], "Boat": {**thing(metadata=ref(META), spec=thing(old=TEXT)), **_KIND}}


class Cluster:
    """Has the boats' CRD, or an error in its place."""

    def __init__(self, answer: t.Any) -> None:
        self.answer = answer
        self.asked: list[str] = []

    def find(self, api_version: str, kind: str) -> Resource | None:
        return Resource("example.com", "v1", "Boat", "boats", True) if kind == "Boat" else None

    def request(self, method: str, path: str) -> dict[str, t.Any]:
        self.asked.append(f"{method} {path}")
        if isinstance(self.answer, Exception):
            raise self.answer
        return t.cast("dict[str, t.Any]", self.answer)


def published() -> Schemas:
    return Schemas({"example.com/v1": slim_document(document(OLD, "Kubernetes CRD Swagger"), "example.com/v1")})


def paths(cluster: Cluster, schemas: Schemas, *objs: dict[str, t.Any]) -> list[list[str]]:
    return [[p.path for p in problems] for problems in precheck(cluster, cluster, schemas, objs)]


def test_the_crd_has_the_last_word() -> None:
    cluster = Cluster(crd(thing(new=TEXT)))
    assert paths(cluster, published(), BOAT, BOAT) == [["spec.bad"], ["spec.bad"]]
    assert cluster.asked == ["GET /apis/apiextensions.k8s.io/v1/customresourcedefinitions/boats.example.com"]


def test_a_kind_that_is_not_published_yet_is_judged_by_its_crd() -> None:
    assert paths(Cluster(crd(thing(new=TEXT))), Schemas(), BOAT) == [["spec.bad"]]
    assert paths(Cluster(NotFound("no")), Schemas(), BOAT) == [[]]


def test_what_is_right_needs_no_question() -> None:
    cluster = Cluster(NotFound("no"))
    assert paths(cluster, published(), {**BOAT, "spec": {"old": "x"}}) == [[]]
    assert paths(cluster, core_schemas(), deployment(bad=1)) == [["spec.template.spec.containers[0].bad"]]
    schemas = published()
    schemas.add(from_crd(crd(thing(old=TEXT))))
    assert paths(cluster, schemas, BOAT) == [["spec.new", "spec.bad"]], "a CRD of this set is the newest there is"
    assert cluster.asked == []


@pytest.mark.parametrize("answer", [NotFound("no"), Forbidden("no"), {}, {"spec": {"versions": "?"}}])
def test_in_doubt_nothing_is_said(answer: t.Any) -> None:
    assert paths(Cluster(answer), published(), BOAT) == [[]]


def test_wrong_credentials_are_told() -> None:
    with pytest.raises(Unauthorized):
        paths(Cluster(Unauthorized("who?")), published(), BOAT)


def test_a_problem_leads_to_its_line() -> None:
    text = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\nspec:\n  replicas: 2\n  replcas: 3\n"
    (manifest,) = from_text(text, "web.yaml")
    ((problem,),) = precheck(Cluster({}), Cluster({}), core_schemas(), [manifest.obj])
    assert manifest.place.at(problem.path) == "web.yaml:6"
