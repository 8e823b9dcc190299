# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Debian's and Ubuntu's packages, by apt-get."""

from __future__ import annotations

import re
import time
import typing as t
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.packages.manager import Manager, rows

#: `env`: a Runner's environment is the task's own. Another apt at work (unattended upgrades) is waited for.
_APT = (
    *("env", "DEBIAN_FRONTEND=noninteractive", "NEEDRESTART_MODE=l", "apt-get", "-q", "-y"),
    *("-o", "DPkg::Lock::Timeout=300", "-o", "Acquire::Retries=3"),
    *("-o", "Dpkg::Options::=--force-confdef", "-o", "Dpkg::Options::=--force-confold"),
)
_LISTS = (Path("/var/lib/apt/periodic/update-success-stamp"), Path("/var/lib/apt/lists"))
_STAMP = Path("/var/lib/slipway/apt-update")


class Apt(Manager):
    def installed(self, names: t.Sequence[str]) -> t.Dict[str, str]:
        done = self.run(["dpkg-query", "-W", "-f", "${Package}\t${db:Status-Status}\t${Version}\n", *names])
        return {row[0]: row[2] for row in rows(done.out) if row[1] == "installed"}

    def versions(self, names: t.Sequence[str]) -> t.Dict[str, t.List[str]]:
        found: t.Dict[str, t.List[str]] = {}
        for line in self.run(["apt-cache", "madison", *names]).out.splitlines():
            fields = [field.strip() for field in line.split("|")]
            if fields[-1].endswith("Packages"):
                found.setdefault(fields[0], []).append(fields[1])
        return {name: list(dict.fromkeys(versions)) for name, versions in found.items()}  # apt sorts them

    def candidates(self, names: t.Sequence[str]) -> t.Dict[str, str]:
        text = self.run(["env", "LC_ALL=C", "apt-cache", "policy", *names]).out
        found = re.findall(r"^(\S+):\n(?:  .*\n)*?  Candidate: (\S+)", text, re.MULTILINE)
        return {name: version for name, version in found if version != "(none)"}

    def lists_age(self) -> float:
        times = [path.stat().st_mtime for path in (*_LISTS[:1], _STAMP) if path.exists()]
        return time.time() - max(times) if times and any(_LISTS[1].glob("*Packages*")) else float("inf")

    def refresh(self) -> None:
        self.must([*_APT, "update"])
        _STAMP.parent.mkdir(parents=True, exist_ok=True)
        _STAMP.touch()

    def install(self, targets: t.Mapping[str, str], *, downgrade: bool) -> None:
        options = ["--no-install-recommends", "--allow-change-held-packages"]
        options += ["--allow-downgrades"] if downgrade else []
        names = [f"{name}={version}" if version else name for name, version in targets.items()]
        self.must([*_APT, "install", *options, *names])

    def remove(self, names: t.Sequence[str]) -> None:
        self.must([*_APT, "purge", "--allow-change-held-packages", *names])

    def held(self, names: t.Sequence[str]) -> t.Set[str]:
        return set(self.run(["apt-mark", "showhold", *names]).out.split())

    def hold(self, names: t.Sequence[str]) -> None:
        self.must(["apt-mark", "hold", *names])

    def unhold(self, names: t.Sequence[str]) -> None:
        self.must(["apt-mark", "unhold", *names])
