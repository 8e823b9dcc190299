# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The verb of trust_ca: this host, and its container engine, trust these certificate authorities."""

from __future__ import annotations

import typing as t
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import Runner, runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError, SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.common.files import read_text, write_atomic
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Params, Result, TaskContext, Verb
from ansible_collections.slipway.deploy.plugins.module_utils.trust.certificate import (
    STORES,
    Store,
    certificates,
    check_authority,
    check_registry,
)

_AUTHORITY: t.Dict[str, t.Any] = {"ca": {"type": "str"}, "ca_file": {"type": "path"}}
_LIST: t.Dict[str, t.Any] = {
    "type": "list",
    "elements": "dict",
    "default": [],
    "mutually_exclusive": [["ca", "ca_file"]],
    "required_one_of": [["ca", "ca_file"]],
}
ARGUMENTS: t.Dict[str, t.Any] = {
    "authorities": {**_LIST, "options": {"name": {"type": "str", "required": True}, **_AUTHORITY}},
    "registries": {**_LIST, "options": {"host": {"type": "str", "required": True}, **_AUTHORITY}},
    "registries_dir": {"type": "path", "default": "/etc/docker/certs.d"},
}


def trust(params: Params, context: TaskContext) -> Result:
    """Write what differs, then rebuild the system's bundle if a certificate is not in it."""
    authorities = {item["name"]: _pem(item) for item in params["authorities"]}
    registries = {item["host"]: _pem(item) for item in params["registries"]}
    for name, pem in authorities.items():
        check_authority(name, pem)
    for host, pem in registries.items():
        check_registry(host, pem)
    store = _store() if authorities else None
    anchors = {store.anchors / f"{name}.crt": pem for name, pem in authorities.items()} if store else {}
    hosts = {Path(params["registries_dir"]) / host / "ca.crt": pem for host, pem in registries.items()}
    differing = {path: pem for path, pem in {**anchors, **hosts}.items() if read_text(path) != pem}
    rebuild = store is not None and not _in_bundle(store, anchors.values())
    if not context.check_mode:
        _write(differing)
        if store is not None and rebuild:
            _rebuild(store, runner(), anchors.values())
    result: Result = {"changed": bool(differing) or rebuild, "files": [str(path) for path in anchors]}
    if context.diff and differing:
        result["diff"] = [_diff(path, text) for path, text in differing.items()]
    return result


def _pem(item: t.Mapping[str, t.Any]) -> str:
    """The text itself, or a file's: the action plugin has read the controller's file before the module sees it."""
    text = item.get("ca") or read_text(Path(item["ca_file"]))
    if text is None:
        raise InputError(f"{item['ca_file']}: there is no such certificate file.")
    return text.strip() + "\n"


def _write(files: t.Mapping[Path, str]) -> None:
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(path, text, 0o644)


def _store() -> Store:
    for store in STORES:
        if store.anchors.parent.is_dir():
            return store
    raise SlipwayError("This host has no certificate store that is known here: install its ca-certificates package.")


def _in_bundle(store: Store, texts: t.Iterable[str]) -> bool:
    """The bundle decides, not the files: so a run killed before the rebuild is made good by the next."""
    wanted: t.Set[bytes] = set()
    for text in texts:
        wanted |= certificates(text)
    return wanted <= certificates(read_text(store.bundle) or "")


def _rebuild(store: Store, run: Runner, texts: t.Iterable[str]) -> None:
    done = run(list(store.command))
    if not done.ok:
        raise SlipwayError(f"{store.command[0]} failed: {done.tail(2)}")
    if not _in_bundle(store, texts):
        raise InputError(
            f"{store.command[0]} left a certificate out of {store.bundle}: is it an authority's, one per file?"
        )


def _diff(path: Path, text: str) -> t.Dict[str, str]:
    return {
        "before_header": str(path),
        "after_header": str(path),
        "before": read_text(path) or "",
        "after": text,
    }


VERB = Verb(name="trust_ca", spec={"argument_spec": ARGUMENTS}, run=trust)
