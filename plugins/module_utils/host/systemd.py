# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Talks to systemd by `systemctl`."""

from __future__ import annotations

import shutil
import time
import typing as t
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import Runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.host.services import FoundService

_PROPERTIES = "LoadState,ActiveState,UnitFileState,ExecMainStartTimestampMonotonic,NeedDaemonReload"
_LOG_LINES = "15"
#: Where an administrator's units lie, and ours.
_OWN_UNITS = Path("/etc/systemd/system")


def show(names: t.Sequence[str], run: Runner) -> list[FoundService]:
    """The units in the order of `names`; one question for all of them."""
    done = run(["systemctl", "show", f"--property={_PROPERTIES}", "--", *names])
    if not done.ok:
        raise SlipwayError(f"systemd does not answer on this host: {done.tail(3)}")
    offset = time.time() - time.monotonic()
    return [_found(block, offset) for block in done.out.strip().split("\n\n")]


def _found(block: str, offset: float) -> FoundService:
    facts = dict(line.split("=", 1) for line in block.splitlines() if "=" in line)
    started = int(facts.get("ExecMainStartTimestampMonotonic") or 0)
    return FoundService(
        exists=facts.get("LoadState") != "not-found",
        active=facts.get("ActiveState", "inactive"),
        enabled=facts.get("UnitFileState", ""),
        since=started / 1e6 + offset if started else None,
        reload_needed=facts.get("NeedDaemonReload") == "yes",
    )


def reload_units(run: Runner) -> None:
    done = run(["systemctl", "daemon-reload"])
    if not done.ok:
        raise SlipwayError(f"systemd refused to read its units again: {done.tail(5)}")


def act(action: str, name: str, run: Runner) -> None:
    """enable, start or restart; says the unit's own last words when it fails."""
    done = run(["systemctl", action, "--", name])
    if done.ok:
        return
    log = run(["journalctl", "--no-pager", "--output=cat", f"--lines={_LOG_LINES}", f"--unit={name}"])
    raise SlipwayError(f"systemctl {action} {name} failed: {done.tail(5)}\n{log.tail(int(_LOG_LINES))}".rstrip())


def remove(name: str, run: Runner) -> None:
    """Stopped, disabled, and its file gone last: a run that is killed before that finds it again."""
    for words in (["disable", "--now", "--", name], ["reset-failed", "--", name]):
        run(["systemctl", *words])
    for path in (_OWN_UNITS / name, _OWN_UNITS / f"{name}.d"):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    reload_units(run)
