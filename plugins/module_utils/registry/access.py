# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a task says which registries it means: the options that the registry verbs share, and what they open."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Params, TaskContext
from ansible_collections.slipway.deploy.plugins.module_utils.image.reference import parse_reference
from ansible_collections.slipway.deploy.plugins.module_utils.registry.auth import Credentials, given
from ansible_collections.slipway.deploy.plugins.module_utils.registry.resolve import Registries, Trust
from ansible_collections.slipway.deploy.plugins.module_utils.registry.retry import Patience

#: Seconds without a byte: a registry that keeps blobs in an object store copies each once more at its end.
_TIMEOUT = 120.0

OPTIONS: t.Dict[str, t.Any] = {
    "registry_username": {"type": "str"},
    "registry_password": {"type": "str", "no_log": True},
    "ca_file": {"type": "path"},
    "validate_certs": {"type": "bool"},
    "registries": {
        "type": "list",
        "elements": "dict",
        "default": [],
        "no_log": False,  # the names may be seen; the password is marked below
        "options": {
            "host": {"type": "str", "required": True},
            "username": {"type": "str"},
            "password": {"type": "str", "no_log": True},
            "ca_file": {"type": "path"},
            "validate_certs": {"type": "bool"},
        },
        "required_together": [("username", "password")],
    },
    "retries": {"type": "int", "default": 4},
}
TOGETHER = ("registry_username", "registry_password")
HIDE = ("registry_password", "registries.password")


def open_registries(params: Params, context: TaskContext, domains: t.AbstractSet[str]) -> Registries:
    """`domains` are those that the top-level credentials are for."""
    own: t.Dict[str, Credentials] = {}
    shared = given(params["registry_username"], params["registry_password"])
    if shared:
        own.update(dict.fromkeys([_only(domains)], shared))
    trust: t.Dict[str, Trust] = {}
    for entry in params["registries"]:
        host = registry_host(entry["host"])
        if host in trust:
            raise InputError(f"registries names {host} twice: write one entry for it.")
        credentials = given(entry["username"], entry["password"])
        if credentials:
            own[host] = credentials
        verify = params["validate_certs"] if entry["validate_certs"] is None else entry["validate_certs"]
        trust[host] = Trust(entry["ca_file"] or params["ca_file"], verify)
    return Registries(
        context.env,
        own=own,
        trust=trust,
        any_trust=Trust(params["ca_file"], params["validate_certs"]),
        patience=Patience(attempts=1 + max(params["retries"], 0)),
        timeout=_TIMEOUT,
    )


def registry_host(text: str) -> str:
    """host[:port], as it stands in an image's name."""
    try:
        return parse_reference(f"{text}/x").domain if "/" not in text else _bad_host(text)
    except InputError:
        return _bad_host(text)


def _bad_host(text: str) -> str:
    raise InputError(f"{text!r} is not a registry: write host[:port], as in an image's name.")


def _only(domains: t.AbstractSet[str]) -> str:
    if len(domains) != 1:
        names = ", ".join(sorted(domains))
        raise InputError(f"registry_username is for one registry, but this task has {names}: use registries instead.")
    return next(iter(domains))
