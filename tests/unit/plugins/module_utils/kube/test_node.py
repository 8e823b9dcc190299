# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What k8s_node refuses before it asks the cluster anything."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import TaskContext
from ansible_collections.slipway.deploy.plugins.module_utils.kube.node import VERB


@pytest.mark.parametrize(
    ("params", "says"),
    [
        ({"name": []}, "name is empty: name at least one node"),
        ({"label_selectors": []}, "name is empty: name at least one node"),
        ({"name": ["n1"], "pod_selectors": ["a=b"]}, "pod_selectors is only for state: drained."),
        ({"name": ["n1"], "delete_options": {"force": True}}, "delete_options is only for state: drained."),
        (
            {"name": ["n1"], "state": "drained", "delete_options": {"terminate_grace_period": -1}},
            "terminate_grace_period cannot be negative.",
        ),
    ],
)
def test_refused(params: dict[str, t.Any], says: str) -> None:
    with pytest.raises(InputError, match=says):
        VERB.run({"state": "cordoned", **params}, TaskContext())
