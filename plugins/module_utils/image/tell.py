# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a build's progress goes: to the person who watches, or, where a module cannot speak, into a file in the
build's own folder, which the action plugin reads over the connection. What it had no time to read comes with the
result."""

from __future__ import annotations

import contextlib
import os
import typing as t
from dataclasses import replace
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Params, Result, TaskContext


@contextlib.contextmanager
def telling(token: t.Optional[str], context: TaskContext, folder: Path) -> t.Iterator[t.Callable[[str], None]]:
    """`token` is how the reader finds the file."""
    if not token:
        yield context.progress
        return
    handle = os.open(str(folder / f"progress-{token}"), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", buffering=1, encoding="utf-8") as stream:

        def say(line: str) -> None:
            line = line.replace("\n", " ")
            stream.write(line + "\n")
            context.progress(line)

        yield say


def with_told(params: Params, context: TaskContext, run: t.Callable[[TaskContext], Result]) -> Result:
    """The result has all that was told (`told`), where somebody reads it."""
    if not (params["packed"] or {}).get("progress"):
        return run(context)
    told: t.List[str] = []
    return {**run(replace(context, progress=told.append)), "told": told}
