# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Health of networking.k8s.io."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.model import Health, current
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.read import (
    Object,
    mappings,
    text,
)


def ingress(obj: Object) -> Health:
    """Many Ingress controllers never write an address: an Ingress is as healthy as its Services."""
    points = mappings(obj, "status", "loadBalancer", "ingress")
    named = ", ".join(a for a in (text(p, "ip") or text(p, "hostname") for p in points) if a)
    return current(f"reachable at {named}" if named else "exists")


RULES: t.Dict[str, t.Callable[[Object], Health]] = {"Ingress": ingress}
