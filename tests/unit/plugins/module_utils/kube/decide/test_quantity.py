# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.kube.decide.quantity import canonical


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("0.5", "500m"),
        (0.5, "500m"),
        (1, "1"),
        ("1000m", "1"),
        ("0.10", "100m"),
        ("1024Mi", "1Gi"),
        ("1.5Gi", "1536Mi"),
        ("0.5Ki", "512"),
        ("1024", "1024"),
        ("1000", "1k"),
        ("1500", "1500"),
        ("100000000", "100M"),
        ("0", "0"),
        ("0Gi", "0"),
        ("-0.5", "-500m"),
        ("+1", "1"),
        ("1.", "1"),
        (".5", "500m"),
        ("1E", "1E"),
    ],
)
def test_the_servers_spelling(written: object, kept: str) -> None:
    assert canonical(written) == kept
    assert canonical(kept) == kept


@pytest.mark.parametrize(
    "text",
    [
        True,
        None,
        "",
        "m",
        "1 Gi",
        "1gi",
        "abc",
        "1e",
        "0.0000000001",
        "1.001",
        "1.00E2",
        "1e3",
        "1.5k",
        "1u",
        "9" * 30,
        "1e99999",
    ],
)
def test_what_is_no_certain_quantity(text: object) -> None:
    assert canonical(text) is None
