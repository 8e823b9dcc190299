# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read objects: one, all that selectors choose, or many kinds at once."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import (
    Params,
    Result,
    TaskContext,
    Verb,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.client import connect
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.connection import (
    CONNECTION_HIDE,
    CONNECTION_IMPORTS,
    CONNECTION_SPEC,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.discovery import Discovery, Resource
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.errors import Gone
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.parallel import run_all
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.compute import compute
from ansible_collections.slipway.deploy.plugins.module_utils.kube.identity import ObjectRef
from ansible_collections.slipway.deploy.plugins.module_utils.kube.manifests.fieldpath import steps
from ansible_collections.slipway.deploy.plugins.module_utils.kube.reading.fetch import Answer, Keep, Reader, expired
from ansible_collections.slipway.deploy.plugins.module_utils.kube.reading.query import Wanted, resource_of, wanted_from
from ansible_collections.slipway.deploy.plugins.module_utils.kube.reading.view import View

_CHOICE: t.Dict[str, t.Any] = {
    "name": {"type": "str"},
    "namespace": {"type": "str"},
    "label_selectors": {"type": "list", "elements": "str", "default": []},
    "field_selectors": {"type": "list", "elements": "str", "default": []},
}
SPEC: t.Dict[str, t.Any] = {
    "argument_spec": {
        **CONNECTION_SPEC,
        "api_version": {"type": "str", "default": "v1", "aliases": ["api", "version"]},
        "kind": {"type": "str"},
        **_CHOICE,
        "kinds": {
            "type": "list",
            "elements": "dict",
            "options": {
                "api_version": {"type": "str", "default": "v1", "aliases": ["api", "version"]},
                "kind": {"type": "str", "required": True},
                **_CHOICE,
            },
        },
        "metadata_only": {"type": "bool", "default": False},
        "limit": {"type": "int"},
        "continue": {"type": "str"},
        "health": {"type": "bool", "default": False},
        "hidden_fields": {"type": "list", "elements": "str", "default": []},
        "show_managed_fields": {"type": "bool", "default": False},
        "show_secrets": {"type": "bool", "default": False},
    },
    "mutually_exclusive": [
        ("kind", "kinds"),
        ("name", "kinds"),
        ("limit", "kinds"),
        ("continue", "kinds"),
    ],
    "required_one_of": [("kind", "kinds")],
}
_Query = t.Tuple[Wanted, t.Optional[Resource]]


def run(params: Params, context: TaskContext) -> Result:
    _check(params)
    wanted = wanted_from(params)
    client = connect(params, context)
    discovery = Discovery(client)
    queries = [(one, resource_of(discovery, one)) for one in wanted]
    reader = Reader(client, _keeper(params), params["metadata_only"])

    def read(query: _Query) -> Answer:
        return reader.read(*query, params.get("limit") or 0, params.get("continue") or "")

    try:
        answers = run_all(read, queries)
    except Gone as exc:
        raise expired(exc) from exc
    return _result(queries, answers, params["health"])


def _check(params: Params) -> None:
    if params.get("limit") is not None and params["limit"] < 1:
        raise InputError(f"limit is {params['limit']}: it must be at least 1.")
    if params["health"] and params["metadata_only"]:
        raise InputError("health is read from spec and status: it does not go with metadata_only.")
    wrong = [path for path in params["hidden_fields"] if not steps(path)]
    if wrong:
        raise InputError(f"hidden_fields: '{wrong[0]}' is no path of a field; write it as metadata.annotations.")


def _view(params: Params) -> View:
    return View(
        managed_fields=params["show_managed_fields"],
        secrets=params["show_secrets"],
        metadata_only=params["metadata_only"],
        hidden=tuple(params["hidden_fields"]),
    )


def _keeper(params: Params) -> Keep:
    """(the object as shown, how it does); health is computed from the whole object, before anything is hidden."""
    view = _view(params)
    if not params["health"]:
        return lambda obj: (view(obj), None)
    return lambda obj: (view(obj), {**ObjectRef.from_object(obj).as_result(), **compute(obj).as_dict()})


def _result(queries: t.Sequence[_Query], answers: t.Sequence[Answer], with_health: bool) -> Result:
    """One shape, whatever was asked for."""
    resources = [obj for answer in answers for obj, _health in answer.items]
    healths = [health for answer in answers for _obj, health in answer.items]
    # Only a single query can be cut short.
    last = answers[-1]
    return {
        "changed": False,
        "api_found": all(answer.served for answer in answers),
        "unknown_kinds": [
            {"api_version": wanted.api_version, "kind": wanted.kind}
            for (wanted, _resource), answer in zip(queries, answers)
            if not answer.served
        ],
        "resources": resources,
        **({"objects": healths} if with_health else {}),
        "count": len(resources),
        "remaining": last.remaining,
        "continue": last.following,
    }


VERB = Verb("k8s_info", SPEC, run, hide=CONNECTION_HIDE, imports=CONNECTION_IMPORTS)
