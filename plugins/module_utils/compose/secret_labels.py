# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Compose does not see that a secret's file changed. A label with a keyed hash makes it part of the configuration."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets as random_source
import typing as t
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.files import read_text, write_atomic

OVERRIDE_FILE = "compose.slipway.yml"
LABEL = "slipway.deploy.secrets"


def key_at(path: Path, create: bool) -> str:
    """The host's own random key: labels are public, and a plain hash of a weak password would give it away."""
    key = read_text(path)
    if key is None:
        key = random_source.token_hex(32)
        if create:
            write_atomic(path, key)
    return key


def override(config: t.Mapping[str, t.Any], secrets: t.Mapping[str, str], key: str) -> str:
    """The override file (JSON is YAML): each service that uses secrets carries the hash of their values."""
    services: t.Dict[str, t.Any] = {}
    for name, service in (config.get("services") or {}).items():
        used = sorted(_file_of(config, item) for item in service.get("secrets") or [])
        values = [(secret, secrets[secret]) for secret in used if secret in secrets]
        if values:
            digest = hmac.new(key.encode(), json.dumps(values).encode(), hashlib.sha256).hexdigest()
            services[name] = {"labels": {LABEL: digest[:32]}}
    return json.dumps({"services": services}, sort_keys=True) + "\n"


def _file_of(config: t.Mapping[str, t.Any], item: t.Any) -> str:
    """The base name of the file behind a service's secret (`secrets:` at the top says which)."""
    source = item if isinstance(item, str) else item.get("source", "")
    declared = (config.get("secrets") or {}).get(source) or {}
    return Path(declared.get("file", source)).name
