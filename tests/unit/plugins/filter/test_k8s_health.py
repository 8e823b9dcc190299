# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter, as playbooks see it."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.slipway.deploy.plugins.filter.k8s_health import FilterModule

HEALTH = FilterModule().filters()["k8s_health"]


def test_one_object():
    assert HEALTH({"apiVersion": "v1", "kind": "Namespace", "status": {"phase": "Active"}}) == {
        "status": "Current",
        "message": "active",
    }


def test_many_objects():
    assert [h["status"] for h in HEALTH([None, {"kind": "x"}])] == ["NotFound", "Unknown"]


def test_rules():
    toy = {"apiVersion": "example.com/v1", "kind": "Toy", "status": {"done": True}}
    assert HEALTH(toy, rules=[{"kind": "Toy", "current": "status.done"}])["message"] == "status.done is true"
    with pytest.raises(AnsibleFilterError, match=r"k8s_health: rules\[0\]\.current: 'a\.\.b' is not a JMESPath"):
        HEALTH(toy, rules=[{"kind": "Toy", "current": "a..b"}])
