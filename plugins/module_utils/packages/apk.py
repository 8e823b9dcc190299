# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Alpine's packages, by apk. A version that is written into its world file is a version that is held."""

from __future__ import annotations

import re
import time
import typing as t
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.packages.manager import Manager
from ansible_collections.slipway.deploy.plugins.module_utils.packages.versions import newest_first

_LISTS = Path("/var/cache/apk")
_WORLD = Path("/etc/apk/world")
_POLICY = re.compile(r"^(\S+) policy:\n((?:  .*\n?)*)", re.MULTILINE)


class Apk(Manager):
    def installed(self, names: t.Sequence[str]) -> t.Dict[str, str]:
        found = {}
        for name in names:
            done = self.run(["apk", "info", "-e", "-v", name])
            if done.ok and done.out.strip():
                found[name] = done.out.strip().splitlines()[0][len(name) + 1 :]
        return found

    def versions(self, names: t.Sequence[str]) -> t.Dict[str, t.List[str]]:
        text = self.run(["apk", "policy", *names]).out
        return {
            name: newest_first(re.findall(r"^  (\S+):$", block, re.MULTILINE))
            for name, block in _POLICY.findall(text)
            if "http" in block or "/" in block
        }

    def candidates(self, names: t.Sequence[str]) -> t.Dict[str, str]:
        return {name: versions[0] for name, versions in self.versions(names).items() if versions}

    def lists_age(self) -> float:
        times = [path.stat().st_mtime for path in _LISTS.glob("APKINDEX*")]
        return time.time() - max(times) if times else float("inf")

    def refresh(self) -> None:
        self.must(["apk", "update", "--quiet"])

    def install(self, targets: t.Mapping[str, str], *, downgrade: bool) -> None:
        del downgrade  # a version that is named is taken, whether older or newer
        self.must(["apk", "add", "--quiet", *(f"{n}={v}" if v else n for n, v in targets.items())])

    def remove(self, names: t.Sequence[str]) -> None:
        self.must(["apk", "del", "--quiet", *names])

    def held(self, names: t.Sequence[str]) -> t.Set[str]:
        world = _WORLD.read_text(encoding="utf-8").split() if _WORLD.exists() else []
        return {name for name in names if any(entry.startswith(f"{name}=") for entry in world)}

    def hold(self, names: t.Sequence[str]) -> None:
        versions = self.installed(names)
        self.must(["apk", "add", "--quiet", *(f"{name}={versions[name]}" for name in names)])

    def unhold(self, names: t.Sequence[str]) -> None:
        self.must(["apk", "add", "--quiet", *names])
