# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A lab and its hosts as values, and the engine's arguments that make them real. Pure."""

from __future__ import annotations

import hashlib
import json
import typing as t
from dataclasses import dataclass

LAB_LABEL = "slipway.lab"
HOST_LABEL = "slipway.lab.host"
SPEC_LABEL = "slipway.lab.spec"


@dataclass(frozen=True)
class Host:
    """One host: a container with an address of its own."""

    name: str
    address: str
    memory: t.Optional[str] = None


@dataclass(frozen=True)
class Lab:
    """What the hosts have in common."""

    name: str
    network: str
    subnet: str
    image: str
    hosts: t.Tuple[Host, ...]
    capabilities: t.Tuple[str, ...] = ()
    #: Directories which must not lie on the container's own overlay file system.
    volumes: t.Tuple[str, ...] = ()

    def container(self, host: str) -> str:
        return f"{self.name}-{host}"


def run_arguments(lab: Lab, host: Host) -> t.List[str]:
    """The arguments of `docker run` which boot the host, without labels and image."""
    arguments = ["--name", lab.container(host.name), "--hostname", host.name]
    arguments += ["--network", lab.network, "--ip", host.address, "--network-alias", host.name]
    arguments += ["--cap-drop", "ALL"]
    for capability in lab.capabilities:
        arguments += ["--cap-add", capability]
    for profile in ("seccomp", "apparmor", "systempaths"):
        arguments += ["--security-opt", f"{profile}=unconfined"]
    arguments += ["--device-cgroup-rule", "a *:* rwm", "--cgroupns", "private"]
    arguments += ["--tmpfs", "/run:exec", "--tmpfs", "/run/lock", "--tmpfs", "/tmp:exec"]  # noqa: S108
    for volume in lab.volumes:
        arguments += ["--volume", volume]
    if host.memory:
        arguments += ["--memory", host.memory]
    return arguments


def spec_hash(lab: Lab, host: Host) -> str:
    """Changes when the container has to be made anew.

    The image is not in it: what a host has become is worth more than the image that it was born from, and the roles
    bring an older one to the same state. New hosts are born from the new image.
    """
    return hashlib.sha256(json.dumps(run_arguments(lab, host)).encode()).hexdigest()[:16]


def labels(lab: Lab, host: Host) -> t.List[str]:
    """By these the next run knows its containers, and whether they are still what is asked for."""
    pairs = {LAB_LABEL: lab.name, HOST_LABEL: host.name, SPEC_LABEL: spec_hash(lab, host)}
    return [word for key, value in pairs.items() for word in ("--label", f"{key}={value}")]
