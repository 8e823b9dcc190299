# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Killed in the middle of each of its stages and started again, the demo converges."""

from __future__ import annotations

import pathlib
import subprocess

import pytest
from the_lab import LAB, demo, page
from watched import ROOT

#: Tasks that do a stage's work, in the order of the demo, and how long each is left to work.
STAGES = [
    ("lab : Make the images", 3.0),
    ("lab : Start the hosts", 2.0),
    ("docker_host : Install the engine", 8.0),
    ("docker_host : Configure the engine and keep it running", 1.0),
    ("app : Build and push the image", 5.0),
    ("app : Run, watch and check the release on the Docker host", 4.0),
    ("artifacts : Publish programs and archives", 2.0),
    ("artifacts : Push the images", 2.0),
    ("kubernetes : Install the binaries", 2.0),
    ("kubernetes : Make this host the control plane", 4.0),
    ("kubernetes : Make this host a worker", 2.0),
    ("kubernetes : Apply the addons", 0.5),
    ("app : Apply, watch and check the release in the cluster", 3.0),
]


@pytest.fixture(scope="module")
def nothing_left() -> None:
    """From the start, so that every stage has its work to do. It also shows that cleaning leaves nothing."""
    subprocess.run(["make", "-s", "demo-clean"], cwd=ROOT, check=True, capture_output=True, text=True)
    assert not LAB.exists()
    assert left_in_the_engine() == ""


def left_in_the_engine() -> str:
    """The lab's containers, networks and volumes. An engine that the lab had started has ended with it."""
    if subprocess.run(["docker", "info"], capture_output=True, check=False).returncode:
        return "".join(str(path) for path in pathlib.Path("/var/lib/docker/containers").glob("*"))
    kinds = (["ps", "--all"], ["network", "ls"], ["volume", "ls"])
    asked = [["docker", *kind, "-q", "--filter", "label=slipway.lab"] for kind in kinds]
    return "".join(subprocess.run(ask, capture_output=True, text=True, check=True).stdout for ask in asked)


@pytest.mark.parametrize(("stage", "delay"), STAGES, ids=[stage.replace(" : ", ": ") for stage, _delay in STAGES])
def test_killed_in_the_middle(nothing_left: None, stage: str, delay: float) -> None:
    header = f"TASK [slipway.deploy.{stage}"
    run = demo("v1", stop_at=lambda line: delay if header in line else None)
    assert header in run.output, f"it ended before that stage:\n{run.tail()}"


def test_converges_after_all_of_them(nothing_left: None, compose_url: str, cluster_url: str) -> None:
    run = demo("v1")
    assert run.code == 0, run.tail()
    assert demo("v1").changed == {}
    assert page(compose_url)["version"] == page(cluster_url)["version"] == "v1"
    assert half_written() == []


def half_written() -> list[pathlib.Path]:
    """Temporary names that a killed run left in the caches and stayed there."""
    cache = pathlib.Path("~/.cache/slipway").expanduser()
    return [path for folder in (LAB, cache / "artifacts", cache / "lab") for path in folder.glob("**/*.part")]
