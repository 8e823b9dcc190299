# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keeps the demo's lab from working beside a measurement: a cluster on a few cores is never idle."""

from __future__ import annotations

import contextlib
import os
import subprocess
import typing as t
from pathlib import Path

_LAB = "slipway-lab"
_READY_WITHIN = "180s"


@contextlib.contextmanager
def lab_rests() -> t.Iterator[None]:
    """Its hosts stand still, with all that runs in them."""
    hosts = running_hosts(_LAB)
    if hosts:
        docker("pause", *hosts)
    try:
        yield
    finally:
        if hosts:
            docker("unpause", *hosts)


def await_nodes(kubectl: Path, kubeconfig: Path) -> None:
    """The nodes were not heard of for as long as they stood still."""
    words = ["wait", "--for=condition=Ready", "node", "--all", f"--timeout={_READY_WITHIN}"]
    env = {**os.environ, "KUBECONFIG": str(kubeconfig)}
    subprocess.run([str(kubectl), *words], check=True, env=env, stdout=subprocess.DEVNULL)


def running_hosts(lab: str) -> t.List[str]:
    """The containers that are a lab's hosts; none where no engine runs."""
    if subprocess.run(["docker", "info"], check=False, capture_output=True).returncode:
        return []
    return docker("ps", "--quiet", f"--filter=label=slipway.lab={lab}", "--filter=status=running").split()


def docker(*words: str) -> str:
    return subprocess.run(["docker", *words], check=True, stdout=subprocess.PIPE, text=True).stdout
