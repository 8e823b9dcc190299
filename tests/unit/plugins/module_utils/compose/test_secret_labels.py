# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.compose.secret_labels import LABEL, key_at, override

CONFIG = {
    "services": {"web": {"secrets": [{"source": "db"}]}, "db": {"secrets": ["db"]}, "cache": {}},
    "secrets": {"db": {"file": "/opt/app/secrets/db_password"}},
}


def labels(secrets: dict[str, str], key: str = "k") -> dict[str, str]:
    services = json.loads(override(CONFIG, secrets, key))["services"]
    return {name: service["labels"][LABEL] for name, service in services.items()}


def test_only_users_of_a_secret_carry_its_hash() -> None:
    one = labels({"db_password": "one"})
    assert sorted(one) == ["db", "web"]
    assert one != labels({"db_password": "two"})
    assert one != labels({"db_password": "one"}, key="another host's")


def test_the_value_is_not_in_it() -> None:
    assert "hunter2" not in override(CONFIG, {"db_password": "hunter2"}, "k")


def test_the_key_stays(tmp_path: Path) -> None:
    path = tmp_path / "key"
    assert key_at(path, create=False) != key_at(path, create=False)
    assert key_at(path, create=True) == key_at(path, create=True)
