# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Provisions 2 and then 20 lab hosts with Docker, each set twice, and says how long that took, also in
docs/benchmarks.md.

python tests/bench/hosts.py [--few 2] [--many 20] [--cpus 0.075]

It makes labs of its own and removes them. `seconds` is what a controller waits for, `cpu` what all of them, hosts and
controller, used meanwhile. Measured once with a share of the processors for each host, the same for few and for many,
and once with the processors shared by all.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import re
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from own_lab import NET, OwnLab
from page import put
from quiet import lab_rests

_LIMIT = 2.5
PLAYBOOK = """- hosts: docker
  become: true
  strategy: ansible.builtin.free
  roles: [slipway.deploy.docker_host]
"""


@dataclass(frozen=True)
class Run:
    hosts: int
    seconds: float
    cpu: float
    changed: int
    failed: int


def hosts(count: int) -> list[dict[str, object]]:
    return [
        {
            "name": f"bench{number}",
            "address": f"{NET}.{9 + number}",
            "groups": ["docker"],
            "vars": {"docker_host_registry_mirrors": [], "docker_host_registry_cas": []},
        }
        for number in range(1, count + 1)
    ]


def used_cpu() -> float:
    """Seconds that the whole machine's processors were busy since its start."""
    fields = Path("/proc/stat").read_text().splitlines()[0].split()[1:9]
    busy = sum(int(field) for index, field in enumerate(fields) if index not in (3, 4))
    return busy / os.sysconf("SC_CLK_TCK")


def measured(lab: OwnLab, count: int) -> Run:
    start, cpu = time.monotonic(), used_cpu()
    out = lab.play(PLAYBOOK)
    seconds, cpu = time.monotonic() - start, used_cpu() - cpu
    recap = re.findall(r"changed=(\d+)\s+unreachable=(\d+)\s+failed=(\d+)", out)
    changed = sum(int(found[0]) for found in recap)
    return Run(count, round(seconds, 1), round(cpu, 1), changed, sum(int(f[1]) + int(f[2]) for f in recap))


def provision(count: int, cpus: float) -> list[Run]:
    """The first run on new hosts, and the second."""
    with OwnLab(hosts(count), cpus) as lab:
        return [measured(lab, count), measured(lab, count)]


@dataclass(frozen=True)
class Growth:
    """`cpus` is what each host had of a processor; 0: what the others left it."""

    cpus: float
    few: list[Run]
    many: list[Run]

    @property
    def ratio(self) -> float:
        return self.many[0].seconds / self.few[0].seconds

    def rows(self) -> list[str]:
        limit = f"{self.cpus}" if self.cpus else "shared"
        return [
            f"| {limit} | {run.hosts} | {('first', 'second')[number % 2]} | {run.seconds} | {run.cpu} | {run.changed} |"
            for number, run in enumerate(self.few + self.many)
        ]


def page_of(own: Growth, shared: Growth, processors: int) -> str:
    def verdict(growth: Growth) -> str:
        return f"{growth.ratio:.1f} times as long as on {growth.few[0].hosts}"

    few = shared.few[0]
    lines = [
        "## Many Docker hosts",
        "",
        f"Made by `make bench` on {datetime.date.today()}: the role `docker_host` on new lab hosts, forks 20. The "
        f"hosts are containers of one machine with {processors} processors. Hosts of one's own have processors of "
        f"their own: where all get {own.cpus} of one, however many there are, it is seen how the controller copes "
        "with them.",
        "",
        "| processors of a host | hosts | run | seconds | seconds of processor | changed |",
        "|---|---|---|---|---|---|",
        *own.rows(),
        *shared.rows(),
        "",
        f"With a share of its own for each, the first run on {own.many[0].hosts} hosts takes {verdict(own)} (at most "
        f"{_LIMIT}): {'met' if own.ratio <= _LIMIT else 'not met'}.",
        "",
        f"Where the hosts share the {processors} processors it takes {verdict(shared)}: {few.hosts} hosts already use "
        f"{few.cpu:.0f} of the {few.seconds * processors:.0f} seconds of processor that there are meanwhile.",
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description="How the time to provision grows with the number of hosts.")
    parser.add_argument("--few", type=int, default=2)
    parser.add_argument("--many", type=int, default=20)
    parser.add_argument("--cpus", type=float, help="of each host; by default three quarters of the machine for all")
    given = parser.parse_args()
    processors = os.cpu_count() or 1
    cpus = given.cpus or round(0.75 * processors / given.many, 3)
    with lab_rests():
        own, shared = (Growth(limit, provision(given.few, limit), provision(given.many, limit)) for limit in (cpus, 0))
    print(json.dumps([asdict(own), asdict(shared)], indent=2))
    text = page_of(own, shared, processors)
    print(text)
    put("hosts", text)
    again = own.many[1].changed + shared.many[1].changed
    raise SystemExit(0 if own.ratio <= _LIMIT and again == 0 else 1)


if __name__ == "__main__":
    main()
