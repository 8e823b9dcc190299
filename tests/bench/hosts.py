# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Provisions 2 and then 20 lab hosts with Docker, each set twice, and says how long that took, also in
docs/benchmarks.md.

python tests/bench/hosts.py [--few 2] [--many 20]

It makes a lab of its own and removes it. The hosts share this machine's processors: `seconds` is what a controller
waits for, `cpu` what all of them, hosts and controller, used meanwhile.
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


def provision(count: int) -> list[Run]:
    """The first run on new hosts, and the second."""
    with OwnLab(hosts(count)) as lab:
        return [measured(lab, count), measured(lab, count)]


def page_of(runs: list[Run], ratio: float, processors: int) -> str:
    met = "met" if ratio <= _LIMIT else "not met"
    lines = [
        "## Many Docker hosts",
        "",
        f"Made by `make bench` on {datetime.date.today()}: the role `docker_host` on new lab hosts, forks 20. The "
        f"hosts are containers of one machine with {processors} processors, which they and the controller share.",
        "",
        "| hosts | run | seconds | seconds of processor | changed |",
        "|---|---|---|---|---|",
        *(
            f"| {run.hosts} | {('first', 'second')[number % 2]} | {run.seconds} | {run.cpu} | {run.changed} |"
            for number, run in enumerate(runs)
        ),
        "",
        f"The first run on {runs[-1].hosts} hosts takes {ratio:.1f} times as long as on {runs[0].hosts} "
        f"(at most {_LIMIT}): {met}.",
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description="How the time to provision grows with the number of hosts.")
    parser.add_argument("--few", type=int, default=2)
    parser.add_argument("--many", type=int, default=20)
    given = parser.parse_args()
    few, many = provision(given.few), provision(given.many)
    ratio = many[0].seconds / few[0].seconds
    print(json.dumps({"processors": os.cpu_count(), "runs": [asdict(run) for run in few + many]}, indent=2))
    print(f"first run: {given.many} hosts take {ratio:.1f}x the time of {given.few} (asked for: {_LIMIT})")
    print(f"second run: changed={many[1].changed}")
    put("hosts", page_of(few + many, ratio, os.cpu_count() or 1))
    raise SystemExit(0 if ratio <= _LIMIT and many[1].changed == 0 else 1)


if __name__ == "__main__":
    main()
