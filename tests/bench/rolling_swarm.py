# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The same on a swarm of four nodes: a service of four containers, replaced under load, forward and back. Writes its
section of docs/benchmarks.md.

python tests/bench/rolling_swarm.py [--rate 200] [--seconds 60]

It makes a lab of its own and removes it. The kernel that the lab runs on may have no IPVS, so there is no routing mesh:
ports are the hosts' own, and a proxy before them tries the next host where one refuses.
"""

from __future__ import annotations

import argparse
import json
import time
import typing as t

import yaml
from load import Load
from own_lab import NET, OwnLab
from rolling import page_of, replaced, report

_NODES = [f"{NET}.{number}" for number in (51, 52, 53, 54)]
_EDGE = f"{NET}.20"
HOSTS = [
    {"name": "registry1", "address": f"{NET}.10", "groups": ["registry"]},
    {"name": "edge1", "address": _EDGE, "groups": []},
    *(
        {
            "name": f"swarm{number}",
            "address": address,
            "groups": ["swarm_worker" if number == len(_NODES) else "swarm_manager"],
        }
        for number, address in enumerate(_NODES, 1)
    ),
]
SETUP = """
- hosts: registry
  become: true
  roles: [slipway.deploy.registry]
- hosts: swarm
  become: true
  roles: [slipway.deploy.docker_host]
  tasks:
    - ansible.builtin.include_role: {name: slipway.deploy.registry, tasks_from: trust}
- hosts: localhost
  gather_facts: false
  tasks:
    - ansible.builtin.include_role: {name: slipway.deploy.lab, tasks_from: hub}
- hosts: swarm
  become: true
  gather_facts: false
  roles: [slipway.deploy.swarm]
- hosts: edge1
  become: true
  gather_facts: false
  tasks:
    - ansible.builtin.apt: {name: caddy, install_recommends: false, update_cache: true}
    - ansible.builtin.copy: {content: "{{ caddyfile }}", dest: /etc/caddy/Caddyfile, mode: "0644"}
    - ansible.builtin.service: {name: caddy, state: restarted, enabled: true}
"""
CADDYFILE = f"""
:80 {{
  reverse_proxy {" ".join(f"{address}:8080" for address in _NODES)} {{
    lb_policy round_robin
    lb_try_duration 10s
    lb_try_interval 50ms
    fail_duration 1s
  }}
}}
"""
#: Told to stop, it takes no more requests and ends those that it has.
_SERVE = "cd /tmp && echo $$VERSION > index.html; httpd -f -p 8080 & trap 'kill $$!; sleep 1; exit 0' TERM; wait $$!"
STACK = {
    "services": {
        "web": {
            "image": "busybox:1.37",
            "command": ["sh", "-c", _SERVE],
            "environment": {"VERSION": "${VERSION}"},
            "ports": [{"target": 8080, "published": 8080, "mode": "host"}],
            "healthcheck": {
                "test": ["CMD", "wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/"],
                "interval": "1s",
                "retries": 20,
            },
            "deploy": {
                "replicas": 4,
                "endpoint_mode": "dnsrr",
                "update_config": {"parallelism": 1, "order": "stop-first", "monitor": "1s"},
                "rollback_config": {"parallelism": 1, "order": "stop-first", "monitor": "1s"},
            },
        }
    }
}


class Bench:
    """`play` runs one task on a manager and returns how long it took."""

    def __init__(self, lab: OwnLab) -> None:
        self._lab = lab

    def set_up(self) -> None:
        plays = yaml.safe_load(SETUP)
        plays[-1]["vars"] = {"caddyfile": CADDYFILE}
        self._lab.play(yaml.safe_dump(plays, sort_keys=False))

    def play(self, **options: t.Any) -> float:
        task = {"slipway.deploy.swarm_stack": {"name": "bench", **options}}
        play = [{"hosts": "swarm1", "become": True, "gather_facts": False, "tasks": [task]}]
        started = time.monotonic()
        self._lab.play(yaml.safe_dump(play, sort_keys=False))
        return time.monotonic() - started

    def deploy(self, version: str) -> float:
        return self.play(definition=json.dumps(STACK), env={"VERSION": version}, version=version)

    def roll_back(self) -> float:
        return self.play(state="rolled_back")


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rate", type=float, default=200)
    parser.add_argument("--seconds", type=float, default=60)
    options = parser.parse_args()
    load = Load(f"http://{_EDGE}/", options.rate, options.seconds)
    with OwnLab(HOSTS) as lab:
        bench = Bench(lab)
        bench.set_up()
        figures = replaced(bench, load)
    what = "`swarm_stack`, 4 replicas on 4 nodes, stop-first on the hosts' own ports, behind Caddy"
    return report("rolling-swarm", page_of("Rolling replacement on a swarm", what, figures, load), figures)


if __name__ == "__main__":
    raise SystemExit(main())
