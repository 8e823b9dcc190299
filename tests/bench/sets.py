# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Figures 1, 2 and 4: many objects with every tool, ten times as many, and many small tasks."""

from __future__ import annotations

import json
import resource
import statistics
import sys
import time
import typing as t
from dataclasses import dataclass, field
from pathlib import Path

from objects import mixed, write
from tools import HERE, KubernetesCore, Slipway, Tool, Workshop

COUNT = 500
CREATE, SAME, ONE = "create", "nothing changed", "one changed"
CASES = (CREATE, SAME, ONE)
EMPTY = "empty"
#: What takes little more than an empty run is measured more often than what takes long.
_AGAIN = 3


@dataclass
class Times:
    """Seconds of each run, by tool and case."""

    found: t.Dict[t.Tuple[str, str], t.List[float]] = field(default_factory=dict)

    def add(self, tool: str, case: str, seconds: float) -> None:
        self.found.setdefault((tool, case), []).append(seconds)

    def runs(self, tool: str, case: str) -> t.List[float]:
        """In the order of the rounds; never nothing, so that ratios can be made."""
        return [max(seconds, 0.001) for seconds in self.found[tool, case]]

    def median(self, tool: str, case: str) -> float:
        return statistics.median(self.runs(tool, case))

    def spread(self, tool: str, case: str) -> str:
        runs = self.runs(tool, case)
        return f"{min(runs):.2f}-{max(runs):.2f}"

    def ratio(self, ours: t.Tuple[str, str], theirs: t.Tuple[str, str]) -> Ratio:
        """Of the medians, and of the runs of the same round: they had the same neighbours."""
        rounds = [a / b for a, b in zip(self.runs(*ours), self.runs(*theirs))]
        return Ratio(self.median(*ours) / self.median(*theirs), min(rounds), max(rounds))


class Ratio(t.NamedTuple):
    value: float
    least: float
    most: float


def many_objects(
    shop: Workshop, tools: t.Sequence[Tool], rounds: int, create_namespace: t.Callable[[str], None]
) -> Times:
    """Each tool in a namespace of its own, in turn, so that what disturbs the machine disturbs all."""
    times = Times()
    for number in range(rounds):
        for index, tool in enumerate(tools):
            namespace = f"bench-{number}-{index}"
            create_namespace(namespace)
            for case, seconds in _one_round(shop, tool, namespace):
                times.add(tool.name, case, seconds)
            said = [f"{case} {statistics.median(times.found[tool.name, case]):.2f} s" for case in (EMPTY, *CASES)]
            print(f"  round {number + 1}: {tool.name}, medians so far: {', '.join(said)}", flush=True)
    return times


def _one_round(shop: Workshop, tool: Tool, namespace: str) -> t.List[t.Tuple[str, float]]:
    """A run's time is its whole command less the median of the empty runs beside it."""
    empty, found = [], []
    for case, changed in ((CREATE, 1), *((case, turn + 2) for turn in range(_AGAIN) for case in (ONE, SAME))):
        manifests = write(shop.folder / f"{namespace}.yaml", mixed(COUNT, namespace, str(changed)))
        empty.append(tool.empty())
        found.append((case, tool.apply(manifests, namespace)))
    usual = statistics.median(empty)
    return [*((EMPTY, seconds) for seconds in empty), *((case, seconds - usual) for case, seconds in found)]


@dataclass(frozen=True)
class Growth:
    """Seconds, and peak MiB, of the module's process for COUNT objects and ten times as many, created and again."""

    small: t.Tuple[float, float]
    large: t.Tuple[float, float]
    memory: float

    @property
    def ratio(self) -> float:
        return self.large[0] / self.small[0]

    @property
    def again_ratio(self) -> float:
        return self.large[1] / self.small[1]


def growth(shop: Workshop, create_namespace: t.Callable[[str], None], rounds: int) -> Growth:
    small, large, peaks = [], [], []
    for number in range(rounds):
        for factor, found in ((1, small), (10, large)):
            namespace = f"growth-{number}-{factor}"
            create_namespace(namespace)
            manifests = write(shop.folder / f"{namespace}.yaml", mixed(COUNT * factor, namespace))
            runs = [_in_process(shop, manifests, namespace) for _again in range(2)]
            found.append((runs[0][0], runs[1][0]))
            peaks.append(max(peak for _seconds, peak in runs))
            print(
                f"  {COUNT * factor} objects: {runs[0][0]:.2f} s, again {runs[1][0]:.2f} s, {peaks[-1]:.0f} MiB",
                flush=True,
            )
    return Growth(_medians(small), _medians(large), max(peaks))


def _medians(pairs: t.Sequence[t.Tuple[float, float]]) -> t.Tuple[float, float]:
    return statistics.median(p[0] for p in pairs), statistics.median(p[1] for p in pairs)


def _in_process(shop: Workshop, manifests: Path, namespace: str) -> t.Tuple[float, float]:
    """Seconds and MiB as the process itself counts them."""
    report = shop.folder / "run.json"
    shop.run([sys.executable, HERE / "sets.py", manifests, namespace, report])
    seconds, peak = json.loads(report.read_text())
    return seconds, peak


def small_tasks(shop: Workshop, rounds: int) -> Times:
    """20 tasks of one unchanged object each, whole commands."""
    obj = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "small", "namespace": "default"},
        "data": {"a": "1"},
    }
    ours = shop.playbook("ours-20", [{"slipway.deploy.k8s_apply": {"definition": obj}}] * 20)
    core = shop.playbook("core-20", [{"kubernetes.core.k8s": {"definition": obj}}] * 20)
    debug = shop.playbook("debug-20", [{"ansible.builtin.debug": {"msg": "x"}}] * 20)
    slipway, peer = Slipway(shop), KubernetesCore(shop)
    times = Times()
    slipway._play(ours)
    for _round in range(rounds):
        times.add(slipway.name, "20 tasks", slipway._play(ours))
        times.add("debug", "20 tasks", slipway._play(debug))
        times.add(peer.name, "20 tasks", peer._play(core))
    return times


def _measure(manifests: str, namespace: str, report: str) -> None:
    """In a process of its own: the verb, as the module runs it."""
    import os  # noqa: PLC0415

    from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import TaskContext  # noqa: PLC0415
    from ansible_collections.slipway.deploy.plugins.module_utils.kube.apply import VERB  # noqa: PLC0415

    params = {name: option.get("default") for name, option in VERB.spec["argument_spec"].items()}
    params.update(src=[manifests], namespace=namespace)
    started = time.monotonic()
    VERB.run(params, TaskContext(env=dict(os.environ)))
    took = time.monotonic() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    Path(report).write_text(json.dumps([took, peak]))


if __name__ == "__main__":
    _measure(*sys.argv[1:])
