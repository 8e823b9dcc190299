# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A service of four containers, replaced under load, forward and back: how many requests fail? Writes its section of
docs/benchmarks.md.

python tests/bench/rolling.py [--inventory .lab/inventory.yml] [--host docker1] [--rate 200] [--seconds 60]

The host has Docker; the role edge_proxy is put on it. What is measured is `compose_stack` with `strategy: rolling`.
"""

from __future__ import annotations

import argparse
import datetime
import json
import subprocess
import sys
import tempfile
import time
import typing as t
from dataclasses import dataclass
from pathlib import Path

import yaml
from load import Background, Load, Report
from page import put

NAME = "rolling-bench"
ROUTE = f"{NAME}.test"
PROJECT = {
    "services": {
        "web": {
            "image": "${IMAGE}",
            "init": True,
            "command": ["sh", "-c", "cd /tmp && echo ${VERSION} > index.html && exec httpd -f -p 8080"],
            "deploy": {"replicas": 4},
            "stop_grace_period": "5s",
            "labels": {"slipway.deploy.route.host": ROUTE, "slipway.deploy.route.port": "8080"},
            "healthcheck": {
                "test": ["CMD", "wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/"],
                "interval": "1s",
                "retries": 20,
            },
        }
    }
}


class Failed(Exception):
    """A playbook did not run."""


@dataclass(frozen=True)
class Bench:
    """`play` runs one task on the host and returns how long it took."""

    inventory: str
    host: str
    image: str
    folder: Path

    def play(self, **options: t.Any) -> float:
        task = {
            "slipway.deploy.compose_stack": {"project_name": NAME, "project_dir": f"/opt/slipway/{NAME}", **options}
        }
        return self._run({"tasks": [task]})

    def proxy(self) -> float:
        return self._run({"roles": [{"role": "slipway.deploy.edge_proxy", "edge_proxy_tls": "off"}]})

    def _run(self, work: dict[str, t.Any]) -> float:
        play = [{"hosts": self.host, "become": True, **work}]
        playbook = self.folder / "playbook.yml"
        playbook.write_text(yaml.safe_dump(play, sort_keys=False))
        started = time.monotonic()
        command = ["ansible-playbook", "-i", self.inventory, str(playbook)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Failed(done.stdout[-2000:] + done.stderr[-2000:])
        return time.monotonic() - started

    def deploy(self, version: str) -> float:
        return self.play(
            definition=json.dumps(PROJECT),
            env={"VERSION": version, "IMAGE": self.image},
            version=version,
            strategy="rolling",
        )

    def roll_back(self) -> float:
        return self.play(state="rolled_back", strategy="rolling")

    def address(self) -> str:
        command = ["ansible-inventory", "-i", self.inventory, "--host", self.host]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        return str(json.loads(done.stdout).get("ansible_host", self.host))


class Replaceable(t.Protocol):
    """What runs releases; each takes some seconds."""

    def deploy(self, version: str) -> float: ...

    def roll_back(self) -> float: ...


def replaced(bench: Replaceable, load: Load) -> dict[str, dict[str, t.Any]]:
    """The reports of an upgrade and of the way back."""
    bench.deploy("v1")
    return {
        "upgrade": under_load(load, lambda: bench.deploy("v2")),
        "rollback": under_load(load, bench.roll_back),
    }


def under_load(load: Load, change: t.Callable[[], float]) -> dict[str, t.Any]:
    """The report of the load, with how long the change took."""
    with Background(load) as beside:
        time.sleep(min(2.0, load.seconds / 10))
        took = change()
    return {"change_seconds": round(took, 1), **beside.report.as_dict(), "whole": covers(beside.report, took, load)}


def covers(report: Report, took: float, load: Load) -> bool:
    """The change ended before the load did, and both versions answered."""
    return took < load.seconds and len(report.answers) > 1


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--inventory", default=str(Path(__file__).resolve().parents[2] / ".lab/inventory.yml"))
    parser.add_argument("--host", default="docker1")
    parser.add_argument("--image", default="busybox:1.37")
    parser.add_argument("--rate", type=float, default=200)
    parser.add_argument("--seconds", type=float, default=60)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="slipway-rolling-") as folder:
        bench = Bench(options.inventory, options.host, options.image, Path(folder))
        load = Load(f"http://{bench.address()}/", options.rate, options.seconds, ROUTE)
        try:
            bench.proxy()
            figures = replaced(bench, load)
        finally:
            bench.play(state="absent")
    what = "`compose_stack` with `strategy: rolling`, 4 replicas behind the edge proxy"
    return report("rolling", page_of("Rolling replacement on a Compose host", what, figures, load), figures)


def report(section: str, text: str, figures: dict[str, dict[str, t.Any]]) -> int:
    """Prints and publishes; the exit code."""
    print(json.dumps(figures, indent=2))
    put(section, text)
    return int(any(figure["failed"] or not figure["whole"] for figure in figures.values()))


def page_of(title: str, what: str, figures: dict[str, dict[str, t.Any]], load: Load) -> str:
    lines = [
        f"## {title}",
        "",
        f"Made by `make bench` on {datetime.date.today()}: {what}, {load.rate:g} requests a second for "
        f"{load.seconds:g} s, none sent twice by the client.",
        "",
        "| | took s | requests | failed (at most 0) | p99 ms | slowest ms | |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, figure in figures.items():
        met = "met" if not figure["failed"] and figure["whole"] else "not met"
        times = figure["ms"]
        lines.append(
            f"| {name} | {figure['change_seconds']} | {figure['asked']} | {figure['failed']} | {times['p99']} "
            f"| {times['max']} | {met} |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
