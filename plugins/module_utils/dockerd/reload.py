# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether the engine takes a new configuration while it runs, or must be restarted for it. Pure."""

from __future__ import annotations

import re
import typing as t

Version = t.Tuple[int, ...]

#: What every engine from 20.10 on reads again on SIGHUP.
_RELOADED = frozenset(
    {
        "debug",
        "default-shm-size",
        "features",
        "insecure-registries",
        "labels",
        "live-restore",
        "max-concurrent-downloads",
        "max-concurrent-uploads",
        "max-download-attempts",
        "network-diagnostic-port",
        "registry-mirrors",
        "runtimes",
        "shutdown-timeout",
    }
)
#: Gone in later ones: (key, the first version without it).
_UNTIL = (("allow-nondistributable-artifacts", (28,)),)


def version_of(text: str) -> Version:
    """`26.1.5+dfsg1` and `Docker version 26.1.5, build ...` alike; empty where there is none."""
    found = re.search(r"(\d+(?:\.\d+)+)", text)
    return tuple(int(part) for part in found.group(1).split(".")) if found else ()


def differing(before: t.Mapping[str, t.Any], after: t.Mapping[str, t.Any]) -> t.List[str]:
    """The keys of the file whose values are not the same."""
    missing = object()
    return sorted(k for k in {*before, *after} if before.get(k, missing) != after.get(k, missing))


def can_reload(before: t.Mapping[str, t.Any], after: t.Mapping[str, t.Any], version: Version) -> bool:
    """Every key that differs can be reloaded. One that is gone cannot: the engine keeps the value that it has."""
    reloaded = _RELOADED | {key for key, end in _UNTIL if version and version < end}
    return all(key in reloaded and key in after for key in differing(before, after))
