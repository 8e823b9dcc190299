# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Everything is found by its full name once the collection is installed."""

from __future__ import annotations

import json
import pathlib
import typing as t

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PLAYBOOKS = sorted(path.stem for path in (ROOT / "playbooks").glob("*.yml"))
MODULES = sorted(path.stem for path in (ROOT / "plugins/modules").glob("*.py"))
ROLES = sorted(path.name for path in (ROOT / "roles").iterdir() if path.is_dir())


def test_playbooks_by_name(
    outside: t.Callable[..., str], collections: pathlib.Path, lab_inventory: pathlib.Path
) -> None:
    names = [f"slipway.deploy.{name}" for name in PLAYBOOKS]
    shown = outside("ansible-playbook", "--syntax-check", "-i", str(lab_inventory), *names)
    installed = collections / "ansible_collections/slipway/deploy/playbooks"
    assert [name for name in PLAYBOOKS if f"playbook: {installed}/{name}.yml" not in shown] == []


@pytest.mark.parametrize(("kind", "names"), [("module", MODULES), ("role", ROLES)])
def test_documented_by_name(outside: t.Callable[..., str], kind: str, names: list[str]) -> None:
    full = [f"slipway.deploy.{name}" for name in names]
    assert sorted(json.loads(outside("ansible-doc", "--json", "-t", kind, *full))) == full


def test_filters_by_name(outside: t.Callable[..., str]) -> None:
    listed = json.loads(outside("ansible-doc", "--json", "-t", "filter", "-l", "slipway.deploy"))
    assert "slipway.deploy.k8s_health" in listed
