# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is sent for an object: what the user wrote, without what only the server can say. Pure."""

from __future__ import annotations

import base64
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.decide import builtin
from ansible_collections.slipway.deploy.plugins.module_utils.kube.decide.managed import LAST_APPLIED, Obj
from ansible_collections.slipway.deploy.plugins.module_utils.kube.identity import is_secret

#: The server's own, found in what `kubectl get -o yaml` prints; some of it would be refused.
SERVER_METADATA = (
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "generation",
    "managedFields",
    "resourceVersion",
    "selfLink",
    "uid",
)


def normalised(wanted: Obj) -> Obj:
    """The object to send, and to decide about. `wanted` stays as it is; parts of it are shared.

    Kubernetes' own kinds: stringData becomes data, so that its removal is seen; nulls are left out (an empty string
    where keys are free, as the server would make of it); status is dropped, and so are the rules of a ClusterRole that
    is aggregated: a controller writes them, whatever is sent. In custom resources null can be a value.
    """
    result = dict(wanted)
    result["metadata"] = _metadata(wanted.get("metadata") or {})
    if not builtin.is_builtin(str(wanted.get("apiVersion"))):
        return result
    result.pop("status", None)
    if result.get("kind") == "ClusterRole" and result.get("aggregationRule"):
        result.pop("rules", None)
    if is_secret(result):
        _encode(result)
    for key, value in list(result.items()):
        if has_null(value):
            result[key] = without_nulls(value, key)
        elif value is None:
            del result[key]
    return result


def _metadata(metadata: Obj) -> Obj:
    kept = {k: v for k, v in metadata.items() if k not in SERVER_METADATA}
    notes = kept.get("annotations")
    if isinstance(notes, dict) and LAST_APPLIED in notes:
        kept["annotations"] = {k: v for k, v in notes.items() if k != LAST_APPLIED}
    return without_nulls(kept, "metadata") if has_null(kept) else kept


def _encode(secret: Obj) -> None:
    """As the server does it at every write. What is no string is left for the server to refuse."""
    plain = secret.get("stringData")
    data = secret.get("data")
    if plain is None:
        secret.pop("stringData", None)
        return
    texts = plain.values() if isinstance(plain, dict) else [0]
    if not all(isinstance(v, str) or v is None for v in texts) or not isinstance(data, (dict, type(None))):
        return
    encoded = {k: base64.b64encode((v or "").encode()).decode("ascii") for k, v in plain.items()}
    del secret["stringData"]
    if data is not None or encoded:
        secret["data"] = {**(data or {}), **encoded}


def has_null(value: t.Any) -> bool:
    """A null below `value`. Most objects have none, and need no copy."""
    if isinstance(value, dict):
        return any(v is None or (v.__class__ in (dict, list) and has_null(v)) for v in value.values())
    if isinstance(value, list):
        return any(v.__class__ in (dict, list) and has_null(v) for v in value)
    return False


def without_nulls(value: t.Any, name: str) -> t.Any:
    """Items of lists are left: whether null is one is the server's to say."""
    if isinstance(value, list):
        return [without_nulls(v, name) for v in value]
    if not isinstance(value, dict):
        return value
    if name in builtin.STRING_MAPS:
        return {k: "" if v is None else v for k, v in value.items()}
    return {k: without_nulls(v, k) for k, v in value.items() if v is not None}
