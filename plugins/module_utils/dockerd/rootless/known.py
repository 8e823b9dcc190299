# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whose engines are ours, and whose processes stay because of us: so that they can be removed again."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.files import read_text, write_atomic

NOTE = Path("/var/lib/slipway/docker-rootless.json")


def known(note: Path = NOTE) -> t.Dict[str, bool]:
    """User -> whether lingering is ours. A note that cannot be read counts as none."""
    try:
        data = json.loads(read_text(note) or "{}")
    except ValueError:
        return {}
    return {str(name): bool(linger) for name, linger in data.items()} if isinstance(data, dict) else {}


def remember(name: str, lingers: bool, note: Path = NOTE) -> None:
    """`lingers`: from now on because of us. It stays so once it is."""
    before = known(note)
    _write({**before, name: lingers or before.get(name, False)}, note)


def forget(name: str, note: Path = NOTE) -> None:
    _write({other: linger for other, linger in known(note).items() if other != name}, note)


def _write(data: t.Mapping[str, bool], note: Path) -> None:
    if data == known(note):
        return
    if not data:
        note.unlink(missing_ok=True)
        return
    note.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    write_atomic(note, json.dumps(data, sort_keys=True) + "\n", 0o644)
