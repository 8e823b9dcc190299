# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The verb `kubeadm_info`: how far kubeadm has come on this host, and what would stop it."""

from __future__ import annotations

import os
import shutil
import typing as t
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Params, Result, TaskContext, Verb
from ansible_collections.slipway.deploy.plugins.module_utils.kubeadm.record import NodeRecord

_SWAPS = Path("/proc/swaps")


#: A user that is no administrator does not have these on PATH.
_MORE_PATHS = ("/usr/local/sbin", "/usr/sbin", "/sbin")


def look(params: Params, context: TaskContext) -> Result:
    """Read our record, kubeadm's files, the kernel's list of swap devices; look for programs."""
    record = NodeRecord()
    facts = record.facts()
    return {
        "changed": False,
        "state": facts.state,
        "ca_sha256": facts.ca,
        "version": record.version(),
        "swap": swap_devices(_SWAPS),
        "missing_programs": missing_programs(params["programs"], context.env.get("PATH", "")),
    }


def missing_programs(names: t.Iterable[str], path: str) -> list[str]:
    where = os.pathsep.join([path, *_MORE_PATHS])
    return [name for name in names if shutil.which(name, path=where) is None]


def swap_devices(table: Path) -> list[str]:
    """First column of the kernel's table, below its heading; a kernel without swap has no table."""
    try:
        lines = table.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    return [line.split()[0] for line in lines[1:] if line.strip()]


KUBEADM_INFO = Verb(
    name="kubeadm_info",
    spec={"argument_spec": {"programs": {"type": "list", "elements": "str", "default": []}}},
    run=look,
)
