# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lab, its two pages and a visitor."""

from __future__ import annotations

import pathlib
import typing as t

import pytest
from the_lab import LAB, address, demo
from visitor import Visitor


@pytest.fixture(scope="session")
def lab() -> pathlib.Path:
    """The lab as `make demo` leaves it. Without it the first run of these tests makes it."""
    run = demo("v1")
    assert run.code == 0, run.tail()
    return LAB


@pytest.fixture(scope="session")
def cluster_url(lab: pathlib.Path) -> str:
    return f"http://{address('worker1')}:30080/"


@pytest.fixture(scope="session")
def compose_url(lab: pathlib.Path) -> str:
    return f"http://{address('docker1')}:8000/"


@pytest.fixture
def visitors(cluster_url: str, compose_url: str) -> t.Iterator[list[Visitor]]:
    """One at the cluster's page; whoever wants to see the Compose host's restart asks it himself."""
    asking = [Visitor(cluster_url)]
    for visitor in asking:
        visitor.start()
    yield asking
    for visitor in asking:
        visitor.stop()
