# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A host without an engine: a client that knows `info` and what the test says of images, and a registry in this
process."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import TaskContext
from ansible_collections.slipway.deploy.plugins.module_utils.image.build import run
from ansible_collections.slipway.deploy.tests.unit.plugins.module_utils.image.archives import OCI_MANIFEST
from ansible_collections.slipway.deploy.tests.unit.plugins.module_utils.image.options import defaults
from ansible_collections.slipway.deploy.tests.unit.plugins.module_utils.registry.fake_registry import FakeRegistry

CLIENT = """#!/bin/sh
echo "$*" >> "$CALLS"
case "$*" in
  "info "*) cat "$INFO" ;;
  "image inspect "*) cat "$(dirname "$0")/images" 2>/dev/null || exit 1 ;;
  "buildx version") echo "buildx v0.29.0"; exit "${BUILDX:-0}" ;;
  "buildx build "*) cat "$(dirname "$0")/output" >&2; exit 1 ;;
  *) exit 1 ;;
esac
"""
IMAGE = {"schemaVersion": 2, "config": {"digest": "sha256:config"}, "layers": []}


class Host:
    """A host with a client, a context and a registry that is also Docker Hub's mirror."""

    def __init__(self, folder: Path, registry: FakeRegistry) -> None:
        self.folder, self.registry = folder, registry
        self.context = folder / "context"
        self.context.mkdir()
        (self.context / "Dockerfile").write_text("FROM base:1\nCOPY . /\n")
        (folder / "docker").write_text(CLIENT)
        (folder / "docker").chmod(0o755)
        info = {"ServerVersion": "26.1", "OSType": "linux", "Architecture": "x86_64"}
        (folder / "info").write_text(json.dumps({**info, "RegistryConfig": {"Mirrors": [registry.url]}}))
        self.env = {
            "PATH": f"{folder}:/usr/bin:/bin",
            "CALLS": str(folder / "calls"),
            "INFO": str(folder / "info"),
            "HOME": str(folder),
            # Not the engine of this machine: of a context only the command knows where it leads.
            "DOCKER_CONTEXT": "elsewhere",
        }
        registry.blobs["library/base", "sha256:config"] = b'{"config": {"Env": ["APP=/srv"]}}'
        self.base = registry.add_manifest("library/base", "1", OCI_MANIFEST, {**IMAGE, "base": 1})

    def build(self, check: bool = False, **options: t.Any) -> dict[str, t.Any]:
        name = f"{self.registry.host}/team/app:v1"
        params = defaults(**{"name": name, "path": str(self.context), "push": True, **options})
        return run(params, TaskContext(check_mode=check, env=self.env))

    def calls(self) -> list[str]:
        return (self.folder / "calls").read_text().splitlines()

    def has_image(self, **described: t.Any) -> None:
        """In the engine, as `docker image inspect` tells of it."""
        with (self.folder / "images").open("a") as images:
            images.write(json.dumps({"Os": "linux", "Architecture": "amd64", **described}) + "\n")

    def remember(self, result: dict[str, t.Any], **document: t.Any) -> str:
        self.registry.blobs["team/app", "sha256:config"] = b"{}"
        tag = "in-" + result["fingerprint"].partition(":")[2][:40]
        return self.registry.add_manifest("team/app", tag, OCI_MANIFEST, {**IMAGE, **document})
