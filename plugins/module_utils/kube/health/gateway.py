# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Health of the Gateway API (gateway.networking.k8s.io): gateways, and routes by the conditions of their parents."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.generic import outdated
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.model import (
    Health,
    current,
    failed,
    in_progress,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.read import (
    Object,
    condition,
    explain,
    is_false,
    is_true,
    mapping,
    mappings,
    text,
)

#: Reasons that no other object can change.
_WRONG = ("Invalid", "InvalidParameters", "UnsupportedAddress", "UnsupportedProtocol", "UnsupportedVersion")


def gateway_class(obj: Object) -> Health:
    return _by(obj, "Accepted", "no controller has accepted it yet", "accepted")


def gateway(obj: Object) -> Health:
    accepted = condition(obj, "Accepted")
    if is_false(accepted) and text(accepted, "reason") in _WRONG and not outdated(obj, accepted):
        return failed(explain(accepted))
    return _by(obj, "Programmed", "no controller has programmed it yet", "programmed")


def _by(obj: Object, name: str, missing: str, good: str) -> Health:
    found = condition(obj, name)
    if is_true(found) and not outdated(obj, found):
        return current(good)
    if is_false(found) and text(found, "reason") in _WRONG and not outdated(obj, found):
        return failed(explain(found))
    return in_progress(missing if is_true(found) else explain(found, missing))


def route(obj: Object) -> Health:
    """Each parent that it names must have accepted it, and found what it refers to."""
    return _by_parents(obj, mappings(obj, "status", "parents"), len(mappings(obj, "spec", "parentRefs")))


def attached_policy(obj: Object) -> Health:
    """Policies tell for each ancestor of their targets whether it took them."""
    return _by_parents(obj, mappings(obj, "status", "ancestors"), 1)


def _by_parents(obj: Object, parents: t.List[Object], wanted: int) -> Health:
    for parent in parents:
        for name in ("Accepted", "ResolvedRefs"):
            found = condition({"status": parent}, name)
            if name == "Accepted" and (not found or outdated(obj, found)):
                return in_progress(f"{_name_of(parent)} has not looked at it yet")
            if is_false(found):
                return in_progress(f"{_name_of(parent)}: {explain(found, name + ' is False')}")
    if len(parents) < wanted:
        return in_progress(f"{len(parents)} of {wanted} parents have taken it up")
    return current(f"accepted by {', '.join(map(_name_of, parents))}" if parents else "exists")


def _name_of(parent: Object) -> str:
    ref = mapping(parent, "parentRef") or mapping(parent, "ancestorRef")
    return f"{text(ref, 'kind') or 'Gateway'} {text(ref, 'name')}".strip()


_ROUTES = ("HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute")
RULES: t.Dict[str, t.Callable[[Object], Health]] = {
    "GatewayClass": gateway_class,
    "Gateway": gateway,
    **dict.fromkeys(_ROUTES, route),
    "BackendTLSPolicy": attached_policy,
}
