# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A login that only one task has: a Docker configuration of its own, gone with the task."""

from __future__ import annotations

import contextlib
import json
import os
import typing as t
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.registry.auth import (
    Credentials,
    docker_config,
    docker_config_file,
)

#: What else lives beside config.json and must still be found: plugins, contexts, builders.
_NEIGHBOURS = ("cli-plugins", "contexts", "buildx")


def environment_with_login(
    env: t.Mapping[str, str], registry: str, credentials: t.Optional[Credentials], folder: Path
) -> t.Dict[str, str]:
    """`folder` lies in a folder that nobody else can enter."""
    if credentials is None:
        return dict(env)
    folder.mkdir(mode=0o700)
    theirs = docker_config_file(env)
    handle = os.open(str(folder / "config.json"), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(docker_config(registry, credentials, _read(theirs)))
    for name in _NEIGHBOURS:
        if (theirs.parent / name).exists():
            (folder / name).symlink_to((theirs.parent / name).absolute())
    return {**env, "DOCKER_CONFIG": str(folder)}


def _read(path: Path) -> t.Dict[str, t.Any]:
    with contextlib.suppress(OSError, ValueError):
        data = json.loads(path.read_text(encoding="utf-8"))
        return data if isinstance(data, dict) else {}
    return {}
