# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.compose.document import SECRETS_LABEL
from ansible_collections.slipway.deploy.plugins.module_utils.compose.reasons import reason

A, B = "a" * 64, "b" * 64


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            {"image": f"x@sha256:{A}"},
            {"image": f"x@sha256:{B}"},
            f"image x: digest sha256:{A[:12]} becomes sha256:{B[:12]}",
        ),
        ({"image": "x:1"}, {"image": "y:1"}, "image x:1 becomes y:1"),
        (
            {"environment": {"A": "s3cret"}},
            {"environment": {"A": "other", "B": "1"}},
            "environment.A changed, environment.B added",
        ),
        ({"environment": {"A": "s3cret"}}, {}, "environment.A removed"),
        (
            {"labels": {SECRETS_LABEL: "db=1,api=2"}},
            {"labels": {SECRETS_LABEL: "db=3"}},
            "secret db changed, secret api removed",
        ),
        ({"command": ["a"]}, {"command": ["b"]}, "command changed"),
        ({"deploy": {"replicas": 1}}, {"deploy": {"replicas": 3}}, "its configuration changed"),
        (
            {"volumes": [{"source": "/p/.slipway/files/1/nginx.conf", "target": "/n"}]},
            {"volumes": [{"source": "/p/.slipway/files/2/nginx.conf", "target": "/n"}]},
            "file nginx.conf changed",
        ),
        ({}, {"volumes": [{"source": "data", "target": "/d"}]}, "volumes /d added"),
        ({}, {key: ["1"] for key in "abcdefghi"}, "a added, b added, c added, d added, e added, f added, and 3 more"),
    ],
)
def test_reasons(old: dict[str, t.Any], new: dict[str, t.Any], said: str) -> None:
    found = reason(old, new)
    assert found == said
    assert "s3cret" not in found
