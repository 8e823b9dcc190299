# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The parent of an ApplySet: read before, widened before members are written, settled when others have gone.

Killed anywhere between, the parent says too much rather than too little: the next run finds all members.
"""

from __future__ import annotations

import contextlib
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.client import KubeClient
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.errors import ApiError, NotFound
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.step import (
    CONFIGURED,
    CREATED,
    DELETED,
    UNCHANGED,
    Step,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applyset.contents import Contents, contents_of, marks
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applyset.identity import (
    CONTAINS_KINDS,
    FIELD_MANAGER,
    TOOLING,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applyset.metadata import find_metadata
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applyset.opened import OpenSet, parent_body


def foresee(client: KubeClient, opened: OpenSet, steps: t.Sequence[Step], exact: Contents) -> None:
    """What `widen` and `settle` will make of the parent goes into its step. Refuses where it cannot be made."""
    if not opened.exists:
        _check_namespace(client, opened, steps)
    _tell(opened, exact)


def widen(client: KubeClient, opened: OpenSet, steps: t.Sequence[Step], field_manager: str) -> None:
    """Before the first member is written: the parent covers what is there and what comes."""
    _tell(opened, opened.before)
    wanted = opened.before | contents_of(steps, opened.identity)
    if opened.exists and wanted == opened.before:
        return
    try:
        _write(client, opened, wanted)
    except NotFound:
        # The set brings the parent's own namespace.
        home = _home(opened, steps)
        if home is None:
            raise
        client.apply(home.resource, home.manifest.obj, field_manager=field_manager)
        home.written = True
        _write(client, opened, wanted)
    _tell(opened, wanted)


def settle(client: KubeClient, opened: OpenSet, exact: Contents) -> None:
    """When all is applied and pruned: the parent covers what is there. Without failures only."""
    if exact != opened.now:
        if not _is_ours(client, opened):
            # Another run has widened it since: its members are not to be forgotten.
            return
        _write(client, opened, exact)
    _tell(opened, exact)


def close(client: KubeClient, opened: OpenSet, left: Contents) -> None:
    """When all members are removed: the parent goes too, unless members were kept, or we did not make it."""
    if not opened.exists:
        return
    if left.kinds or not opened.own:
        settle(client, opened, left)
        return
    _delete(client, opened, ((opened.step.before or {}).get("metadata") or {}).get("uid", ""))
    foresee_close(opened, left)


def withdraw(client: KubeClient, opened: OpenSet) -> None:
    """When all that this task has written is taken back: the parent too is what it was."""
    if opened.exists:
        settle(client, opened, opened.before)
    elif opened.uid:
        _delete(client, opened, opened.uid)
        opened.step.action, opened.step.after, opened.uid = UNCHANGED, None, ""


def foresee_close(opened: OpenSet, left: Contents) -> None:
    """What `close` will make of the parent."""
    if opened.exists and not left.kinds and opened.own:
        opened.step.action, opened.step.after = DELETED, None
    elif opened.exists:
        _tell(opened, left)


def _check_namespace(client: KubeClient, opened: OpenSet, steps: t.Sequence[Step]) -> None:
    namespace = opened.identity.namespace
    if not namespace or _home(opened, steps) is not None:
        return
    try:
        client.request("GET", f"/api/v1/namespaces/{namespace}")
    except NotFound as exc:
        raise InputError(
            f"The apply set {opened.identity} would be kept in a namespace that is not there; create it, add it to the "
            "set, or set namespace to one that is."
        ) from exc
    except ApiError:
        return  # who may not read namespaces may still write into one


def _home(opened: OpenSet, steps: t.Sequence[Step]) -> t.Optional[Step]:
    """The namespace of the parent, where it is a member."""
    for step in steps:
        if step.group_kind == ("", "Namespace") and step.manifest.ref.name == opened.identity.namespace:
            return step
    return None


def _write(client: KubeClient, opened: OpenSet, contents: Contents) -> None:
    """By force: these fields are the set's, by the specification, whoever wrote them."""
    body = parent_body(opened.identity, opened.resource, contents)
    written = client.apply(opened.resource, body, field_manager=FIELD_MANAGER, force=True)
    opened.uid = str((written.get("metadata") or {}).get("uid") or "")
    opened.now = contents
    opened.step.written = True


def _delete(client: KubeClient, opened: OpenSet, uid: str) -> None:
    with contextlib.suppress(NotFound):  # somebody was faster
        client.delete(opened.resource, opened.identity.name, opened.identity.namespace, uid=uid)
    opened.step.written = True


def _is_ours(client: KubeClient, opened: OpenSet) -> bool:
    """The parent says what we left there, or is not there."""
    live = find_metadata(client, opened.resource, opened.identity.name, opened.identity.namespace)
    annotations = ((live or {}).get("metadata") or {}).get("annotations") or {}
    if CONTAINS_KINDS not in annotations:
        return True
    ours = marks(opened.now, opened.identity)["annotations"]
    return all(annotations.get(key, "") == ours[key] for key in ours if key != TOOLING)


def _tell(opened: OpenSet, contents: Contents) -> None:
    step = opened.step
    body = parent_body(opened.identity, opened.resource, contents)
    if step.before is None:
        step.action, step.after = CREATED, body
        return
    if contents == opened.before:
        step.action, step.after = UNCHANGED, step.before
        return
    metadata = step.before["metadata"]
    after = {k: {**(metadata.get(k) or {}), **body["metadata"][k]} for k in ("labels", "annotations")}
    step.action, step.after = CONFIGURED, {**step.before, "metadata": {**metadata, **after}}
