# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files touched with a user's own rights: whatever its home holds leads nowhere that the user cannot go."""

from __future__ import annotations

import contextlib
import os
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import Completed, Runner


class User(t.Protocol):
    """Whom to be."""

    @property
    def name(self) -> str: ...

    @property
    def uid(self) -> int: ...

    @property
    def gid(self) -> int: ...


@contextlib.contextmanager
def acting_as(user: User) -> t.Iterator[None]:
    """Within it, this process opens, makes and removes files as the user: one user at a time."""
    if os.geteuid() == user.uid:
        yield
        return
    groups, gid, mask = os.getgroups(), os.getegid(), os.umask(0o022)
    os.setgroups(os.getgrouplist(user.name, user.gid))
    os.setegid(user.gid)
    os.seteuid(user.uid)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(gid)
        os.setgroups(groups)
        os.umask(mask)


@contextlib.contextmanager
def _root_again() -> t.Iterator[None]:
    """A program that is started must be root's or the user's as a whole, not both."""
    uid, gid, groups = os.geteuid(), os.getegid(), os.getgroups()
    os.seteuid(0)
    os.setegid(0)
    try:
        yield
    finally:
        os.setgroups(groups)
        os.setegid(gid)
        os.seteuid(uid)


def as_root(run: Runner) -> Runner:
    """Runs programs as root, also where files are touched as somebody else."""

    def start(argv: t.Sequence[str], stdin: t.Optional[str] = None, **options: t.Any) -> Completed:
        with _root_again():
            return run(argv, stdin, **options)

    return start


def as_user(run: Runner, user: User, env: t.Mapping[str, str]) -> Runner:
    """Runs programs as the user, with this environment. What `run` itself gives to programs the user can read for a
    moment: it must hold nothing of ours."""
    before = ["runuser", "-u", user.name, "--", "env", "-i", *(f"{key}={value}" for key, value in env.items())]

    def start(argv: t.Sequence[str], stdin: t.Optional[str] = None, **options: t.Any) -> Completed:
        with _root_again():
            return run([*before, *argv], stdin, cwd="/", **options)

    return start
