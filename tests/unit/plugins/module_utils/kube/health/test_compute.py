# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Objects as API servers return them, in; status and message, out."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.compute import RULES, compute
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.model import STATUSES
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.trouble import trouble_of

CASES = [
    pytest.param(case, id=f"{path.stem}: {case['case']}")
    for path in sorted(Path(__file__).parent.glob("*.yml"))
    for case in yaml.safe_load(path.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize("case", CASES)
def test_table(case):
    health = compute(case["object"])
    assert health.status == case["status"], health.message
    assert health.message == case.get("message", health.message)
    assert health.message


def test_every_rule_has_a_case():
    told = {(c["object"] or {}).get("kind") for (c,) in (p.values for p in CASES) if isinstance(c["object"], dict)}
    kinds = {kind for rules in RULES.values() for kind in rules}
    assert kinds - told <= {"Event", "ReplicationController"}


NAMES = st.sampled_from(
    """
    apiVersion kind metadata spec status conditions type reason message generation observedGeneration replicas
    updatedReplicas phase containerStatuses initContainerStatuses state lastState waiting terminated restartCount
    exitCode ready ingress loadBalancer updateStrategy rollingUpdate partition finalizers deletionTimestamp
    """.split()  # noqa: SIM905 (a list would take a line for each)
)
WORDS = st.sampled_from(["True", "False", "Ready", "Stalled", "CrashLoopBackOff", "ImagePullBackOff", "Failed", ""])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | WORDS | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES | st.text(max_size=3), inner, max_size=5),
    max_leaves=25,
)
KINDS = [(f"{group}/v1" if group else "v1", kind) for group, rules in RULES.items() for kind in rules]


@given(VALUES)
def test_anything_has_a_health(value):
    assert compute(value).status in STATUSES


@given(
    st.sampled_from(KINDS),
    st.fixed_dictionaries({}, optional={"metadata": VALUES, "spec": VALUES, "status": VALUES}),
)
def test_any_object_of_a_known_kind_has_a_health(kind, content):
    health = compute({"apiVersion": kind[0], "kind": kind[1], **content})
    assert health.status in STATUSES
    assert isinstance(health.message, str)


@given(st.fixed_dictionaries({}, optional={"metadata": VALUES, "spec": VALUES, "status": VALUES}))
def test_any_pod_can_be_asked_for_its_trouble(pod):
    trouble = trouble_of(pod)
    assert trouble is None or trouble.grace >= 0
