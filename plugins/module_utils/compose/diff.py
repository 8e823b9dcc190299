# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What changes, for --diff: the user's files, and container by container what happens to it. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.compose.plan import CREATE, REMOVE, UNCHANGED, Action

#: Longer texts are not read by anybody.
_LONGEST = 65536
_WORDS = {"start": "started", "restart": "restarted", "recreate": "replaced"}


def diff_of(live: t.Mapping[str, str], wanted: t.Mapping[str, str], actions: t.Sequence[Action]) -> t.Dict[str, str]:
    """`live` and `wanted`: file name -> text that may be shown."""
    before, after = "", ""
    for name in sorted(set(live) | set(wanted)):
        before += _file(name, live.get(name))
        after += _file(name, wanted.get(name))
    return {"before": before + _containers(actions, after=False), "after": after + _containers(actions, after=True)}


def _file(name: str, text: t.Optional[str]) -> str:
    if text is None:
        return ""
    return f"--- {name}\n{text}" + ("" if text.endswith("\n") or not text else "\n")


def _containers(actions: t.Sequence[Action], *, after: bool) -> str:
    lines = [_line(action, after=after) for action in actions]
    return "--- containers\n" + "".join(f"{line}\n" for line in lines if line)


def _line(action: Action, *, after: bool) -> str:
    there = action.action != REMOVE if after else action.action != CREATE
    if not there:
        return ""
    word = _WORDS.get(action.action) or ("created" if action.action == CREATE else "")
    if not after or action.action == UNCHANGED:
        return f"{action.container}: as it is"
    return f"{action.container}: {word} ({action.reason})"


def shown_env(text: str, sign: t.Callable[[bytes], str]) -> str:
    """An env file with its values masked: they are passwords often enough."""
    return "".join(_shown_line(line, sign) + "\n" for line in text.splitlines())


def _shown_line(line: str, sign: t.Callable[[bytes], str]) -> str:
    name, equals, value = line.partition("=")
    if line.lstrip().startswith("#") or not equals:
        return line if line.lstrip().startswith("#") else name
    return f"{name}=(hidden, {sign(value.encode())[:8]})"


def shown_file(content: bytes, sign: t.Callable[[bytes], str], *, secret: bool) -> str:
    if not secret and len(content) <= _LONGEST:
        try:
            return content.decode("utf-8")
        except UnicodeDecodeError:
            pass
    word = "secret" if secret else f"{len(content)} bytes"
    return f"({word}, {sign(content)[:8]})\n"
