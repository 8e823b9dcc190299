# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads and replaces files on this host. A reader sees the old file or the new one, never a part of it."""

from __future__ import annotations

import contextlib
import grp
import os
import pwd
import shlex
import stat
import tempfile
import time
import typing as t
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import Runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError, SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.host.files import FoundFile, WantedFile

_TEMP_MARK = ".slipway-"
_LEFT_OVER_AFTER = 600.0


def find(dest: str) -> FoundFile | None:
    """The file at `dest`, through a symbolic link if it is one; None where there is none."""
    path = Path(dest)
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise InputError(f"{dest} is a directory; a file is wanted there.")
        content = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except PermissionError as exc:
        raise SlipwayError(f"{dest} cannot be read by this user: become root.") from exc
    return FoundFile(content, stat.S_IMODE(status.st_mode), _user(status.st_uid), _group(status.st_gid))


def replace(wanted: WantedFile, run: Runner) -> None:
    """Write beside the target, check, give it its mode and owner, rename."""
    target = Path(os.path.realpath(wanted.dest))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _remove_left_overs(target)
        handle, name = tempfile.mkstemp(prefix=f".{target.name}{_TEMP_MARK}", dir=str(target.parent))
    except OSError as exc:
        raise SlipwayError(f"{wanted.dest} cannot be written: {exc.strerror}.") from exc
    temp = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(wanted.content)
            out.flush()
            os.fsync(out.fileno())
        _validate(wanted, temp, run)
        set_attributes(wanted, str(temp))
        if wanted.previous:
            _keep_previous(target)
        temp.replace(target)
    finally:
        with contextlib.suppress(FileNotFoundError):
            temp.unlink()


def _keep_previous(target: Path) -> None:
    """A second name for the old file, so that its mode and owner stay too."""
    beside = Path(previous_of(str(target)))
    with contextlib.suppress(FileNotFoundError):
        beside.unlink()
    with contextlib.suppress(FileNotFoundError):
        os.link(target, beside)


def previous_of(path: str) -> str:
    """Where the file lies that `path` had before."""
    return path + ".previous"


def put_back(path: str) -> bool:
    """The file that `path` had before takes its place again; False where there is none."""
    try:
        Path(previous_of(path)).replace(path)
    except FileNotFoundError:
        return False
    return True


def set_attributes(wanted: WantedFile, path: str) -> None:
    """Owner first: changing it would drop mode bits."""
    if wanted.owner is not None or wanted.group is not None:
        os.chown(path, _uid(wanted.owner), _gid(wanted.group))
    Path(path).chmod(wanted.mode)


def remove(dest: str) -> None:
    with contextlib.suppress(FileNotFoundError):
        Path(dest).unlink()


def _validate(wanted: WantedFile, temp: Path, run: Runner) -> None:
    if wanted.validate is None:
        return
    done = run([part.replace("%s", str(temp)) for part in shlex.split(wanted.validate)])
    if not done.ok:
        said = done.tail() if wanted.public else "(its output is hidden: not everybody may read this file)"
        raise SlipwayError(f"{wanted.dest} is left as it was: its new content is not valid: {said}")


def _remove_left_overs(target: Path) -> None:
    """What a killed run left behind; a younger file may belong to a run that still works."""
    limit = time.time() - _LEFT_OVER_AFTER
    for path in target.parent.glob(f".{target.name}{_TEMP_MARK}*"):
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_mtime < limit:
                path.unlink()


def _user(uid: int) -> str:
    return _name(uid, lambda: pwd.getpwuid(uid).pw_name)


def _group(gid: int) -> str:
    return _name(gid, lambda: grp.getgrgid(gid).gr_name)


def _name(number: int, lookup: t.Callable[[], str]) -> str:
    try:
        return lookup()
    except KeyError:
        return str(number)


def _uid(name: str | None) -> int:
    return _number(name, "user", lambda known: pwd.getpwnam(known).pw_uid)


def _gid(name: str | None) -> int:
    return _number(name, "group", lambda known: grp.getgrnam(known).gr_gid)


def _number(name: str | None, kind: str, lookup: t.Callable[[str], int]) -> int:
    if name is None:
        return -1
    if name.isdigit():
        return int(name)
    try:
        return lookup(name)
    except KeyError as exc:
        raise InputError(f"There is no {kind} '{name}' on this host.") from exc
