# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""`docker_build` as a verb: its options."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Verb
from ansible_collections.slipway.deploy.plugins.module_utils.image.build import run

_SECRET: t.Dict[str, t.Any] = {
    "type": "list",
    "elements": "dict",
    "no_log": False,  # the ids may be seen; the values are marked below
    "options": {
        "id": {"type": "str", "required": True},
        "type": {"type": "str", "choices": ["env", "file", "value"], "required": True},
        "env": {"type": "str"},
        "src": {"type": "path"},
        "value": {"type": "str", "no_log": True},
    },
    "required_if": [("type", "env", ["env"]), ("type", "file", ["src"]), ("type", "value", ["value"])],
    "mutually_exclusive": [("env", "src", "value")],
}

_PACKED: t.Dict[str, t.Any] = {
    "type": "dict",
    "options": {
        "dockerfile": {"type": "str", "required": True},
        "name": {"type": "str", "required": True},
        "context": {"type": "str", "required": True},
        "archive": {"type": "path"},
    },
}

VERB = Verb(
    name="docker_build",
    spec={
        "argument_spec": {
            "name": {"type": "str", "required": True},
            "tag": {"type": "str"},
            "tags": {"type": "list", "elements": "str"},
            "path": {"type": "path", "required": True},
            "dockerfile": {"type": "path", "default": "Dockerfile"},
            "args": {"type": "dict"},
            "target": {"type": "str"},
            "labels": {"type": "dict"},
            "platform": {"type": "str"},
            "secrets": _SECRET,
            "push": {"type": "bool", "default": False},
            "pull": {"type": "bool", "default": False},
            "nocache": {"type": "bool", "default": False},
            "registry_username": {"type": "str"},
            "registry_password": {"type": "str", "no_log": True},
            "builder": {"type": "str"},
            "remote_src": {"type": "bool", "default": True},
            "packed": _PACKED,
        },
        "required_together": [("registry_username", "registry_password")],
    },
    run=run,
    hide=("args", "secrets", "registry_password", "packed"),
)
