# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Measures image builds on a Docker host of the lab (docker1) beside bare buildx and community.docker, in one run, and
writes their section of docs/benchmarks.md.

python tests/bench/images.py [--rounds 5]
"""

from __future__ import annotations

import argparse
import datetime
import json
import statistics
import subprocess
import sys
import tempfile
import typing as t
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests/images"), str(ROOT / "tests/demo")]
from buildkit import Host
from page import put

TITLE = "## Images"


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    text, missed = report(measure(rounds), rounds)
    put("images", text)
    print(text)
    print("\n".join(["not met:", *missed]) if missed else "all figures of images are met")
    return 1 if missed else 0


def measure(rounds: int) -> t.Dict[str, t.Any]:
    there = (
        "d=$(mktemp -d) && mkdir -p $d/ansible_collections/slipway/deploy && tar -xf - -C $d && mv $d/plugins $d/meta"
    )
    there += " $d/galaxy.yml $d/ansible_collections/slipway/deploy/"
    script = f"{there} && python3 $d/tests/bench/images_there.py $d {rounds}; c=$?; rm -rf $d; exit $c"
    with tempfile.TemporaryFile() as luggage:
        files = ["plugins", "meta", "galaxy.yml", "tests/bench/images_there.py"]
        subprocess.run(["tar", "-cf", "-", "-C", ROOT, "--exclude=__pycache__", *files], check=True, stdout=luggage)
        luggage.seek(0)
        found: t.Dict[str, t.Any] = json.loads(Host("docker1").run(["sh", "-c", script], luggage))
    return found


def report(times: t.Mapping[str, t.Any], rounds: int) -> t.Tuple[str, t.List[str]]:
    many = {name: statistics.median(values) for name, values in times["many"].items()}
    changed = {name: statistics.median(values) for name, values in times["changed"].items()}
    large = times["large"]
    figures = [
        ("nothing changed, 10,000 files, against buildx with everything cached", many["slipway"] / many["buildx"], 0.5),
        ("the same, against community.docker", many["slipway"] / many["community"], 1 / 3),
        ("the decision in the module's process, seconds", many["decision"], 0.3),
        ("its memory, MiB", many["memory"], 100.0),
        ("memory for a context of 2 GiB, MiB", large["memory"], 100.0),
        (
            "one source file of a multi-stage build changed, against buildx",
            changed["slipway"] / changed["buildx"],
            1.05,
        ),
    ]
    lines = [
        TITLE,
        "",
        f"Made by `make bench` on {datetime.date.today()} on one Docker host of the lab, which is its own controller. "
        f"Medians of {rounds} rounds, the tools in turn; a playbook's time is its whole command less an empty play.",
        "",
        "| | docker_build s | docker buildx build s | community.docker.docker_image_build s |",
        "|---|---|---|---|",
        f"| nothing changed, 10,000 files | {many['slipway']:.2f} | {many['buildx']:.2f} | {many['community']:.2f} |",
        f"| one source file of a multi-stage build changed | {changed['slipway']:.2f} | {changed['buildx']:.2f} | |",
        "",
        "| figure | measured | at most | |",
        "|---|---|---|---|",
        *(f"| {name} | {value:.3g} | {limit:.3g} | {verdict(value, limit)} |" for name, value, limit in figures),
        "",
        f"A context of 2 GiB that was never seen before: {large['seconds']:.1f} s. To a build `docker_build` adds "
        f"{changed['slipway'] - changed['buildx']:.2f} s.",
        "",
    ]
    missed = [f"{name}: {value:.3g}, at most {limit:.3g}" for name, value, limit in figures if value > limit]
    return "\n".join(lines), missed


def verdict(value: float, limit: float) -> str:
    return "met" if value <= limit else "not met"


if __name__ == "__main__":
    raise SystemExit(main())
