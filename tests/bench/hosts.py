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
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from page import put

ROOT = Path(__file__).resolve().parents[2]
_SUBNET = "172.30.9"
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


def lab(count: int, folder: Path) -> dict[str, object]:
    hosts = [
        {
            "name": f"bench{number}",
            "address": f"{_SUBNET}.{9 + number}",
            "groups": ["docker"],
            "vars": {"docker_host_registry_mirrors": [], "docker_host_registry_cas": []},
        }
        for number in range(1, count + 1)
    ]
    names = {"lab_name": "slipway-bench", "lab_dir": str(folder / "lab"), "lab_subnet": f"{_SUBNET}.0/24"}
    return {**names, "lab_remove_images": False, "lab_hosts": hosts}


def play(folder: Path, *words: str) -> str:
    """Output of one ansible-playbook; its own words where it fails."""
    command = ["ansible-playbook", *words]
    env = {**os.environ, "ANSIBLE_FORKS": "20", "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"), "NO_COLOR": "1"}
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=env, check=False)
    (folder / "log").write_text(done.stdout + done.stderr)
    if done.returncode:
        print(done.stdout[-4000:], done.stderr[-2000:], file=sys.stderr)
        raise SystemExit(f"{' '.join(command)} failed")
    return done.stdout


def used_cpu() -> float:
    """Seconds that the whole machine's processors were busy since its start."""
    fields = Path("/proc/stat").read_text().splitlines()[0].split()[1:9]
    busy = sum(int(field) for index, field in enumerate(fields) if index not in (3, 4))
    return busy / os.sysconf("SC_CLK_TCK")


def measured(folder: Path, count: int) -> Run:
    start, cpu = time.monotonic(), used_cpu()
    out = play(folder, "-i", str(folder / "lab" / "inventory.yml"), str(folder / "play.yml"))
    seconds, cpu = time.monotonic() - start, used_cpu() - cpu
    recap = re.findall(r"changed=(\d+)\s+unreachable=(\d+)\s+failed=(\d+)", out)
    changed = sum(int(found[0]) for found in recap)
    return Run(count, round(seconds, 1), round(cpu, 1), changed, sum(int(f[1]) + int(f[2]) for f in recap))


def provision(count: int) -> list[Run]:
    """The first run on new hosts, and the second."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "play.yml").write_text(PLAYBOOK)
        (folder / "vars.json").write_text(json.dumps(lab(count, folder)))
        variables = ["-e", f"@{folder / 'vars.json'}"]
        try:
            play(folder, "playbooks/lab.yml", *variables)
            return [measured(folder, count), measured(folder, count)]
        finally:
            play(folder, "playbooks/lab_clean.yml", *variables)


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
