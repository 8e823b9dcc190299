# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hooks of charts, as plain objects in the right order."""

from __future__ import annotations

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.manifests.manifest import Manifest, from_text
from ansible_collections.slipway.deploy.plugins.module_utils.kube.sources.chart_hooks import as_plain_objects


def objects(*hooks: tuple[str, str, str, str]) -> list[Manifest]:
    """(kind, name, hook, weight)"""
    texts = []
    for kind, name, hook, weight in hooks:
        marks = [f"helm.sh/hook: {hook}"] * bool(hook) + [f'helm.sh/hook-weight: "{weight}"'] * bool(weight)
        texts.append(f"apiVersion: v1\nkind: {kind}\nmetadata: {{name: {name}, annotations: {{{', '.join(marks)}}}}}\n")
    return as_plain_objects(from_text("---\n".join(texts), "helm chart web"))


def barriers(found: list[Manifest]) -> dict[str, str | None]:
    return {m.ref.name: m.obj["metadata"]["annotations"].get("slipway.deploy/barrier") for m in found}


def test_they_come_before_and_after_the_others_by_their_weight() -> None:
    found = objects(
        ("Deployment", "web", "", ""),
        ("Job", "migrate", "'pre-install,pre-upgrade'", "5"),
        ("ConfigMap", "settings", "pre-install", "-5"),
        ("Secret", "same", "pre-upgrade", "-5"),
        ("Job", "notify", "post-install", ""),
        ("Job", "late", "post-upgrade", "10"),
    )
    assert barriers(found) == {
        "web": None,
        "migrate": "-1",
        "settings": "-2",
        "same": "-2",
        "notify": "1",
        "late": "2",
    }


def test_those_that_belong_to_other_occasions_are_left_out() -> None:
    found = objects(
        ("Pod", "try", "test", ""),
        ("Job", "bye", "'pre-delete, post-delete'", ""),
        ("Job", "back", "pre-rollback", ""),
        ("Job", "unknown", "crd-install", ""),
        ("Job", "both", "'post-delete, post-install'", ""),
    )
    assert barriers(found) == {"both": "1"}


def test_a_job_may_be_made_anew_and_a_chart_has_the_last_word() -> None:
    job, config = objects(("Job", "a", "pre-install", ""), ("ConfigMap", "b", "pre-install", ""))
    assert job.obj["metadata"]["annotations"]["slipway.deploy/recreate"] == "true"
    assert "slipway.deploy/recreate" not in config.obj["metadata"]["annotations"]
    text = (
        "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: a\n  annotations:\n    helm.sh/hook: pre-install\n"
        '    slipway.deploy/barrier: "7"\n    slipway.deploy/recreate: "false"\n'
    )
    (own,) = as_plain_objects(from_text(text, "t"))
    annotations = own.obj["metadata"]["annotations"]
    assert (annotations["slipway.deploy/barrier"], annotations["slipway.deploy/recreate"]) == ("7", "false")


def test_a_weight_that_is_none_has_its_line() -> None:
    with pytest.raises(InputError, match=r"helm chart web:3: helm\.sh/hook-weight of Job a is 'heavy', not a whole"):
        objects(("Job", "a", "pre-install", "heavy"))
