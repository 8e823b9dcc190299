# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The unit by which a user's systemd keeps the engine running. Pure."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.service import SEARCH_PATH
from ansible_collections.slipway.deploy.plugins.module_utils.image.texts import texts

_MARK = "# Written by slipway.deploy.docker_rootless."
_NAME = re.compile(r"\A[A-Za-z_][A-Za-z0-9_]*\Z")


def unit(script: str, environment: t.Mapping[str, t.Any]) -> str:
    """`script` wraps dockerd into namespaces."""
    return "\n".join(
        [
            _MARK,
            "[Unit]",
            "Description=Docker engine of this user",
            "Documentation=https://docs.docker.com/go/rootless/",
            "StartLimitBurst=3",
            "StartLimitInterval=60s",
            "",
            "[Service]",
            f"Environment=PATH={SEARCH_PATH}",
            *(_assignment(name, value) for name, value in sorted(texts("environment", environment).items())),
            f"ExecStart={script}",
            "ExecReload=/bin/kill -s HUP $MAINPID",
            "Type=notify",
            "NotifyAccess=all",
            "TimeoutStartSec=120",
            "TimeoutStopSec=0",
            "Restart=always",
            "RestartSec=2",
            "LimitNOFILE=infinity",
            "LimitNPROC=infinity",
            "LimitCORE=infinity",
            "TasksMax=infinity",
            "Delegate=yes",
            "KillMode=mixed",
            "",
            "[Install]",
            "WantedBy=default.target",
            "",
        ]
    )


def is_ours(text: t.Optional[str]) -> bool:
    return bool(text and text.startswith(_MARK))


def _assignment(name: str, value: str) -> str:
    """systemd takes `%` and `$` for its own where they are not doubled."""
    if not _NAME.match(name) or "\n" in value:
        raise InputError(f"environment: {name} is no name and value of an environment variable on one line.")
    quoted = value.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'Environment="{name}={quoted}"'
