# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a diff shows of an object, and what not."""

from __future__ import annotations

from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.diff import (
    content,
    diff_of,
    owned_by,
    secret_values,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.identity import ObjectRef

LIVE = {
    "apiVersion": "v1",
    "kind": "Secret",
    "metadata": {
        "name": "s",
        "namespace": "n",
        "uid": "u",
        "resourceVersion": "5",
        "generation": 2,
        "labels": {"a": "b"},
        "annotations": {"kubectl.kubernetes.io/last-applied-configuration": '{"data": "c2VjcmV0"}'},
        "managedFields": [
            {"manager": "slipway", "operation": "Update", "fieldsV1": {"f:x": {}}},
            {"manager": "slipway", "operation": "Apply", "subresource": "status", "fieldsV1": {"f:status": {}}},
            {"manager": "slipway", "operation": "Apply", "time": "now", "fieldsV1": {"f:data": {}}},
        ],
    },
    "data": {"password": "c2VjcmV0"},
    "status": {"phase": "x"},
}


def test_content_is_what_a_user_may_write() -> None:
    assert content(LIVE) == {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "s", "namespace": "n", "labels": {"a": "b"}},
        "data": {"password": "c2VjcmV0"},
    }


def test_what_a_manager_has_applied() -> None:
    assert owned_by(LIVE, "slipway") == {"f:data": {}}
    assert owned_by(LIVE, "other") is None


def test_a_changed_secret_shows_that_it_changed() -> None:
    after = {**LIVE, "data": {"password": "bmV3ZXI="}}
    found = diff_of(ObjectRef.from_object(LIVE), LIVE, after)
    assert found["before_header"] == found["after_header"] == "Secret n/s (v1)"
    assert found["before"] != found["after"]
    assert "c2VjcmV0" not in str(found)
    assert "bmV3ZXI" not in str(found)


def test_nothing_is_empty() -> None:
    found = diff_of(ObjectRef("v1", "ConfigMap", "n", "a"), None, {"kind": "ConfigMap", "data": {"a": "shown"}})
    assert found["before"] == ""
    assert "a: shown" in found["after"]


def test_values_to_keep_out_of_messages() -> None:
    assert secret_values(LIVE) == ["c2VjcmV0"]
    assert secret_values({**LIVE, "kind": "ConfigMap"}) == []
    assert secret_values({**LIVE, "data": None}) == []
