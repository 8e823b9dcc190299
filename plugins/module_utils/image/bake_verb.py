# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""`docker_bake` as a verb: its options."""

from __future__ import annotations

from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Verb
from ansible_collections.slipway.deploy.plugins.module_utils.image.bake import run
from ansible_collections.slipway.deploy.plugins.module_utils.image.build_verb import PULL, SECRETS

VERB = Verb(
    name="docker_bake",
    spec={
        "argument_spec": {
            "path": {"type": "path", "required": True},
            "files": {"type": "list", "elements": "str"},
            "targets": {"type": "list", "elements": "str"},
            "set": {"type": "dict"},
            "variables": {"type": "dict"},
            "secrets": SECRETS,
            "push": {"type": "bool", "default": False},
            "load": {"type": "bool"},
            "pull": PULL,
            "nocache": {"type": "bool", "default": False},
            "registry_username": {"type": "str"},
            "registry_password": {"type": "str", "no_log": True},
            "builder": {"type": "str"},
            "packed": {"type": "dict", "options": {"progress": {"type": "str"}}},
        },
        "required_together": [("registry_username", "registry_password")],
    },
    run=run,
    hide=("set", "variables", "secrets", "registry_password", "packed"),
)
