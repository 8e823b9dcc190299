# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a cluster can do, as Helm charts ask for it."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.discovery import Discovery


@dataclass(frozen=True)
class Capabilities:
    """Charts' `.Capabilities`: `kube_version` as v1.37.2, `api_versions` as apps/v1 and apps/v1/Deployment."""

    kube_version: str
    api_versions: t.Tuple[str, ...]


class AsksVersion(t.Protocol):
    """The part of the client that this needs."""

    def request(self, method: str, path: str) -> t.Dict[str, t.Any]: ...


def capabilities_of(client: AsksVersion, discovery: Discovery) -> Capabilities:
    """Asks the server for its version, and discovery for what is served."""
    version = str(client.request("GET", "/version").get("gitVersion") or "")
    served = {name for r in discovery.resources() for name in (r.api_version, f"{r.api_version}/{r.kind}")}
    return Capabilities(version, tuple(sorted(served)))
