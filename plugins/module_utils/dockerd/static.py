# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The verb `docker_static`: an engine from Docker's archive of binaries, for hosts without package sources.

Each version lies in a folder of its own; links in a directory of the PATH say which one counts. So a version is looked
at before it is used, and the one before is a link away.
"""

from __future__ import annotations

import shutil
import typing as t
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.artifact import install as artifact
from ansible_collections.slipway.deploy.plugins.module_utils.common.command import Runner, runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Params, Result, TaskContext, Verb
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd import api
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.reload import version_of

_PREFIX = "sha256:"
_SHA256_LENGTH = 64
_SHORT = 12

SPEC: t.Dict[str, t.Any] = {
    "argument_spec": {
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "url": {"type": "str"},
        "checksum": {"type": "str"},
        "version": {"type": "str"},
        "directory": {"type": "path", "default": "/usr/local/bin"},
        "store": {"type": "path", "default": "/opt/slipway/docker"},
        "allow_downgrade": {"type": "bool", "default": False},
        "socket": {"type": "path", "default": "/var/run/docker.sock"},
    },
    "required_if": [("state", "present", ("url", "checksum", "version"))],
}


def run(params: Params, context: TaskContext) -> Result:
    directory, store = Path(params["directory"]), Path(params["store"])
    if params["state"] == "absent":
        return _remove(directory, store, params, context)
    command = runner(context.env)
    sha256 = _sha256(params["checksum"])
    folder = store / f"{params['version']}-{sha256[:_SHORT]}"
    before = _version(command, directory / "dockerd")
    _check_age(before, params)
    unpacked = _unpack(params, sha256, folder, context)
    if not unpacked["changed"] or not context.check_mode:
        _check_content(command, folder, params["version"])
    linked = unpacked["changed"] if context.check_mode else _link(folder, directory)
    if not context.check_mode:
        _forget_others(store, folder)
    return {"changed": bool(unpacked["changed"] or linked), "version_before": before, "version": params["version"]}


def _sha256(checksum: str) -> str:
    plain = checksum[len(_PREFIX) :] if checksum.startswith(_PREFIX) else checksum
    if len(plain) != _SHA256_LENGTH or set(plain) - set("0123456789abcdef"):
        raise InputError(f"checksum '{checksum}': write the archive's, sha256: and 64 hex digits.")
    return plain


def _version(command: Runner, program: Path) -> str:
    """The dotted version that a program says it has; empty where there is none."""
    if not program.exists():
        return ""
    return ".".join(map(str, version_of(command([str(program), "--version"]).out)))


def _check_age(before: str, params: Params) -> None:
    if version_of(params["version"]) < version_of(before) and not params["allow_downgrade"]:
        raise InputError(
            f"version: the engine {before} is installed, and {params['version']} is older: an engine may not read"
            " what a newer one has written. Set allow_downgrade: true if that is meant."
        )


def _unpack(params: Params, sha256: str, folder: Path, context: TaskContext) -> Result:
    item = {"url": params["url"], "sha256": sha256, "dest": None, "mode": "0755", "member": None}
    items = [{**item, "unpack_to": str(folder), "strip": 1, "only": []}]
    return artifact.run(
        {"items": items, "base_url": "https://", "ca_file": None, "state_file": artifact.STATE}, context
    )


def _check_content(command: Runner, folder: Path, version: str) -> None:
    found = _version(command, folder / "dockerd")
    if version_of(found)[: len(version_of(version))] != version_of(version):
        raise InputError(
            f"version: the archive holds {'the engine ' + found if found else 'no engine'}, not {version}. The engine"
            " that was there is left as it was."
        )


def _link(folder: Path, directory: Path) -> bool:
    """Renamed over the old link: a program that runs goes on with the old file."""
    directory.mkdir(parents=True, exist_ok=True)
    changed = False
    for program in sorted(folder.iterdir()):
        link = directory / program.name
        if program.name.startswith(".") or (link.is_symlink() and link.readlink() == program):
            continue
        if link.exists() and not link.is_symlink():
            raise InputError(f"directory: {link} is there and is none of ours. Move it away, or use another directory.")
        fresh = directory / f".{program.name}.slipway"
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(program)
        fresh.replace(link)
        changed = True
    return changed


def _forget_others(store: Path, folder: Path) -> None:
    for other in store.iterdir():
        if other != folder and other.is_dir():
            shutil.rmtree(other)


def _remove(directory: Path, store: Path, params: Params, context: TaskContext) -> Result:
    known = directory.iterdir() if directory.is_dir() else ()
    links = [path for path in known if path.is_symlink() and store in path.resolve().parents]
    there = store.is_dir()
    if not context.check_mode and there:
        api.stop_all(Path(params["socket"]))
    if not context.check_mode:
        for link in links:
            link.unlink()
        if there:
            shutil.rmtree(store)
    return {"changed": bool(links or there), "version_before": "", "version": ""}


VERB = Verb(name="docker_static", spec=SPEC, run=run)
