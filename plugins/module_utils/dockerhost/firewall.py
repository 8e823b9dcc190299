# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An allow list in front of published ports: rules for Docker's own chain DOCKER-USER. Pure.

Docker forwards packets for published ports before the host's INPUT rules see them. DOCKER-USER is the place that it
leaves to others: its rules come first, and the engine keeps them over its restarts.
"""

from __future__ import annotations

import ipaddress
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.dockerhost.settings import Rule, Settings

CHAIN = "DOCKER-USER"
_ANY = {4: "0.0.0.0/0", 6: "::/0"}


def rules(settings: Settings, family: int) -> str:
    """For iptables-restore --noflush: the chain's whole content, put in place at once."""
    lines = ["*filter", f":{CHAIN} - [0:0]"]
    for interface in settings.firewall_interfaces:
        lines.append(f"-A {CHAIN} -i {interface} -m conntrack --ctstate RELATED,ESTABLISHED -j RETURN")
        for rule in settings.firewall_allow:
            lines += [f"-A {CHAIN} -i {interface} {match} -j RETURN" for match in _matches(rule, family)]
        lines.append(f"-A {CHAIN} -i {interface} -j DROP")
    return "\n".join([*lines, f"-A {CHAIN} -j RETURN", "COMMIT", ""])


def _matches(rule: Rule, family: int) -> t.List[str]:
    """By the port that the client asked for: at this place the packet carries the container's already."""
    found = []
    for source in rule.get("sources") or [_ANY[family]]:
        network = ipaddress.ip_network(source, strict=False)
        if network.version != family:
            continue
        for port in rule.get("ports") or [""]:
            found.append(" ".join(filter(None, [_source(network), _port(str(port), rule.get("protocol") or "tcp")])))
    return found


def _source(network: t.Union[ipaddress.IPv4Network, ipaddress.IPv6Network]) -> str:
    return f"-s {network}" if network.prefixlen else ""


def _port(port: str, protocol: str) -> str:
    if not port:
        return f"-p {protocol}"
    ports = port.replace("-", ":")
    return f"-p {protocol} -m conntrack --ctorigdstport {ports} --ctdir ORIGINAL"
