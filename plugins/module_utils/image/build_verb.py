# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""`docker_build` as a verb: its options."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Verb
from ansible_collections.slipway.deploy.plugins.module_utils.image.build import run
from ansible_collections.slipway.deploy.plugins.module_utils.image.request import ALWAYS, MISSING

SECRETS: t.Dict[str, t.Any] = {
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

PULL: t.Dict[str, t.Any] = {"type": "str", "choices": [MISSING, ALWAYS], "default": ALWAYS}

_OUTPUTS: t.Dict[str, t.Any] = {
    "type": "list",
    "elements": "dict",
    "options": {
        "type": {"type": "str", "choices": ["local", "tar", "oci", "docker"], "required": True},
        "dest": {"type": "path", "required": True},
    },
}

_OCI_LABELS: t.Dict[str, t.Any] = {
    "type": "dict",
    "options": {name: {"type": "str"} for name in ("source", "revision", "version", "created")},
}

_PACKED: t.Dict[str, t.Any] = {
    "type": "dict",
    "options": {
        "dockerfile": {"type": "str"},
        "name": {"type": "str"},
        "context": {"type": "str"},
        "reach": {"type": "dict"},
        "contexts": {"type": "dict"},
        "archive": {"type": "path"},
        "progress": {"type": "str"},
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
            "build_contexts": {"type": "dict"},
            "target": {"type": "str"},
            "labels": {"type": "dict"},
            "annotations": {"type": "dict"},
            "oci_labels": _OCI_LABELS,
            "platform": {"type": "list", "elements": "str"},
            "secrets": SECRETS,
            "ssh": {"type": "list", "elements": "str"},
            "cache_from": {"type": "list", "elements": "str"},
            "cache_to": {"type": "list", "elements": "str"},
            "provenance": {"type": "str", "choices": ["none", "min", "max"], "default": "none"},
            "sbom": {"type": "bool", "default": False},
            "sbom_generator": {"type": "str"},
            "source_date_epoch": {"type": "int"},
            "network": {"type": "str"},
            "etc_hosts": {"type": "dict"},
            "shm_size": {"type": "str"},
            "ulimits": {"type": "list", "elements": "str"},
            "outputs": _OUTPUTS,
            "push": {"type": "bool", "default": False},
            "load": {"type": "bool"},
            "pull": PULL,
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
