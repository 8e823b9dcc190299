# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The verb of private_ca: an authority, and the certificates it has signed, that last and carry the right names."""

from __future__ import annotations

import typing as t
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import Runner, runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.files import exclusive
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Params, Result, TaskContext, Verb
from ansible_collections.slipway.deploy.plugins.module_utils.host import disk
from ansible_collections.slipway.deploy.plugins.module_utils.host.files import WantedFile
from ansible_collections.slipway.deploy.plugins.module_utils.pki.openssl import OpenSSL
from ansible_collections.slipway.deploy.plugins.module_utils.pki.plan import Plan, Wanted, check, plan, subject

_PATIENCE = 120.0
ARGUMENTS: t.Dict[str, t.Any] = {
    "directory": {"type": "path", "required": True},
    "common_name": {"type": "str", "default": "Slipway private authority"},
    "days": {"type": "int", "default": 3650},
    "renew_before_days": {"type": "int", "default": 30},
    "certificates": {
        "type": "list",
        "elements": "dict",
        "default": [],
        "options": {
            "key": {"type": "path", "required": True, "no_log": False},
            "certificate": {"type": "path", "required": True},
            "names": {"type": "list", "elements": "str", "required": True},
            "usage": {"type": "str", "choices": ["server", "client"], "default": "server"},
            "days": {"type": "int", "default": 365},
            "owner": {"type": "str"},
            "group": {"type": "str"},
        },
    },
}


def issue(params: Params, context: TaskContext) -> Result:
    """The authority first, then what it signs. Keys are kept; only certificates are issued again."""
    authority = Wanted(
        key=f"{params['directory']}/ca.key",
        certificate=f"{params['directory']}/ca.crt",
        common_name=params["common_name"],
        days=params["days"],
    )
    certificates = [_wanted(item) for item in params["certificates"]]
    for wanted in [authority, *certificates]:
        check(wanted)
    if context.check_mode:
        return _issue(authority, certificates, params, context)
    # Hosts that are provisioned at the same time may share an authority on the controller.
    directory = Path(params["directory"])
    directory.mkdir(parents=True, exist_ok=True)
    with exclusive(directory / ".lock", "this authority", wait=_PATIENCE):
        return _issue(authority, certificates, params, context)


def _issue(authority: Wanted, certificates: t.Sequence[Wanted], params: Params, context: TaskContext) -> Result:
    run = runner()
    openssl = OpenSSL(run, authority, params["renew_before_days"])
    issued: t.List[t.Dict[str, str]] = []
    new_authority = False
    for wanted in [authority, *certificates]:
        todo = plan(wanted, openssl.look(wanted), new_authority)
        new_authority = new_authority or (wanted is authority and todo.make_key)
        if not todo.issue:
            continue
        issued.append({"certificate": wanted.certificate, "reason": todo.reason})
        if not context.check_mode:
            _make(wanted, todo, openssl, run)
    found = disk.find(authority.certificate)
    ca = found.content.decode("ascii") if found else ""
    return {"changed": bool(issued), "issued": issued, "ca": ca}


def _wanted(item: t.Mapping[str, t.Any]) -> Wanted:
    return Wanted(
        key=item["key"],
        certificate=item["certificate"],
        common_name=subject(item["names"]),
        days=item["days"],
        names=tuple(item["names"]),
        usage=item["usage"],
        owner=item["owner"],
        group=item["group"],
    )


def _make(wanted: Wanted, todo: Plan, openssl: OpenSSL, run: Runner) -> None:
    """The key before its certificate: after a killed run the next one sees which of the two is missing."""
    if todo.make_key:
        key = openssl.make_key().encode("ascii")
        disk.replace(WantedFile(wanted.key, key, 0o600, wanted.owner, wanted.group), run)
    certificate = openssl.issue(wanted).encode("ascii")
    disk.replace(WantedFile(wanted.certificate, certificate, 0o644, wanted.owner, wanted.group), run)


VERB = Verb(name="private_ca", spec={"argument_spec": ARGUMENTS}, run=issue)
