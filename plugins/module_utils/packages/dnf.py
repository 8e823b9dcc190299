# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Packages of Red Hat's family and Fedora, by dnf (4 and 5)."""

from __future__ import annotations

import re
import time
import typing as t
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.packages.manager import Manager, rows
from ansible_collections.slipway.deploy.plugins.module_utils.packages.versions import newest_first

_CACHES = (Path("/var/cache/dnf"), Path("/var/cache/libdnf5"))


class Dnf(Manager):
    def installed(self, names: t.Sequence[str]) -> t.Dict[str, str]:
        done = self.run(["rpm", "-q", "--qf", "%{NAME}\t%{EPOCHNUM}:%{VERSION}-%{RELEASE}\n", *names])
        return {row[0]: _plain(row[1]) for row in rows(done.out)}

    def versions(self, names: t.Sequence[str]) -> t.Dict[str, t.List[str]]:
        query = ["--qf", "%{name}\t%{epoch}:%{version}-%{release}\n"]
        found: t.Dict[str, t.List[str]] = {}
        for row in rows(self.run(["dnf", "-q", "repoquery", "--available", *query, *names]).out):
            found.setdefault(row[0], []).append(_plain(row[1]))
        return {name: newest_first(versions) for name, versions in found.items()}

    def candidates(self, names: t.Sequence[str]) -> t.Dict[str, str]:
        return {name: versions[0] for name, versions in self.versions(names).items()}

    def lists_age(self) -> float:
        times = [path.stat().st_mtime for path in _CACHES if path.exists()]
        return time.time() - max(times) if times else float("inf")

    def refresh(self) -> None:
        self.must(["dnf", "-q", "-y", "makecache"])

    def install(self, targets: t.Mapping[str, str], *, downgrade: bool) -> None:
        locked = self.held(list(targets))
        if locked:
            self.unhold(sorted(locked))
        old = self.installed(list(targets)) if downgrade else {}
        for word, chosen in (
            ("downgrade", [n for n in targets if n in old]),
            ("install", [n for n in targets if n not in old]),
        ):
            if chosen:
                self.must(
                    ["dnf", "-y", "--setopt=install_weak_deps=False", word, *(_spec(n, targets[n]) for n in chosen)]
                )

    def remove(self, names: t.Sequence[str]) -> None:
        self.must(["dnf", "-y", "remove", *names])

    def held(self, names: t.Sequence[str]) -> t.Set[str]:
        """The two generations list locks in ways of their own; both name the package."""
        text = self.run(["dnf", "-q", "versionlock", "list"]).out
        return {name for name in names if re.search(rf"(^|\s){re.escape(name)}(-\d|\s|$)", text, re.MULTILINE)}

    def hold(self, names: t.Sequence[str]) -> None:
        self.must(["dnf", "-y", "versionlock", "add", *names])

    def unhold(self, names: t.Sequence[str]) -> None:
        self.must(["dnf", "-y", "versionlock", "delete", *names])


def _plain(version: str) -> str:
    """dnf takes a version without the epoch 0, and prints it with it."""
    return re.sub(r"\A(0|\(none\)):", "", version)


def _spec(name: str, version: str) -> str:
    return f"{name}-{version}" if version else name
