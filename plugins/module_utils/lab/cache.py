# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Large files that are kept between runs: a file counts only with its checksum beside it, written last."""

from __future__ import annotations

import shutil
import tempfile
import typing as t
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import Runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.common.files import read_text, write_atomic
from ansible_collections.slipway.deploy.plugins.module_utils.common.sha256 import sha256_of


class Cache:
    """A directory of files with checksums, and a scratch directory on the same disk."""

    def __init__(self, directory: Path, run: Runner) -> None:
        self.directory = directory
        self._run = run

    def path(self, name: str) -> Path:
        return self.directory / name

    def has(self, name: str) -> bool:
        """Complete, as far as its size tells. Cheap: for runs in which nothing is to be done."""
        path = self.path(name)
        record = (read_text(_sidecar(path)) or "").split()
        return len(record) == 3 and path.is_file() and str(path.stat().st_size) == record[2]  # noqa: PLR2004

    def intact(self, name: str) -> bool:
        """Complete and unspoilt: its content has the checksum."""
        record = (read_text(_sidecar(self.path(name))) or "").split()
        return self.has(name) and record[0] == sha256_of(self.path(name))

    def add(self, name: str, make: t.Callable[[Path], None]) -> Path:
        """`make` writes to a path in a scratch directory; the target appears whole, or not at all."""
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        scratch = self.scratch()
        fresh = scratch / path.name
        make(fresh)
        record = f"{sha256_of(fresh)}  {path.name} {fresh.stat().st_size}\n"
        _sidecar(path).unlink(missing_ok=True)
        fresh.replace(path)
        write_atomic(_sidecar(path), record, mode=0o644)
        self.discard(scratch)
        return path

    def remove(self, pattern: str, keep: str) -> None:
        """Files whose names match, with their checksums, except one."""
        for path in self.directory.glob(pattern):
            if path != self.path(keep):
                _sidecar(path).unlink(missing_ok=True)
                path.unlink()

    def scratch(self) -> Path:
        """A directory that nobody else has: a program whose parent was killed may still write to the last run's."""
        parent = self.directory / "tmp"
        parent.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(dir=str(parent)))

    def clear_scratch(self) -> None:
        """What killed runs left."""
        for path in (self.directory / "tmp").glob("*"):
            self.discard(path)

    def discard(self, path: Path) -> None:
        """Remove the tree, but first what a killed debootstrap left mounted in it: /proc must not be deleted into."""
        for mounted in reversed(_mounts_below(path)):
            done = self._run(["umount", "--lazy", mounted])
            if not done.ok:
                raise SlipwayError(f"{mounted} is still mounted and cannot be unmounted: {done.tail(2)}")
        shutil.rmtree(path)


def _sidecar(path: Path) -> Path:
    return path.with_name(path.name + ".sha256")


def _mounts_below(path: Path) -> t.List[str]:
    points = [line.split()[1] for line in Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines()]
    return sorted(point for point in points if point.startswith(f"{path.resolve()}/"))
