# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from pathlib import Path

from ansible_collections.slipway.deploy.plugins.plugin_utils.described_context import DescribedContext
from ansible_collections.slipway.deploy.tests.unit.plugins.module_utils.image.options import defaults


def test_keys_of_the_host_are_not_looked_for_on_the_controller(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM scratch\nCOPY Dockerfile /\n")
    params = defaults(path=str(tmp_path), ssh=["default", "deploy=/only/on/the/host"])
    described = DescribedContext(params, {"HOME": str(tmp_path)})
    assert described.option()["name"] == f"{tmp_path}/Dockerfile"
