# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How the hosts of a lab find each other and the world: the texts of /etc/hosts and /etc/resolv.conf. Pure."""

from __future__ import annotations

import ipaddress
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.lab.spec import Host

_BEGIN = "# BEGIN slipway lab"
_END = "# END slipway lab"


def hosts_file(current: str, hosts: t.Iterable[Host]) -> str:
    """`current` with one block that names every host of the lab; the rest as it was."""
    kept: t.List[str] = []
    inside = False
    for line in current.splitlines():
        inside = inside or line == _BEGIN
        if not inside:
            kept.append(line)
        if line == _END:
            inside = False
    block = [_BEGIN, *(f"{host.address} {host.name}" for host in hosts), _END]
    return "\n".join([*kept, *block]) + "\n"


def nameservers(resolv_conf: str) -> t.List[str]:
    """The name servers that others can reach too: those on the machine's own loopback cannot be."""
    servers = []
    for line in resolv_conf.splitlines():
        words = line.split()
        if len(words) > 1 and words[0] == "nameserver" and not _is_loopback(words[1]):
            servers.append(words[1])
    return servers


def resolv_conf(servers: t.Iterable[str]) -> str:
    return "".join(f"nameserver {server}\n" for server in servers)


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address.partition("%")[0]).is_loopback
    except ValueError:
        return False
