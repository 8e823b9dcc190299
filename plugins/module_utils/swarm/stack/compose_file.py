# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads Compose files by `docker compose config`: merged, interpolated, checked, as JSON."""

from __future__ import annotations

import json
import tempfile
import typing as t
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import Runner, runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError, MissingDependencyError
from ansible_collections.slipway.deploy.plugins.module_utils.compose.project import ENV_FILE, render_env

#: What Compose may see of the task's environment: values come from `env` alone, the same on every manager.
_INHERITED = ("PATH", "HOME", "DOCKER_CONFIG", "DOCKER_HOST")


def read_compose(
    stack: str, definition: str | None, files: t.Sequence[str], values: t.Mapping[str, t.Any], env: t.Mapping[str, str]
) -> t.Dict[str, t.Any]:
    """The project as Compose understands it. Paths in a file count from the first file's directory."""
    for path in files:
        if not Path(path).is_file():
            raise InputError(f"files: {path} is not a file on this host.")
    run = runner({key: env[key] for key in _INHERITED if key in env})
    with tempfile.TemporaryDirectory(prefix="slipway-") as name:
        folder = Path(name)
        (folder / ENV_FILE).write_text(render_env(values), encoding="utf-8")
        named = [str(Path(path).absolute()) for path in files] if definition is None else ["-"]
        where = str(Path(named[0]).parent) if definition is None else name
        return _config(run, stack, named, where, str(folder / ENV_FILE), definition)


def _config(
    run: Runner, stack: str, files: t.Sequence[str], where: str, env_file: str, text: str | None
) -> t.Dict[str, t.Any]:
    argv = ["docker", "compose", "--project-name", stack, "--project-directory", where, "--env-file", env_file]
    for file in files:
        argv += ["--file", file]
    done = run([*argv, "config", "--format", "json"], text)
    if done.ok:
        parsed: t.Dict[str, t.Any] = json.loads(done.out)
        return parsed
    if "is not a docker command" in done.err or "unknown flag: --project-name" in done.err:
        raise MissingDependencyError("'docker compose' does not work on this host: install Docker's Compose plugin.")
    raise InputError(f"The Compose file of the stack '{stack}' is not valid: {done.tail(5).replace(where + '/', '')}")
