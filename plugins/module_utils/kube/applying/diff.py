# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Before and after of one object: only what the user changes, secrets masked. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.masking import mask_values
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.asked import asked_of
from ansible_collections.slipway.deploy.plugins.module_utils.kube.decide.builtin import is_builtin
from ansible_collections.slipway.deploy.plugins.module_utils.kube.decide.compare import REWRITTEN, SAME, Comparer
from ansible_collections.slipway.deploy.plugins.module_utils.kube.decide.managed import LAST_APPLIED, own_entry
from ansible_collections.slipway.deploy.plugins.module_utils.kube.decide.migration import migration
from ansible_collections.slipway.deploy.plugins.module_utils.kube.decide.normal import SERVER_METADATA
from ansible_collections.slipway.deploy.plugins.module_utils.kube.decide.shapes import shapes_for
from ansible_collections.slipway.deploy.plugins.module_utils.kube.identity import ObjectRef, is_secret

try:
    import yaml
except ImportError:
    yaml = None  # type: ignore[assignment]  # kubeconfig.py says so before

Obj = t.Dict[str, t.Any]
_SECRET_KEYS = ("data", "stringData")


def content(obj: Obj) -> Obj:
    """The object without what the server fills in."""
    metadata = {k: v for k, v in (obj.get("metadata") or {}).items() if k not in SERVER_METADATA}
    annotations = {k: v for k, v in (metadata.get("annotations") or {}).items() if k != LAST_APPLIED}
    metadata.pop("annotations", None)
    if annotations:
        metadata["annotations"] = annotations
    return {**{k: v for k, v in obj.items() if k != "status"}, "metadata": metadata}


def owned_by(obj: Obj, manager: str) -> t.Any:
    """The fields that this manager has applied."""
    return (own_entry(obj, manager) or {}).get("fieldsV1")


def masked(obj: Obj) -> Obj:
    if not is_secret(obj):
        return obj
    return {k: mask_values(v) if k in _SECRET_KEYS and v else v for k, v in obj.items()}


def secret_values(obj: Obj) -> t.List[t.Any]:
    """The values to keep out of messages."""
    if not is_secret(obj):
        return []
    return [v for k in _SECRET_KEYS if isinstance(obj.get(k), dict) for v in obj[k].values()]


def change_of(ref: ObjectRef, before: t.Optional[Obj], wanted: Obj, manager: str) -> t.Dict[str, str]:
    """What the user changes: the manifest against that part of the live object which it is about, or was."""
    if before is None:
        return diff_of(ref, None, wanted)
    return diff_of(
        ref, _identified(before, asked_of(before, wanted, _ours(before, manager), _same_for(wanted))), wanted
    )


def _same_for(wanted: Obj) -> t.Callable[[t.Any, t.Any, t.Any], bool]:
    """`1024Mi` is `1Gi`: not what the user changes."""
    version = str(wanted.get("apiVersion"))
    comparer = Comparer(str(wanted.get("kind")), is_builtin(version), shapes_for(version))
    return lambda asked, live, path: comparer.compare(asked, live, path) in (SAME, REWRITTEN)


def _ours(before: Obj, manager: str) -> t.Any:
    """Our fields, with those of client-side applies that become ours."""
    patch = migration(before, manager)
    moved = {"metadata": {"managedFields": patch[0]["value"]}} if patch else before
    return owned_by(moved, manager)


def _identified(live: Obj, asked: Obj) -> Obj:
    """Nobody owns an object's name."""
    names = {k: live["metadata"][k] for k in ("name", "namespace") if k in live["metadata"]}
    return {
        **asked,
        "apiVersion": live["apiVersion"],
        "kind": live["kind"],
        "metadata": {**names, **(asked.get("metadata") or {})},
    }


def diff_of(ref: ObjectRef, before: t.Optional[Obj], after: t.Optional[Obj]) -> t.Dict[str, str]:
    """One entry for a task's `diff`. None: the object is not there."""
    title = f"{ref} ({ref.api_version})"
    return {
        "before_header": title,
        "after_header": title,
        "before": _text(before),
        "after": _text(after),
    }


def _text(obj: t.Optional[Obj]) -> str:
    if obj is None:
        return ""
    text: str = yaml.safe_dump(masked(content(obj)), sort_keys=True, default_flow_style=False, width=1000)
    return text
