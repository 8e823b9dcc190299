# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What has to be done so that a lab's containers become the hosts that are asked for. Pure."""

from __future__ import annotations

import ipaddress
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.lab.engine import Container
from ansible_collections.slipway.deploy.plugins.module_utils.lab.spec import Host, Lab, spec_hash

CREATED, RECREATED, STARTED, REPAIRED, UNCHANGED, REMOVED = (
    "created",
    "recreated",
    "started",
    "repaired",
    "unchanged",
    "removed",
)
#: The command that leads from a state to a running container.
_WAKING = {"created": "start", "exited": "start", "paused": "unpause"}


def action_for(lab: Lab, host: Host, container: t.Optional[Container]) -> str:
    """The one thing to do with a host's container, before anybody has talked to it."""
    if container is None:
        return CREATED
    if container.spec != spec_hash(lab, host):
        return RECREATED
    if container.running:
        return UNCHANGED
    return STARTED if container.state in _WAKING else RECREATED


def waking_command(container: t.Optional[Container]) -> str:
    """For a container whose action is STARTED."""
    return _WAKING[container.state] if container else "start"


def surplus(lab: Lab, containers: t.Mapping[str, Container]) -> t.List[Container]:
    """Containers of hosts that are no longer in the list."""
    wanted = {host.name for host in lab.hosts}
    return [container for name, container in sorted(containers.items()) if name not in wanted]


def check(lab: Lab) -> None:
    """Every name and address once, every address in the network."""
    try:
        network = ipaddress.ip_network(lab.subnet)
    except ValueError as exc:
        raise InputError(f"The lab's subnet '{lab.subnet}' is no network: {exc}.") from exc
    seen: t.Set[str] = set()
    for host in lab.hosts:
        for value in (host.name, host.address):
            if value in seen:
                raise InputError(f"'{value}' is used by two hosts of the lab '{lab.name}': give each its own.")
            seen.add(value)
        _check_address(network, host)


def _check_address(network: t.Union[ipaddress.IPv4Network, ipaddress.IPv6Network], host: Host) -> None:
    try:
        inside = ipaddress.ip_address(host.address) in network
    except ValueError as exc:
        raise InputError(f"The address '{host.address}' of the lab's host '{host.name}' is no IP address.") from exc
    if not inside:
        raise InputError(f"The address {host.address} of the lab's host '{host.name}' is not in the network {network}.")
