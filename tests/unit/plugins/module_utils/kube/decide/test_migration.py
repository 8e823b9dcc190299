# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.kube.decide.migration import (
    legacy_managers,
    migration,
    union,
)

Obj = t.Dict[str, t.Any]
KEY = "kubectl.kubernetes.io/last-applied-configuration"
MARK = {"f:metadata": {"f:annotations": {".": {}, f"f:{KEY}": {}}}}


def entry(manager: str, fields: Obj, operation: str = "Update", **more: t.Any) -> Obj:
    return {"manager": manager, "operation": operation, "apiVersion": "v1", "fieldsV1": fields, **more}


def live(*entries: Obj) -> Obj:
    return {"metadata": {"resourceVersion": "7", "annotations": {KEY: "{}"}, "managedFields": list(entries)}}


@pytest.mark.parametrize(
    ("entries", "names"),
    [
        ([entry("kubectl-client-side-apply", {"f:data": {}})], ["kubectl-client-side-apply"]),
        ([entry("OpenAPI-Generator", MARK)], ["OpenAPI-Generator"]),
        ([entry("OpenAPI-Generator", {"f:data": {}})], []),
        ([entry("kubectl-edit", {"f:data": {}})], []),
        ([entry("kubectl-client-side-apply", MARK, subresource="scale")], []),
        ([entry("slipway", MARK, "Apply")], []),
    ],
)
def test_who_applied_by_updates(entries: t.List[Obj], names: t.List[str]) -> None:
    assert legacy_managers(live(*entries), "slipway") == names


def test_their_fields_become_ours() -> None:
    fields = {**MARK, "f:data": {".": {}, "f:old": {}}}
    other = entry("controller", {"f:data": {"f:theirs": {}}})
    found = live(entry("slipway", {"f:data": {"f:a": {}}}, "Apply"), entry("kubectl-client-side-apply", fields), other)
    assert migration(found, "slipway") == [
        {
            "op": "replace",
            "path": "/metadata/managedFields",
            "value": [
                other,
                entry(
                    "slipway",
                    {"f:data": {".": {}, "f:a": {}, "f:old": {}}, "f:metadata": {"f:annotations": {".": {}}}},
                    "Apply",
                ),
            ],
        },
        {"op": "replace", "path": "/metadata/resourceVersion", "value": "7"},
        {"op": "remove", "path": "/metadata/annotations/kubectl.kubernetes.io~1last-applied-configuration"},
    ]


def test_nothing_to_hand_over() -> None:
    assert migration(live(entry("slipway", {"f:data": {}}, "Apply")), "slipway") is None
    assert migration({"metadata": {}}, "slipway") is None


def test_what_is_owned_itself_stays_so_beside_what_is_below_it() -> None:
    assert union({"f:a": {}}, {"f:a": {"f:b": {}}}) == {"f:a": {".": {}, "f:b": {}}}
