# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

from ansible_collections.slipway.deploy.tests.unit.plugins.module_utils.image.host import Host
from ansible_collections.slipway.deploy.tests.unit.plugins.module_utils.registry.fake_registry import FakeRegistry


@pytest.fixture
def host(tmp_path: Path) -> t.Iterator[Host]:
    with FakeRegistry() as registry:
        yield Host(tmp_path, registry)
