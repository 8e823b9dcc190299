# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A template that was taken back belongs to whoever applies it."""

from __future__ import annotations

from ansible_collections.slipway.deploy.plugins.module_utils.kube.rollouts.ownership import handed_over


def entry(manager: str, operation: str, spec: dict, **more: object) -> dict:
    return {
        "manager": manager,
        "operation": operation,
        "apiVersion": "apps/v1",
        "fieldsType": "FieldsV1",
        "fieldsV1": {"f:spec": spec},
        **more,
    }


APPLIED = entry("slipway", "Apply", {"f:replicas": {}, "f:template": {"f:spec": {"f:containers": {"a": {}}}}})
UNDONE = entry("slipway-rollout", "Update", {"f:template": {"f:spec": {"f:containers": {"b": {}}, "f:x": {}}}})
STATUS = entry("kube-controller-manager", "Update", {"f:status": {}}, subresource="status")


def workload(*entries: dict) -> dict:
    return {"metadata": {"managedFields": list(entries)}}


def test_the_applier_gets_the_template():
    entries = handed_over(workload(APPLIED, UNDONE, STATUS), "slipway-rollout")
    both = {"f:spec": {"f:containers": {"a": {}, "b": {}}, "f:x": {}}}
    assert entries == [{**APPLIED, "fieldsV1": {"f:spec": {"f:replicas": {}, "f:template": both}}}, STATUS]


def test_what_else_we_own_stays_ours():
    paused = {**UNDONE, "fieldsV1": {"f:spec": {**UNDONE["fieldsV1"]["f:spec"], "f:paused": {}}}}
    entries = handed_over(workload(APPLIED, paused), "slipway-rollout")
    assert entries[1]["fieldsV1"] == {"f:spec": {"f:paused": {}}}


def test_nothing_to_hand_over():
    assert handed_over(workload(APPLIED, STATUS), "slipway-rollout") is None
    assert handed_over(workload(UNDONE, STATUS), "slipway-rollout") is None, "nobody applies it"
    scaled = entry("slipway-rollout", "Update", {"f:replicas": {}}, subresource="scale")
    assert handed_over(workload(APPLIED, scaled), "slipway-rollout") is None
