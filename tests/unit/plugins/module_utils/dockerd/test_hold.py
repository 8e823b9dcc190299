# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import Completed
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import MissingDependencyError
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.hold import connections_wait, published, rules


class Tables:
    """Remembers what was asked; its chain has one jump after each restore."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.jumps = {"iptables": 2, "ip6tables": 0}

    def __call__(self, argv: list[str], stdin: str | None = None) -> Completed:
        self.asked.append(" ".join(argv))
        if argv[0].endswith("-restore"):
            self.jumps[argv[0].partition("-")[0]] += 1
        if "-D" in argv:
            self.jumps[argv[0]] -= 1
            return Completed(int(self.jumps[argv[0]] < 0), "", "") if self.jumps[argv[0]] >= 0 else self._none(argv)
        return Completed(0, "", "")

    def _none(self, argv: list[str]) -> Completed:
        self.jumps[argv[0]] = 0
        return Completed(1, "", "no such rule")


def test_only_tcp_ports_that_are_published_wait() -> None:
    ports = [{"PublicPort": 8080, "Type": "tcp"}, {"PublicPort": 53, "Type": "udp"}, {"PrivatePort": 1, "Type": "tcp"}]
    assert published([{"Ports": ports}, {"Ports": ports}, {"Ports": None}]) == [8080]
    assert "-A SLIPWAY-RESTART -p tcp -m tcp --dport 8080 --syn -j DROP" in rules([8080])


def test_nothing_is_left_also_of_a_killed_run() -> None:
    tables = Tables()
    with connections_wait(tables, [8080]):
        assert tables.jumps == {"iptables": 1, "ip6tables": 1}
    assert tables.jumps == {"iptables": 0, "ip6tables": 0}


def test_without_iptables_the_restart_goes_on() -> None:
    def missing(argv: list[str], stdin: str | None = None) -> Completed:
        raise MissingDependencyError(argv[0])

    done = []
    with connections_wait(missing, [8080]):
        done.append(1)
    assert done


def test_without_ports_nothing_is_asked() -> None:
    tables = Tables()
    with connections_wait(tables, []):
        pass
    assert tables.asked == []
