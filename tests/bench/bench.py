# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Measures Slipway's Kubernetes modules beside their peers on one API server, and writes docs/benchmarks.md.

python tests/bench/bench.py [--rounds 5]
"""

from __future__ import annotations

import argparse
import datetime
import os
import platform
import shutil
import sys
import tempfile
import typing as t
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "apiserver"))
from control_plane import ControlPlane
from sets import COUNT, CREATE, ONE, SAME, Growth, Times, growth, many_objects, small_tasks
from tools import ROOT, Helm, Kubectl, KubernetesCore, Raw, Slipway, Workshop, install_peers
from waits import Waited, wait_for_many

CACHE = Path(os.environ.get("SLIPWAY_CACHE") or Path.home() / ".cache/slipway") / "test"
PROGRAMS = Path(os.environ.get("SLIPWAY_TEST_PROGRAMS") or CACHE / "programs")


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--nodes", type=int, default=1000)
    parser.add_argument("--deployments", type=int, default=200)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="slipway-bench-"))
    try:
        peers = install_peers(CACHE / "peers")
        with ControlPlane(folder / "plane", PROGRAMS) as plane:
            shop = Workshop(plane.kubeconfig, PROGRAMS, peers, folder)
            text, missed = measure(plane, shop, options)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    (ROOT / "docs/benchmarks.md").write_text(text)
    print(text)
    print("\n".join(["not met:", *missed]) if missed else "all figures are met")
    return 1 if missed else 0


def measure(plane: ControlPlane, shop: Workshop, options: argparse.Namespace) -> t.Tuple[str, t.List[str]]:
    def create_namespace(name: str) -> None:
        plane.request("POST", "/api/v1/namespaces", {"metadata": {"name": name}})

    tools = [Slipway(shop), KubernetesCore(shop), Kubectl(shop), Helm(shop), Raw(shop)]
    sets = many_objects(shop, tools, options.rounds, create_namespace)
    large = growth(shop, create_namespace, min(options.rounds, 3))
    tasks = small_tasks(shop, options.rounds)
    waited = wait_for_many(plane, shop, options.nodes, options.deployments)
    return report([tool.name for tool in tools], sets, large, tasks, waited)


def report(
    tools: t.Sequence[str], sets: Times, large: Growth, tasks: Times, waited: Waited
) -> t.Tuple[str, t.List[str]]:
    ours = tools[0]
    lines = [
        "# Benchmarks",
        "",
        f"Made by `make bench` on {datetime.date.today()}: {os.cpu_count()} cores, {platform.machine()}, one etcd and "
        "one kube-apiserver 1.37 on the same machine. Medians of the runs, the tools in turn; in brackets the fastest "
        "and the slowest. A tool's time is its whole command less its own empty run.",
        "",
        f"## {COUNT} mixed objects",
        "",
        f"| tool | {CREATE} s | {SAME} s | {ONE} s |",
        "|---|---|---|---|",
    ]
    for tool in tools:
        cells = [f"{sets.median(tool, c):.2f} ({sets.spread(tool, c)})" for c in (CREATE, SAME, ONE)]
        lines.append(f"| {tool} | {' | '.join(cells)} |")
    figures = [
        ("create, against the raw client", sets.median(ours, CREATE) / sets.median("raw client", CREATE), 1.3),
        (
            "nothing changed, against kubernetes.core",
            sets.median(ours, SAME) / sets.median("kubernetes.core", SAME),
            1 / 15,
        ),
        (
            "nothing changed, against kubectl",
            sets.median(ours, SAME) / sets.median("kubectl apply --server-side", SAME),
            1 / 4,
        ),
        ("one changed, against nothing changed", sets.median(ours, ONE) / sets.median(ours, SAME), 1.2),
        (f"{COUNT * 10} objects, against {COUNT}: create", large.ratio, 11.0),
        (f"{COUNT * 10} objects, against {COUNT}: nothing changed", large.again_ratio, 11.0),
        (f"peak memory for {COUNT * 10} objects, MiB", large.memory, 250.0),
        (
            "20 tasks, against kubernetes.core",
            tasks.median(ours, "20 tasks") / tasks.median("kubernetes.core", "20 tasks"),
            0.1,
        ),
        ("20 tasks, against 20 debug tasks", tasks.median(ours, "20 tasks") / tasks.median("debug", "20 tasks"), 2.0),
        (
            f"wait for {waited.deployments} Deployments, {waited.pods} pods: seconds after the last is ready",
            waited.late,
            1.0,
        ),
        ("the same: most watches for one kind and namespace", float(waited.watches), 1.0),
    ]
    lines += ["", "## Figures", "", "| figure | measured | at most | |", "|---|---|---|---|"]
    lines += [
        f"| {name} | {value:.3g} | {limit:.3g} | {'met' if value <= limit else 'not met'} |"
        for name, value, limit in figures
    ]
    missed = [f"{name}: {value:.3g}, at most {limit:.3g}" for name, value, limit in figures if value > limit]
    lines += [
        "",
        f"20 tasks of one unchanged object, whole command: {tasks.median(ours, '20 tasks'):.2f} s; kubernetes.core "
        f"{tasks.median('kubernetes.core', '20 tasks'):.2f} s; `debug` {tasks.median('debug', '20 tasks'):.2f} s.",
        f"{COUNT} and {COUNT * 10} objects in the module's process: {large.small[0]:.2f} and {large.large[0]:.2f} s, "
        f"again {large.small[1]:.2f} and {large.large[1]:.2f} s.",
        "",
    ]
    return "\n".join(lines), missed


if __name__ == "__main__":
    raise SystemExit(main())
