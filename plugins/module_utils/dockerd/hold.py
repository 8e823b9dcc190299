# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lets new connections wait while an engine restarts, instead of being refused.

With live-restore containers go on running, but the engine makes its rules for published ports anew: for some tenths of
a second a published port is a port on which nobody listens, and the kernel refuses. Where the first packet of a
connection is dropped instead, its sender asks again a second later, and nobody sees more than a delay.
"""

from __future__ import annotations

import contextlib
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import Runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import MissingDependencyError

CHAIN = "SLIPWAY-RESTART"
_JUMP = ("INPUT", "!", "-i", "lo", "-j", CHAIN)
_FAMILIES = ("iptables", "ip6tables")


def published(containers: t.Iterable[t.Mapping[str, t.Any]]) -> t.List[int]:
    """The host's TCP ports that lead to containers."""
    ports = {
        port.get("PublicPort")
        for container in containers
        for port in container.get("Ports") or []
        if port["Type"] == "tcp"
    }
    return sorted(port for port in ports if port)


def rules(ports: t.Iterable[int]) -> str:
    """For iptables-restore --noflush: in place at once."""
    drops = [f"-A {CHAIN} -p tcp -m tcp --dport {port} --syn -j DROP" for port in ports]
    return "\n".join(["*filter", f":{CHAIN} - [0:0]", *drops, f"-I {' '.join(_JUMP)}", "COMMIT", ""])


@contextlib.contextmanager
def connections_wait(run: Runner, ports: t.Sequence[int]) -> t.Iterator[None]:
    """Without iptables on the host, connections are refused as they always were."""
    if not ports:
        yield
        return
    let_go(run)
    for family in _FAMILIES:
        _try(run, [f"{family}-restore", "--wait", "--noflush"], rules(ports))
    try:
        yield
    finally:
        let_go(run)


def let_go(run: Runner) -> None:
    """Also what a killed run left: then every jump goes, however many there are."""
    for family in _FAMILIES:
        while _try(run, [family, "--wait", "-D", *_JUMP]):
            pass
        for action in ("-F", "-X"):
            _try(run, [family, "--wait", action, CHAIN])


def _try(run: Runner, argv: t.Sequence[str], stdin: t.Optional[str] = None) -> bool:
    try:
        return run(argv, stdin).ok
    except MissingDependencyError:
        return False
