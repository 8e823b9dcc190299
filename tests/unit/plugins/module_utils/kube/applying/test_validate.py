# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The API server's words (1.37), as sentences with object, place and field."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.errors import ApiError, FieldsTaken, api_error
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.validate import explain, is_field_error
from ansible_collections.slipway.deploy.plugins.module_utils.kube.decide.conflict import FieldConflict
from ansible_collections.slipway.deploy.plugins.module_utils.kube.manifests.manifest import (
    Manifest,
    from_definition,
    from_text,
)

(WEB,) = from_text(
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\n"
    "spec:\n  replcas: 2\n  template:\n    spec:\n      containers:\n        - name: c\n          imagee: x\n",
    "web.yml",
)
(SECRET,) = from_definition(
    {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "s", "namespace": "shop"},
        "stringData": {"pin": 31337, "flag": "hunter2"},
    }
)
TYPED = "failed to create typed patch object (shop/web; apps/v1, Kind=Deployment): "


def refused(message: str, status: int = 500, reason: str = "", *causes: dict[str, str]) -> ApiError:
    return api_error(status, {"message": message, "reason": reason, "details": {"causes": list(causes)}}, "PATCH")


@pytest.mark.parametrize(
    ("exc", "sentence"),
    [
        (
            refused(TYPED + ".spec.replcas: field not declared in schema"),
            "web.yml:5: Deployment shop/web: spec.replcas: unknown field; check its spelling and its place",
        ),
        (
            refused(
                'Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: '
                'unknown field "spec.replcas", unknown field "spec.template.spec.containers[0].imagee"',
                400,
                "BadRequest",
            ),
            "web.yml:5: Deployment shop/web: spec.replcas: unknown field; check its spelling and its place; "
            "web.yml:10: Deployment shop/web: spec.template.spec.containers[0].imagee: unknown field; "
            "check its spelling and its place",
        ),
        (
            refused(TYPED + ".spec.replicas: expected numeric (int or float), got string"),
            "web.yml:4: Deployment shop/web: spec.replicas: expected numeric (int or float), got string",
        ),
        (
            refused(
                "Deployment is invalid", 422, "Invalid", {"field": "spec.replicas", "message": "Invalid value: -1"}
            ),
            "web.yml:4: Deployment shop/web: spec.replicas: Invalid value: -1",
        ),
        (
            refused(
                "Apply failed with 1 conflict",
                409,
                "Conflict",
                {"reason": "FieldManagerConflict", "field": ".spec.replicas", "message": 'conflict with "hpa"'},
            ),
            "web.yml:4: Deployment shop/web: spec.replicas: owned by 'hpa', who set another value; leave the field "
            "out, or take it over with force_conflicts",
        ),
        (
            refused('namespaces "shop" not found', 404, "NotFound"),
            'web.yml:1: Deployment shop/web: namespaces "shop" not found',
        ),
        (SlipwayError("just so"), "web.yml:1: Deployment shop/web: just so"),
    ],
)
def test_sentences(exc: SlipwayError, sentence: str) -> None:
    assert explain(WEB, exc) == sentence


@pytest.mark.parametrize(
    ("manifest", "message", "expected"),
    [
        (SECRET, ".stringData.pin: expected string, got &value.valueUnstructured{Value:31337}", "got (hidden)"),
        (SECRET, ".stringData.flag: odd value hunter2", "odd value (hidden)"),
        (
            WEB,
            ".metadata.name: expected string, got &value.valueUnstructured{Value:8080}",
            "got 8080; write it in quotes",
        ),
    ],
)
def test_values_of_secrets_are_not_repeated(manifest: Manifest, message: str, expected: str) -> None:
    told = explain(manifest, refused(TYPED + message))
    assert told.endswith(expected) or expected in told
    assert "31337" not in told
    assert "hunter2" not in told


@pytest.mark.parametrize(
    ("exc", "expected"),
    [
        (refused(TYPED + ".spec.a: field not declared in schema"), True),
        (refused('strict decoding error: unknown field "spec.a"', 400), True),
        (refused("etcdserver: leader changed"), False),
        (SlipwayError("strict decoding error: x"), False),
    ],
)
def test_what_is_a_mistake_in_a_field(exc: t.Any, expected: bool) -> None:
    assert is_field_error(exc) is expected


def test_a_conflict_names_both_values_but_never_those_of_a_secret() -> None:
    exc = FieldsTaken([FieldConflict("data.flag", "vault", "b3Vycw==", "dGhlaXJz")])
    (settings,) = from_definition({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "s"}})
    assert '("dGhlaXJz" there, "b3Vycw==" here)' in explain(settings, exc)
    told = explain(SECRET, exc)
    assert "data.flag: owned by 'vault', who set another value; leave" in told
    assert "dGhlaXJz" not in told and "b3Vycw==" not in told
