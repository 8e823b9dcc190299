# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The swarm's own settings: what is asked, over what is. Pure."""

from __future__ import annotations

import copy
import re
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError

_SECOND = 1_000_000_000
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_DURATION = re.compile(r"(\d+)([smhd])")
#: The engine's own limits are an hour; less is refused by it with words that nobody understands.
_SHORTEST_CERTIFICATE = 3600

#: Option -> path in the engine's own specification of a swarm.
_PATHS: t.Dict[str, t.Tuple[str, ...]] = {
    "autolock": ("EncryptionConfig", "AutoLockManagers"),
    "node_cert_expiry": ("CAConfig", "NodeCertExpiry"),
    "dispatcher_heartbeat": ("Dispatcher", "HeartbeatPeriod"),
    "task_history_limit": ("Orchestration", "TaskHistoryRetentionLimit"),
    "snapshot_interval": ("Raft", "SnapshotInterval"),
    "keep_old_snapshots": ("Raft", "KeepOldSnapshots"),
}
_DURATIONS = ("node_cert_expiry", "dispatcher_heartbeat")
#: What an engine makes a swarm with: for a prediction before there is one.
FRESH: t.Dict[str, t.Any] = {
    "Name": "default",
    "EncryptionConfig": {"AutoLockManagers": False},
    "CAConfig": {"NodeCertExpiry": 7776000 * _SECOND},
    "Dispatcher": {"HeartbeatPeriod": 5 * _SECOND},
    "Orchestration": {"TaskHistoryRetentionLimit": 5},
    "Raft": {"SnapshotInterval": 10000, "KeepOldSnapshots": 0},
}


def nanoseconds(option: str, text: str) -> int:
    """`90d`, `1h30m`, `5s`."""
    parts = _DURATION.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise InputError(f"{option}: '{text}' is no duration, write it as 90d, 12h, 30m or 5s.")
    return sum(int(number) * _UNITS[unit] for number, unit in parts) * _SECOND


def wanted_spec(spec: t.Mapping[str, t.Any], settings: t.Mapping[str, t.Any]) -> t.Dict[str, t.Any]:
    """`spec` with the settings that are given; the rest stays."""
    wanted = copy.deepcopy(dict(spec))
    for option, (section, field) in _PATHS.items():
        value = settings.get(option)
        if value is None:
            continue
        if option in _DURATIONS:
            value = nanoseconds(option, value)
            if option == "node_cert_expiry" and value < _SHORTEST_CERTIFICATE * _SECOND:
                raise InputError(f"node_cert_expiry: '{settings[option]}' is too short, a node needs at least 1h.")
        wanted[section] = {**(wanted.get(section) or {}), field: value}
    return wanted


def differing(before: t.Mapping[str, t.Any], after: t.Mapping[str, t.Any]) -> t.Dict[str, t.Any]:
    """Option -> value after, of those that change."""
    return {
        option: (after.get(section) or {}).get(field)
        for option, (section, field) in _PATHS.items()
        if (before.get(section) or {}).get(field) != (after.get(section) or {}).get(field)
    }
