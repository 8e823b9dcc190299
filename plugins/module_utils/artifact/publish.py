# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The verb `artifacts_publish`: files of the controller's cache in the document root of the host that serves them.

It runs up to twice on the host: first it says what is missing, then it moves in what the controller sent.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
import typing as t
from pathlib import Path, PurePosixPath

from ansible_collections.slipway.deploy.plugins.module_utils.artifact.memory import Memory
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError, SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Params, Result, TaskContext, Verb

_BLOCK = 1024 * 1024
#: The remembered state of the document root.
STATE = "/var/lib/slipway/published.json"

SPEC: t.Dict[str, t.Any] = {
    "argument_spec": {
        "directory": {"type": "path", "required": True},
        "files": {
            "type": "list",
            "elements": "dict",
            "required": True,
            "options": {
                "path": {"type": "str", "required": True},
                "sha256": {"type": "str", "required": True},
                "size": {"type": "int"},
                "source": {"type": "str"},
            },
        },
        "root": {"type": "path", "required": True},
        "incoming": {"type": "path"},
        "state_file": {"type": "path", "default": STATE},
    },
}


def run(params: Params, context: TaskContext) -> Result:
    root = Path(params["root"])
    memory = Memory(Path(params["state_file"]))
    for one in params["files"]:
        _check_path(one["path"])
    missing = [one for one in params["files"] if not memory.holds(root / one["path"], one["sha256"])]
    if params["incoming"] and not context.check_mode:
        for one in missing:
            _move_in(Path(params["incoming"]) / one["sha256"], root, one)
            memory.remember(root / one["path"], one["sha256"])
    if not context.check_mode:
        memory.save()
    return {"changed": bool(missing), "published": [one["path"] for one in missing]}


def _check_path(path: str) -> None:
    parts = PurePosixPath(path)
    if parts.is_absolute() or ".." in parts.parts:
        raise InputError(f"artifacts_publish: files names {path!r}: write a path below the document root.")


def _move_in(sent: Path, root: Path, one: t.Mapping[str, t.Any]) -> None:
    """Copied beside its place (the sent file may be on another disk), compared, renamed."""
    if not sent.is_file():
        raise SlipwayError(f"The controller did not send {one['path']}.")
    target = root / one["path"]
    _make_folders(root, target.parent)
    descriptor, name = tempfile.mkstemp(dir=str(target.parent), prefix=".incoming-")
    found = hashlib.sha256()
    try:
        with os.fdopen(descriptor, "wb") as out, sent.open("rb") as content:
            for block in iter(lambda: content.read(_BLOCK), b""):
                found.update(block)
                out.write(block)
            os.fchmod(out.fileno(), 0o644)
            os.fsync(out.fileno())
        if found.hexdigest() != one["sha256"]:
            raise SlipwayError(f"{one['path']} arrived with the SHA-256 {found.hexdigest()}, not {one['sha256']}.")
        Path(name).replace(target)
    finally:
        with contextlib.suppress(FileNotFoundError):
            Path(name).unlink()
    sent.unlink()


def _make_folders(root: Path, folder: Path) -> None:
    """Readable by the web server, whatever the umask; what a killed run left in them goes away."""
    for one in [*reversed(folder.relative_to(root).parents), folder.relative_to(root)]:
        path = root / one
        if not path.is_dir():
            path.mkdir(parents=True)
            path.chmod(0o755)
    for left in folder.glob(".incoming-*"):
        left.unlink()


VERB = Verb(name="artifacts_publish", spec=SPEC, run=run)
