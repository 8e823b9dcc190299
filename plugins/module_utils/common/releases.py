# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which of the recorded releases counts: the same on a Docker host and in a cluster. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError

DEPLOYED, FAILED = "deployed", "failed"


class Recorded(t.Protocol):
    """What these rules read of a release."""

    @property
    def revision(self) -> int: ...

    @property
    def status(self) -> str: ...

    @property
    def digest(self) -> str: ...


R = t.TypeVar("R", bound=Recorded)


def last_deployed(releases: t.Sequence[R]) -> R | None:
    good = [r for r in releases if r.status == DEPLOYED]
    return good[-1] if good else None


def target_of(releases: t.Sequence[R], revision: int | None, name: str) -> R:
    """The release to go back to: the one asked for, else the last good one that differs from the current one."""
    good = [r for r in releases if r.status == DEPLOYED]
    if revision is not None:
        for release in good:
            if release.revision == revision:
                return release
        known = ", ".join(str(r.revision) for r in good) or "none"
        raise InputError(f"to_revision: '{name}' has no release {revision} to go back to (known: {known}).")
    for release in reversed(good[:-1]):
        if release.digest != good[-1].digest:
            return release
    raise InputError(f"'{name}' has no earlier release to go back to.")


def beyond(releases: t.Sequence[R], keep: int) -> t.List[R]:
    """The records to drop: the oldest, but never the last that was deployed."""
    last = last_deployed(releases)
    return [r for r in list(releases)[:-keep] if r is not last]
