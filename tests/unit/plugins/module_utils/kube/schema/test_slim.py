# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Of the server's documents only what checks need is kept."""

from __future__ import annotations

import json

from ansible_collections.slipway.deploy.plugins.module_utils.kube.schema.schemas import Schemas
from ansible_collections.slipway.deploy.plugins.module_utils.kube.schema.slim import slim_document
from ansible_collections.slipway.deploy.tests.unit.plugins.module_utils.kube.schema.documents import (
    deployment,
    document,
)


def test_what_is_kept() -> None:
    slim = slim_document(document(), "apps/v1")
    assert slim["kinds"] == {"Deployment": "Deployment"}
    assert "description" not in json.dumps(slim)
    assert "DeploymentList" not in slim["types"]
    assert "status" not in slim["types"]["Deployment"]["properties"]
    assert slim["types"]["Spec"]["properties"]["template"] == {"$ref": "Template"}
    assert "required" not in slim["types"]["Spec"], "built-in kinds: only what the server enforces"
    assert slim["types"]["io.k8s.api.core.v1.PodSpec"]["always"] == ["containers"]
    assert json.loads(json.dumps(slim)) == slim


def test_other_servers_objects_are_not_judged() -> None:
    """Of an aggregated API server we do not know how it checks."""
    slim = slim_document(document(title="somebody's"), "apps/v1")
    assert Schemas({"apps/v1": slim}).check({**deployment(), "bad": 1}) == []


def test_nothing_comes_of_nothing() -> None:
    for odd in ({}, {"components": {}}, {"info": {"title": "Kubernetes"}, "components": {"schemas": {"A": {}}}}):
        assert slim_document(odd, "v1")["kinds"] == {}
