# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Debian's minimal system as a tar archive, made by debootstrap where no image can be pulled."""

from __future__ import annotations

import hashlib
import platform
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import Runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.lab.cache import Cache

#: The machine's own identity and what only fills the archive.
_EMPTIED = ("etc/resolv.conf", "etc/hostname", "etc/machine-id")
_LEFT_OUT = (
    *("./var/cache/apt/*", "./var/lib/apt/lists/*", "./var/log/*.log"),
    *("./usr/share/doc/*", "./usr/share/man/*", "./usr/share/locale/*"),
)


def make(run: Runner, cache: Cache, suite: str, mirror: str, archive: Path) -> None:
    """debootstrap into a scratch directory, then tar."""
    tree = cache.scratch()
    tree.chmod(0o755)
    # Without a mirror, debootstrap takes its own default.
    done = run(["debootstrap", "--variant=minbase", suite, str(tree), *([mirror] if mirror else [])])
    if not done.ok:
        where = f" from {mirror}" if mirror else ""
        raise SlipwayError(f"debootstrap could not make Debian {suite}{where}: {done.tail(5)}")
    for name in _EMPTIED:
        (tree / name).write_text("", encoding="utf-8")
    _tar(run, tree, archive)
    cache.discard(tree)


def _tar(run: Runner, tree: Path, archive: Path) -> None:
    excluded = [f"--exclude={pattern}" for pattern in _LEFT_OUT]
    options = ["--numeric-owner", "--sort=name", "--one-file-system"]
    done = run(["tar", "--create", *options, *excluded, f"--file={archive}", f"--directory={tree}", "."])
    if not done.ok:
        raise SlipwayError(f"The root file system could not be archived: {done.tail(3)}")


def archive_name(suite: str, mirror: str) -> str:
    """Tells all that the archive depends on: another recipe, another name."""
    recipe = "\0".join([suite, mirror, *_EMPTIED, *_LEFT_OUT])
    return f"rootfs-{suite}-{platform.machine()}-{hashlib.sha256(recipe.encode()).hexdigest()[:8]}.tar"
