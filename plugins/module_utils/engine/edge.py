# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Transport: the edge proxy's program on a Docker host (role edge_proxy), which moves traffic between containers."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import Runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import (
    MissingDependencyError,
    SlipwayError,
)

PROGRAM = "slipway-edge"
#: A service with a label below this has a route.
ROUTE_LABEL = "slipway.deploy.route."


class EdgeError(SlipwayError):
    """The proxy did not do what it was asked."""


@dataclass(frozen=True)
class Edge:
    """`timeout`: seconds for each step."""

    run: Runner
    timeout: int = 60

    def there(self) -> bool:
        """Whether this host has the proxy."""
        try:
            return self.run([PROGRAM, "--help"]).ok
        except MissingDependencyError:
            return False

    def wait(self, names: t.Sequence[str]) -> None:
        """Until these containers receive traffic."""
        self._do("wait", names, "does not send traffic to")

    def drain(self, names: t.Sequence[str]) -> None:
        """Until these containers receive no traffic and have answered what they had."""
        self._do("drain", names, "could not take traffic away from")

    def undrain(self, names: t.Sequence[str]) -> None:
        self._do("undrain", names, "could not give traffic back to")

    def _do(self, verb: str, names: t.Sequence[str], failed: str) -> None:
        done = self.run([PROGRAM, verb, *names, "--timeout", str(self.timeout)])
        if not done.ok:
            raise EdgeError(f"The edge proxy {failed} {', '.join(names)}: {done.tail(3)}")
