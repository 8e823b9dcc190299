# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets and configs by version: a swarm cannot change one, so each content gets a name of its own."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets as random_source
import typing as t
from dataclasses import dataclass, field
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.engine.api import ApiError, EngineApi
from ansible_collections.slipway.deploy.plugins.module_utils.swarm.stack.render import NAMESPACE

OWNER = "slipway.deploy.stack"
_KEY_NAME = "slipway-key"
_LONGEST = 64
_HASH = 12
_CONFLICT = 409


@dataclass(frozen=True)
class Versioned:
    """One secret or config of the file. `data` is None where it is external."""

    kind: str
    key: str
    name: str
    data: bytes | None = field(default=None, repr=False)


def hash_key(api: EngineApi, *, create: bool) -> bytes:
    """The swarm's own random key: names are public, and a plain hash of a weak password would give it away."""
    found = [item for item in api.get("/configs") if item["Spec"]["Name"] == _KEY_NAME]
    if found:
        return base64.b64decode(found[0]["Spec"]["Data"])
    key = random_source.token_hex(32).encode()
    if not create:
        return key
    try:
        api.post("/configs/create", {"Name": _KEY_NAME, "Data": base64.b64encode(key).decode()})
    except ApiError as exc:
        if exc.status != _CONFLICT:
            raise
        return hash_key(api, create=False)
    return key


def versions_of(
    stack: str, kind: str, declared: t.Mapping[str, t.Any], values: t.Mapping[str, t.Any], key: bytes
) -> t.List[Versioned]:
    """Of all `secrets` or `configs` of the file. A value may be given by the key, or by the name of its file."""
    used = {*declared, *(Path(str((item or {}).get("file") or "")).name for item in declared.values())}
    unused = sorted(set(values) - used)
    if unused:
        raise InputError(f"{kind}: the Compose file has no {kind[:-1]} '{unused[0]}' (it has {_known(declared)}).")
    return [_version(stack, kind, name, item or {}, values, key) for name, item in sorted(declared.items())]


def _known(declared: t.Mapping[str, t.Any]) -> str:
    return ", ".join(sorted(declared)) or "none"


def _version(
    stack: str, kind: str, key: str, item: t.Mapping[str, t.Any], values: t.Mapping[str, t.Any], hashing: bytes
) -> Versioned:
    if item.get("external"):
        return Versioned(kind, key, str(item.get("name") or key))
    data = _content(kind, key, item, values)
    digest = hmac.new(hashing, data, hashlib.sha256).hexdigest()[:_HASH]
    name = f"{stack}_{key}-{digest}"
    if len(name) > _LONGEST:
        raise InputError(
            f"{kind}: '{key}' is too long: with the stack's name it may have {_LONGEST - _HASH - 2} letters."
        )
    return Versioned(kind, key, name, data)


def _content(kind: str, key: str, item: t.Mapping[str, t.Any], values: t.Mapping[str, t.Any]) -> bytes:
    file = Path(str(item.get("file") or ""))
    for name in (key, file.name):
        if name in values:
            return str(values[name]).encode()
    if "content" in item:
        return str(item["content"]).encode()
    try:
        return file.read_bytes()
    except OSError as exc:
        raise InputError(
            f"{kind}: '{key}' has neither a value in the option '{kind}' nor a file that can be read on this host"
            f" ({file}: {exc.strerror})."
        ) from exc


def missing(api: EngineApi, wanted: t.Sequence[Versioned]) -> t.List[Versioned]:
    """What must be made. An external one that is not there is the user's to make."""
    there = {kind: {item["Spec"]["Name"] for item in api.get(f"/{kind}")} for kind in ("secrets", "configs")}
    absent = [one for one in wanted if one.name not in there[one.kind]]
    for one in absent:
        if one.data is None:
            raise InputError(
                f"{one.kind}: '{one.key}' is external, and the swarm has no {one.kind[:-1]} '{one.name}':"
                f" create it first, or give its value in the option '{one.kind}'."
            )
    return absent


def create(api: EngineApi, stack: str, wanted: t.Sequence[Versioned]) -> None:
    """By the API's body, never by a command line."""
    for one in wanted:
        labels = {OWNER: stack, NAMESPACE: stack, "slipway.deploy.key": one.key}
        data = base64.b64encode(one.data or b"").decode()
        try:
            api.post(f"/{one.kind}/create", {"Name": one.name, "Labels": labels, "Data": data})
        except ApiError as exc:
            if exc.status != _CONFLICT:
                exc.reword(f"{one.kind}: '{one.key}' could not be made: {exc.message}")
                raise


def owned(api: EngineApi, stack: str, kind: str) -> t.Dict[str, str]:
    """Name -> id of the versions that belong to this stack."""
    found = api.get(f"/{kind}", filters={"label": [f"{OWNER}={stack}"]}) or []
    return {item["Spec"]["Name"]: item["ID"] for item in found}


def prune(api: EngineApi, stack: str, kept: t.AbstractSet[str]) -> t.List[str]:
    """Remove the versions that no release needs any more; one that a task still holds stays until the next time."""
    removed = []
    for kind in ("secrets", "configs"):
        for name, identifier in sorted(owned(api, stack, kind).items()):
            if name in kept:
                continue
            try:
                api.delete(f"/{kind}/{identifier}")
            except ApiError:
                continue
            removed.append(name)
    return removed
