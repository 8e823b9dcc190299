# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the package managers of the distributions have in common."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import Completed, Runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError

_LAST_LINES = 4


class Manager:
    """One distribution family's way. `run` is injected."""

    def __init__(self, run: Runner) -> None:
        self.run = run

    def installed(self, names: t.Sequence[str]) -> t.Dict[str, str]:
        """name -> version, of those that are installed."""
        raise NotImplementedError

    def versions(self, names: t.Sequence[str]) -> t.Dict[str, t.List[str]]:
        """name -> what the sources have, newest first."""
        raise NotImplementedError

    def candidates(self, names: t.Sequence[str]) -> t.Dict[str, str]:
        """name -> what the manager would take by itself."""
        raise NotImplementedError

    def lists_age(self) -> float:
        """Seconds since the sources were last asked."""
        raise NotImplementedError

    def refresh(self) -> None:
        raise NotImplementedError

    def install(self, targets: t.Mapping[str, str], *, downgrade: bool) -> None:
        raise NotImplementedError

    def remove(self, names: t.Sequence[str]) -> None:
        raise NotImplementedError

    def held(self, names: t.Sequence[str]) -> t.Set[str]:
        """Those that an upgrade of the whole system leaves alone."""
        raise NotImplementedError

    def hold(self, names: t.Sequence[str]) -> None:
        raise NotImplementedError

    def unhold(self, names: t.Sequence[str]) -> None:
        raise NotImplementedError

    def must(self, argv: t.Sequence[str]) -> Completed:
        done = self.run(argv)
        if not done.ok:
            words = [word for word in argv if word != "env" and not word.startswith("-") and "=" not in word]
            raise SlipwayError(f"{' '.join(words[:2])} failed: {done.tail(_LAST_LINES)}")
        return done


def rows(text: str) -> t.List[t.List[str]]:
    """Lines of fields that are parted by tabs; everything else is what the program had to say besides."""
    return [line.split("\t") for line in text.splitlines() if "\t" in line]
