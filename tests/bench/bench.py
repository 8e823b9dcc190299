# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Measures Slipway's Kubernetes modules beside their peers on one API server, and writes docs/benchmarks.md.

python tests/bench/bench.py [--rounds 5] [--lab .lab/kubeconfig]
"""

from __future__ import annotations

import argparse
import datetime
import os
import platform
import shutil
import statistics
import sys
import tempfile
import typing as t
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "apiserver"))
from control_plane import ControlPlane
from crash import Crash, crash_loop
from page import put
from quiet import await_nodes, lab_rests
from sets import CASES, COUNT, CREATE, EMPTY, ONE, SAME, Growth, Ratio, Times, growth, many_objects, small_tasks
from tools import ROOT, Helm, Kubectl, KubernetesCore, Raw, Slipway, Workshop, install_peers
from waits import Waited, wait_for_many

CACHE = Path(os.environ.get("SLIPWAY_CACHE") or Path.home() / ".cache/slipway") / "test"
PROGRAMS = Path(os.environ.get("SLIPWAY_TEST_PROGRAMS") or CACHE / "programs")


#: `make demo` writes it: a cluster with kubelets.
_LAB = ROOT / ".lab/kubeconfig"
_OURS, _CORE, _KUBECTL, _RAW = "slipway.deploy", "kubernetes.core", "kubectl apply --server-side", "raw client"
_TASKS = "20 tasks"


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--nodes", type=int, default=1000)
    parser.add_argument("--deployments", type=int, default=200)
    parser.add_argument("--lab", type=Path, default=_LAB)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="slipway-bench-"))
    try:
        peers = install_peers(CACHE / "peers")
        with lab_rests(), ControlPlane(folder / "plane", PROGRAMS) as plane:
            found = measure(plane, Workshop(plane.kubeconfig, PROGRAMS, peers, folder), options)
        if options.lab.exists():
            await_nodes(PROGRAMS / "kubectl", options.lab.resolve())
            found.crash = crash_loop(Workshop(options.lab.resolve(), PROGRAMS, peers, folder), options.rounds)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    text, missed = report(found)
    put("kubernetes", text)
    print(text)
    print("\n".join(["not met:", *missed]) if missed else "all figures are met")
    return 1 if missed else 0


@dataclass
class Found:
    sets: Times
    large: Growth
    tasks: Times
    waited: Waited
    #: Needs kubelets; None where there is no lab.
    crash: t.Optional[Crash] = None


def measure(plane: ControlPlane, shop: Workshop, options: argparse.Namespace) -> Found:
    def create_namespace(name: str) -> None:
        plane.request("POST", "/api/v1/namespaces", {"metadata": {"name": name}})

    tools = [Slipway(shop), KubernetesCore(shop), Kubectl(shop), Helm(shop), Raw(shop)]
    sets = many_objects(shop, tools, options.rounds, create_namespace)
    tasks = small_tasks(shop, options.rounds)
    large = growth(shop, create_namespace, min(options.rounds, 3))
    return Found(sets, large, tasks, wait_for_many(plane, shop, options.nodes, options.deployments))


class Figure(t.NamedTuple):
    name: str
    measured: Ratio
    limit: float

    @property
    def met(self) -> bool:
        return self.measured.value <= self.limit

    def row(self) -> str:
        value, least, most = self.measured
        spread = "" if least == most else f" ({least:.3g}-{most:.3g})"
        return f"| {self.name} | {value:.3g}{spread} | {self.limit:.3g} | {'met' if self.met else 'not met'} |"


def figures(found: Found) -> t.List[Figure]:
    sets, large, tasks, waited = found.sets, found.large, found.tasks, found.waited
    many = f"wait for {waited.deployments} Deployments, {waited.pods} pods with a probe"
    listed = [
        Figure("create, against the raw client", sets.ratio((_OURS, CREATE), (_RAW, CREATE)), 1.3),
        Figure("nothing changed, against kubernetes.core", sets.ratio((_OURS, SAME), (_CORE, SAME)), 1 / 15),
        Figure("nothing changed, against kubectl", sets.ratio((_OURS, SAME), (_KUBECTL, SAME)), 1 / 4),
        Figure("one changed, against nothing changed", sets.ratio((_OURS, ONE), (_OURS, SAME)), 1.2),
        Figure(f"{COUNT * 10} objects, against {COUNT}: create", _one(large.ratio), 11.0),
        Figure(f"{COUNT * 10} objects, against {COUNT}: nothing changed", _one(large.again_ratio), 11.0),
        Figure(f"peak memory for {COUNT * 10} objects, MiB", _one(large.memory), 250.0),
        Figure(f"{many}: seconds after the last is ready", _one(waited.late), 1.0),
        Figure("the same: most watches for one kind and namespace", _one(float(waited.watches)), 1.0),
        Figure(f"{_TASKS}, against kubernetes.core", tasks.ratio((_OURS, _TASKS), (_CORE, _TASKS)), 0.1),
        Figure(f"{_TASKS}, against 20 debug tasks", tasks.ratio((_OURS, _TASKS), ("debug", _TASKS)), 2.0),
    ]
    if found.crash:
        ours = found.crash.ours
        spread = Ratio(statistics.median(ours), min(ours), max(ours))
        listed.append(Figure("seconds until a crash loop is reported, whole command", spread, 10.0))
    return listed


def _one(value: float) -> Ratio:
    return Ratio(value, value, value)


def report(found: Found) -> t.Tuple[str, t.List[str]]:
    sets, tasks, large = found.sets, found.tasks, found.large
    listed = figures(found)
    lines = [
        "## Kubernetes",
        "",
        f"Made by `make bench` on {datetime.date.today()}: {os.cpu_count()} cores, {platform.machine()}, one etcd and "
        "one kube-apiserver 1.37 on the same machine. Medians of the runs, the tools in turn; in brackets the fastest "
        "and the slowest. A tool's time is its whole command less its own empty runs of the same round.",
        "",
        f"### {COUNT} mixed objects",
        "",
        f"| tool | {CREATE} s | {SAME} s | {ONE} s | empty run s |",
        "|---|---|---|---|---|",
    ]
    for tool in dict.fromkeys(tool for tool, _case in sets.found):
        cells = [f"{sets.median(tool, c):.2f} ({sets.spread(tool, c)})" for c in CASES]
        lines.append(f"| {tool} | {' | '.join(cells)} | {statistics.median(sets.found[tool, EMPTY]):.2f} |")
    lines += ["", "### Figures", "", "| figure | measured | at most | |", "|---|---|---|---|"]
    lines += [figure.row() for figure in listed]
    medians = {name: tasks.median(name, _TASKS) for name in (_OURS, _CORE, "debug")}
    lines += [
        "",
        f"20 tasks of one unchanged object, whole command: {medians[_OURS]:.2f} s; kubernetes.core "
        f"{medians[_CORE]:.2f} s; `debug` {medians['debug']:.2f} s, which is what Ansible itself takes: "
        f"{medians['debug'] / medians[_CORE]:.3f} of kubernetes.core's time.",
        f"{COUNT} and {COUNT * 10} objects in the module's process: {large.small[0]:.2f} and {large.large[0]:.2f} s, "
        f"again {large.small[1]:.2f} and {large.large[1]:.2f} s.",
    ]
    if found.crash:
        lines.append(
            "A Deployment that crashes, applied with `wait` on real kubelets: told with its reason and the last line "
            "of its log after the time above; kubernetes.core says only that time is over, after "
            f"{found.crash.core:.0f} s here, where it was given 60 (its default is 120)."
        )
    missed = [f"{f.name}: {f.measured.value:.3g}, at most {f.limit:.3g}" for f in listed if not f.met]
    return "\n".join(lines), missed


if __name__ == "__main__":
    raise SystemExit(main())
