# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who comes first."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.slipway.deploy.plugins.module_utils.kube.order import is_crd, rank, waves

IN_ORDER = [
    ("", "Namespace"),
    ("apiextensions.k8s.io", "CustomResourceDefinition"),
    ("", "ServiceAccount"),
    ("rbac.authorization.k8s.io", "Role"),
    ("", "Secret"),
    ("rbac.authorization.k8s.io", "RoleBinding"),
    ("", "PersistentVolumeClaim"),
    ("", "Service"),
    ("apps", "Deployment"),
    ("example.com", "Boat"),
    ("apiregistration.k8s.io", "APIService"),
    ("admissionregistration.k8s.io", "ValidatingWebhookConfiguration"),
    ("admissionregistration.k8s.io", "ValidatingAdmissionPolicyBinding"),
]


@given(st.randoms(use_true_random=False))
def test_waves_are_the_same_however_the_input_is_mixed(dice: random.Random) -> None:
    mixed = list(IN_ORDER)
    dice.shuffle(mixed)
    found = waves(mixed, lambda item: item)
    assert [sorted(w) for w in found] == [sorted(w) for w in waves(IN_ORDER, lambda item: item)]
    ranks = [rank(*item) for wave in found for item in wave]
    assert ranks == sorted(ranks)
    assert waves(mixed, lambda item: item, reverse=True) == found[::-1]


def test_the_order_of_the_table_is_the_order_of_ranks() -> None:
    ranks = [rank(*item) for item in IN_ORDER]
    assert ranks == sorted(ranks)


def test_a_kind_of_another_group_is_not_meant() -> None:
    assert rank("example.com", "Namespace") == rank("apps", "Deployment")
    assert is_crd("apiextensions.k8s.io", "CustomResourceDefinition")
    assert not is_crd("example.com", "CustomResourceDefinition")
