# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Selectors, as the API server reads them."""

from __future__ import annotations

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.selector import check_selector, matches

POD = {
    "metadata": {"name": "a", "labels": {"app": "web", "tier/x": ""}},
    "spec": {"on": True},
    "status": {"phase": "Run"},
}


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ("", True),
        ("app=web", True),
        ("app==web", True),
        ("app=api", False),
        ("app!=api", True),
        ("missing!=api", True),
        ("app!=web", False),
        ("app in (api, web)", True),
        ("app in (api),tier/x", False),
        ("app notin (api,db)", True),
        ("missing notin (api)", True),
        ("app,tier/x", True),
        ("!app", False),
        ("!missing, app=web", True),
        ("tier/x=", True),
    ],
)
def test_labels(labels, expected):
    assert matches(POD, labels, "") is expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("status.phase=Run", True),
        ("status.phase!=Run", False),
        ("spec.on=true,metadata.name=a", True),
        ("spec.x=", True),
    ],
)
def test_fields(fields, expected):
    assert matches(POD, "", fields) is expected


@pytest.mark.parametrize("selector", ["app=web=api", "app in web", "in (a)", "a b"])
def test_what_cannot_be_read(selector):
    with pytest.raises(InputError, match="cannot be read"):
        check_selector(selector)
