# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What outlives the process: the pools (a reboot serves at once), and, until a reboot, who was drained or healthy."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
import typing as t
from pathlib import Path

from slipway_edge.labels import Pool
from slipway_edge.settings import Settings
from slipway_edge.table import Table


def write_atomic(path: Path, value: t.Any, mode: int = 0o640) -> None:
    """Beside the target, flushed, renamed: a reader sees the old one or the new one. The directory's group reads it."""
    path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=str(path.parent), prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            json.dump(value, out, indent=1, sort_keys=True)
            out.flush()
            os.fchmod(out.fileno(), mode)
            os.fchown(out.fileno(), -1, path.parent.stat().st_gid)
            os.fsync(out.fileno())
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            Path(name).unlink()
        raise


def read(path: Path) -> t.Any:
    """None where it is not there or is not ours: it only shortens a start."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None


def make_shared(directory: Path, group: str) -> None:
    """A directory of root's, in which Caddy may read."""
    directory.mkdir(mode=0o750, parents=True, exist_ok=True)
    shutil.chown(directory, group=group)


def caddy_file(settings: Settings) -> Path:
    """What Caddy starts with: its last good configuration."""
    return Path(settings.state_dir, "caddy.json")


def save_pools(path: Path, table: Table) -> None:
    entries = [
        {
            **{"host": pool.host, "path": pool.path, "scheme": pool.scheme},
            **{"ports": table.ports[pool], "priority": table.priorities.get(pool, 0)},
        }
        for pool in sorted(table.seen)
    ]
    write_atomic(path, entries)


def restore_pools(path: Path, table: Table, now: float) -> None:
    with contextlib.suppress(KeyError, TypeError):
        for entry in read(path) or []:
            pool = Pool(entry["host"], entry["path"], entry["scheme"])
            table.ports[pool] = tuple(int(port) for port in entry["ports"])
            table.priorities[pool] = int(entry["priority"])
            table.seen[pool] = now


def save_marks(path: Path, table: Table) -> None:
    write_atomic(path, {"drained": table.drained, "healthy": table.healthy})


def restore_marks(path: Path, table: Table) -> None:
    """They are dropped by the table's next update where they no longer hold."""
    found = read(path)
    if isinstance(found, dict):
        table.drained.update(found.get("drained") or {})
        table.healthy.update(found.get("healthy") or {})
