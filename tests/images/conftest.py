# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A Docker host of the lab that is there: `make demo`, or docker1 alone."""

from __future__ import annotations

import pytest
from buildkit import Host


@pytest.fixture(scope="session")
def host() -> Host:
    return Host("docker1")
