# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Applies or removes any number of objects: the verb of `k8s_apply`."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Params, Result, TaskContext, Verb
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.client import KubeClient, connect
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.connection import (
    CONNECTION_HIDE,
    CONNECTION_IMPORTS,
    CONNECTION_SPEC,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.discovery import Discovery
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.cluster import Cluster
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.present import make_present
from ansible_collections.slipway.deploy.plugins.module_utils.kube.manifests.manifest import Manifest
from ansible_collections.slipway.deploy.plugins.module_utils.kube.sources.options import (
    SOURCE_OPTIONS,
    SOURCES_HIDE,
    SOURCES_SPEC,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.sources.read import read_manifests
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.options import WAIT_SPEC

if t.TYPE_CHECKING:
    from ansible_collections.slipway.deploy.plugins.module_utils.kube.sources.capabilities import Capabilities

SPEC: t.Dict[str, t.Any] = {
    "argument_spec": {
        **CONNECTION_SPEC,
        **SOURCES_SPEC,
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "namespace": {"type": "str"},
        "field_manager": {"type": "str", "default": "slipway"},
        "force_conflicts": {"type": "raw", "default": False},
        "apply_set": {"type": "str"},
        "prune_limit": {"type": "str", "default": "50%"},
        "prune_protect": {"type": "list", "elements": "str"},
        "versioned": {"type": "bool", "default": False},
        "keep_versions": {"type": "int", "default": 3},
        "checksum": {"type": "bool", "default": False},
        "order_rules": {"type": "list", "elements": "dict", "default": []},
        "recreate": {"type": "bool", "default": False},
        "preflight": {"type": "bool", "default": False},
        "on_failure": {"type": "str", "choices": ["keep", "rollback"], "default": "keep"},
        **WAIT_SPEC,
        "wait": {"type": "bool", "default": False},
        "wait_timeout": {"type": "int", "default": 120},
    },
    "required_one_of": [(*SOURCE_OPTIONS, "apply_set")],
}


def run(params: Params, context: TaskContext) -> Result:
    manifests = _manifests(params, context)
    client, discovery = _connected(params, context)
    cluster = Cluster(client, discovery, params, context)
    return _make_absent(manifests, cluster) if params["state"] == "absent" else make_present(manifests, cluster)


def _make_absent(manifests: t.Sequence[Manifest], cluster: Cluster) -> Result:
    from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.absent import (  # noqa: PLC0415  (seldom needed: docs/architecture.md)
        make_absent,
    )

    return make_absent(manifests, cluster)


def _manifests(params: Params, context: TaskContext) -> t.List[Manifest]:
    if any(params.get(name) for name in SOURCE_OPTIONS):
        return read_manifests(params, context, lambda: _capabilities(params, context))
    if params["state"] == "absent" and params.get("apply_set"):
        return []  # the set itself says what is in it
    raise InputError(f"There is nothing to apply: give one of {', '.join(SOURCE_OPTIONS)}.")


def _capabilities(params: Params, context: TaskContext) -> Capabilities:
    from ansible_collections.slipway.deploy.plugins.module_utils.kube.sources.capabilities import (  # noqa: PLC0415  (seldom needed: docs/architecture.md)
        capabilities_of,
    )

    return capabilities_of(*_connected(params, context))


def _connected(params: Params, context: TaskContext) -> t.Tuple[KubeClient, Discovery]:
    client = connect(params, context)
    return client, Discovery(client)


VERB = Verb(
    name="k8s_apply",
    spec=SPEC,
    run=run,
    hide=(*CONNECTION_HIDE, *SOURCES_HIDE),
    imports=CONNECTION_IMPORTS,
)
