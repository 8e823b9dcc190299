# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Durations, and where they stand."""

from __future__ import annotations

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.manifests.manifest import Place
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.options import wait_options
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.timeouts import own_timeout, seconds


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        *[("90", 90), (90, 90), ("90s", 90), ("10m", 600), ("1h30m", 5400), ("1.5m", 90), ("0", 0)],
        *[(wrong, None) for wrong in ("soon", "", "10 m", "-5", "m", "5m3", True, None)],
    ],
)
def test_seconds(written, expected):
    assert seconds(written) == expected


def test_a_bad_annotation_is_named_with_its_place():
    obj = {"kind": "Pod", "metadata": {"name": "a", "annotations": {"slipway.deploy/wait-timeout": "0"}}}
    with pytest.raises(
        InputError, match=r"^web\.yaml:7: Pod a: the annotation slipway.deploy/wait-timeout is '0', which"
    ):
        own_timeout(obj, Place("web.yaml", 7))
    assert own_timeout({"metadata": {"annotations": None}}) is None


def test_the_grace_of_unschedulable_pods():
    assert wait_options({}).graces == {"schedule": 600}
    assert wait_options({"unschedulable_grace": 5}).graces == {"schedule": 5}
    with pytest.raises(InputError, match="unschedulable_grace is -1"):
        wait_options({"unschedulable_grace": -1})
