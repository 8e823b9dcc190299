# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether the builder can do what a task asks for, told before anything is touched."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import Runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError, MissingDependencyError
from ansible_collections.slipway.deploy.plugins.module_utils.engine.builder_facts import parse_inspected
from ansible_collections.slipway.deploy.plugins.module_utils.engine.cli import EngineInfo
from ansible_collections.slipway.deploy.plugins.module_utils.image.request import Request

_ENGINE = "docker"
_ARCHIVES = ("oci", "docker")


def check_builder(request: Request, info: EngineInfo, run: Runner) -> None:
    """Asks only where the answer matters."""
    wishes = _beyond_the_plain_store(request)
    if not wishes and not request.builder:
        return
    inspected = run(["docker", "buildx", "inspect", *([request.builder] if request.builder else [])])
    if not inspected.ok:
        require_buildx(run)
        raise InputError(f"There is no builder {request.builder!r} on this host: it has {_builders(run)}.")
    if wishes and parse_inspected(inspected.out).driver == _ENGINE and not info.containerd:
        raise InputError(
            f"{wishes[0]} is more than this engine's image store can do: turn on the containerd image store "
            '("features": {"containerd-snapshotter": true} in daemon.json), or name a builder of another driver.'
        )


def require_buildx(run: Runner) -> str:
    """The line with its version."""
    version = run(["docker", "buildx", "version"])
    if not version.ok:
        raise MissingDependencyError(
            "Docker on this host has no buildx: install docker-buildx (Debian) or docker-buildx-plugin (Docker)."
        )
    return version.out.strip()


def _beyond_the_plain_store(request: Request) -> t.List[str]:
    options = request.options
    wishes = {
        f"platform with {len(request.platforms)} platforms": len(request.platforms) > 1,
        f"provenance: {options.provenance}": options.provenance != "none",
        "sbom": options.sbom,
        "annotations": bool(options.annotations),
        "load: false together with push": request.push and request.load is False,
    }
    wishes.update({f"output of type {output.type}": output.type in _ARCHIVES for output in options.outputs})
    wishes.update(
        {f"cache_to {cache.partition(',')[0]}": not cache.startswith("type=inline") for cache in options.cache_to}
    )
    return [wish for wish, asked in wishes.items() if asked]


def _builders(run: Runner) -> str:
    """The names are the words at the start of a line; nodes are indented."""
    lines = run(["docker", "buildx", "ls"]).out.splitlines()[1:]
    names = [line.split()[0].rstrip("*") for line in lines if line.strip() and not line[0].isspace()]
    return ", ".join(names) or "none"
