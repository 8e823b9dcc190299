# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Collects garbage: blobs that no manifest needs. The registry is read-only meanwhile.

Its collector must not run beside writes: it would take a blob that is pushed for a manifest which comes a moment later.
So pushes are refused for its time, and a push that had uploaded blobs before is refused its manifest afterwards.
"""

from __future__ import annotations

import re
import subprocess

from slipway_registry.host import (
    Host,
    RegistryError,
    alone,
    as_registry,
    become_read_only,
    become_writable,
    say,
)

_ELIGIBLE = re.compile(r"(\d+) blobs marked, (\d+) blobs and (\d+) manifests eligible for deletion")


def collect(host: Host) -> None:
    with alone(host):
        become_read_only(host)
        try:
            # Never with --delete-untagged: this version takes the members of a tagged index for untagged.
            command = [host.program, "garbage-collect", str(host.config)]
            done = subprocess.run(command, capture_output=True, text=True, check=False, **as_registry(host))
        finally:
            become_writable(host)
    said = done.stdout + done.stderr
    if done.returncode and not _empty(said):
        raise RegistryError(f"garbage-collect failed: {said.strip().splitlines()[-1:]}")
    found = _ELIGIBLE.search(said)
    say(
        f"{found.group(1)} blobs are needed, {found.group(2)} were removed" if found else "there was nothing to collect"
    )


def _empty(said: str) -> bool:
    """A registry that nobody has pushed to has no directory of repositories."""
    return "Path not found" in said and "/repositories" in said
