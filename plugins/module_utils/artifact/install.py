# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The verb `artifact_install`: files and archives of a download site, verified, on this host."""

from __future__ import annotations

import contextlib
import stat
import tempfile
import typing as t
from dataclasses import dataclass
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.artifact.download import download
from ansible_collections.slipway.deploy.plugins.module_utils.artifact.memory import Memory
from ansible_collections.slipway.deploy.plugins.module_utils.artifact.unpack import Unpacking, unpack
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Params, Result, TaskContext, Verb

STATE = "/var/lib/slipway/installed.json"

SPEC: t.Dict[str, t.Any] = {
    "argument_spec": {
        "base_url": {"type": "str", "default": "https://"},
        "items": {
            "type": "list",
            "elements": "dict",
            "required": True,
            "options": {
                "url": {"type": "str", "required": True},
                "sha256": {"type": "str", "required": True},
                "dest": {"type": "path"},
                "mode": {"type": "str", "default": "0755"},
                "member": {"type": "str"},
                "unpack_to": {"type": "path"},
                "strip": {"type": "int", "default": 0},
                "only": {"type": "list", "elements": "str", "default": []},
            },
            "mutually_exclusive": [["dest", "unpack_to"], ["member", "only"]],
            "required_one_of": [["dest", "unpack_to"]],
            "required_by": {"member": "dest"},
        },
        "ca_file": {"type": "path"},
        "state_file": {"type": "path", "default": STATE},
    },
}


@dataclass(frozen=True)
class Item:
    """One file, or what an archive holds."""

    url: str
    sha256: str
    dest: Path
    mode: int
    unpacking: t.Optional[Unpacking] = None

    @property
    def key(self) -> str:
        """Under which the host remembers what an archive left."""
        return f"{self.dest} from {self.url.partition('://')[2]}"


def run(params: Params, context: TaskContext) -> Result:
    items = [_item(number, one, params["base_url"]) for number, one in enumerate(params["items"], 1)]
    memory = Memory(Path(params["state_file"]))
    installed: t.List[str] = []
    try:
        for item in items:
            if not _is_there(item, memory):
                installed += [str(item.dest)] if context.check_mode else _install(item, memory, params["ca_file"])
            elif _fix_mode(item, memory, context.check_mode):
                installed.append(str(item.dest))
    finally:
        if not context.check_mode:
            memory.save()
    return {"changed": bool(installed), "installed": installed}


def _item(number: int, one: t.Mapping[str, t.Any], base: str) -> Item:
    """The parameters of an item, or one sentence on what is wrong with them."""
    url = one["url"] if "://" in one["url"] else base.rstrip("/") + "/" + one["url"].lstrip("/")
    if base.endswith("://") and "://" not in one["url"]:
        url = base + one["url"].lstrip("/")
    if len(one["sha256"]) != 64 or set(one["sha256"]) - set("0123456789abcdef"):  # noqa: PLR2004
        raise InputError(f"artifact_install: item {number} ({url}) has the sha256 {one['sha256']!r}: 64 hex digits.")
    try:
        mode = int(one["mode"], 8)
    except ValueError as exc:
        raise InputError(
            f"artifact_install: item {number} ({url}) has the mode {one['mode']!r}: write '0755'."
        ) from exc
    place = Path(one["dest"] or one["unpack_to"])
    if not place.is_absolute():
        raise InputError(f"artifact_install: item {number} ({url}) goes to {place}: write an absolute path.")
    unpacking = None
    if one["unpack_to"] or one["member"]:
        unpacking = Unpacking(one["member"] or "", one["strip"], tuple(one["only"]))
    return Item(url, one["sha256"], place, mode, unpacking)


def _is_there(item: Item, memory: Memory) -> bool:
    if item.unpacking is None:
        return memory.holds(item.dest, item.sha256)
    left = memory.unpacked(item.key, item.sha256)
    return bool(left) and all(memory.holds(Path(path), sha256) for path, sha256 in left.items())


def _fix_mode(item: Item, memory: Memory, check_mode: bool) -> bool:
    """Content is right; whether the permissions had to be put right too."""
    changed = False
    places = memory.unpacked(item.key, item.sha256) if item.unpacking else {str(item.dest): ""}
    for path in map(Path, places):
        if stat.S_IMODE(path.stat().st_mode) != item.mode:
            changed = True
            if not check_mode:
                path.chmod(item.mode)
    return changed


def _install(item: Item, memory: Memory, ca_file: t.Optional[str]) -> t.List[str]:
    """Download beside the target, verify, move in. Gives the paths that are new."""
    folder = item.dest if item.unpacking and not item.unpacking.member else item.dest.parent
    folder.mkdir(parents=True, exist_ok=True)
    _remove_leftovers(folder)
    with tempfile.TemporaryDirectory(dir=str(folder), prefix=".slipway-") as scratch:
        got = Path(scratch) / "download"
        download(item.url, got, item.sha256, ca_file)
        if item.unpacking is None:
            return [_move_in(got, item.dest, item, memory, item.sha256)]
        files = unpack(got, item.unpacking, Path(scratch), item.url)
        moved = {}
        for name, (path, sha256) in files.items():
            target = item.dest if item.unpacking.member else folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            moved[_move_in(path, target, item, memory, sha256)] = sha256
    memory.remember_unpacked(item.key, item.sha256, moved)
    return list(moved)


def _move_in(made: Path, target: Path, item: Item, memory: Memory, sha256: str) -> str:
    """Renamed over the old one: a program that runs goes on with the old file."""
    made.chmod(item.mode)
    made.replace(target)
    memory.remember(target, sha256)
    return str(target)


def _remove_leftovers(folder: Path) -> None:
    """What a killed run left."""
    for left in folder.glob(".slipway-*"):
        for path in sorted(left.rglob("*"), reverse=True):
            with contextlib.suppress(OSError):
                path.rmdir() if path.is_dir() else path.unlink()
        with contextlib.suppress(OSError):
            left.rmdir()


VERB = Verb(name="artifact_install", spec=SPEC, run=run)
