# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Shows what a module on another host has got to. A module cannot speak before it ends; so it writes lines into a file
in its private folder, and a thread here reads the file over a second connection to the same host. The result of a
module that ends before the last lines were read brings them along."""

from __future__ import annotations

import copy
import secrets
import shlex
import threading
import typing as t

from ansible.utils.display import Display

if t.TYPE_CHECKING:
    from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Result
    from ansible_collections.slipway.deploy.plugins.plugin_utils.action_face import VerbAction

display = Display()
_PERIOD = 2.0


class RemoteProgress:
    """`folders` is a pattern of the private folders' names below the host's temporary directory. Progress is a
    courtesy: whatever goes wrong with it is no business of the task."""

    def __init__(self, action: VerbAction, folders: str) -> None:
        self.token = secrets.token_hex(8)
        self._say = action._progress
        self._reader = _apart(action)
        self._file = f"${{TMPDIR:-/tmp}}/{folders}/progress-{self.token}"
        self._seen = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._follow, daemon=True)

    def __enter__(self) -> RemoteProgress:
        self._thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._stop.set()
        self._thread.join()

    def _follow(self) -> None:
        while not self._stop.wait(_PERIOD):
            try:
                self._read()
            except Exception as exc:  # connections raise what they like
                display.vvv(f"No progress from the host: {exc!r}")
                return

    def catch_up(self, told: t.Sequence[str]) -> None:
        """`told` is everything that the module has said."""
        for line in told[self._seen :]:
            self._say(line)

    def _read(self) -> None:
        """The shell finds the file, and says nothing where there is none yet."""
        script = f'for f in {self._file}; do tail -n +{self._seen + 1} "$f" 2>/dev/null; done; true'
        result = self._reader._low_level_execute_command(f"/bin/sh -c {shlex.quote(script)}")
        text = result["stdout"].rpartition("\n")[0]
        for line in text.splitlines():
            self._seen += 1
            self._say(line)


def in_two_steps(
    action: VerbAction,
    task_vars: dict[str, t.Any],
    arguments: dict[str, t.Any],
    packed: t.Callable[[], dict[str, t.Any]],
    send: t.Callable[[], dict[str, t.Any]] | None = None,
    correct: t.Callable[[dict[str, t.Any]], None] | None = None,
) -> Result:
    """The host decides first; only where it has something to build is it asked again, with what a build needs
    (`send`), and with somebody who listens. `correct`: it may want another part of the context described before."""
    result = action.run_module({**arguments, "packed": packed()}, task_vars)
    needed = result.pop("reach_needed", None)
    if needed and correct:
        correct(needed)
        result = action.run_module({**arguments, "packed": packed()}, task_vars)
    if not result.pop("context_needed", False):
        return result
    described = send() if send else packed()
    with RemoteProgress(action, "slipway-build-*") as progress:
        result = action.run_module({**arguments, "packed": {**described, "progress": progress.token}}, task_vars)
    progress.catch_up(result.pop("told", []))
    return result


def _apart(action: VerbAction) -> VerbAction:
    """The same action with a connection of its own: the module's is at work, and keeps state about its command."""
    twin = copy.copy(action)
    twin._connection = copy.copy(action._connection)
    twin._connection.become = copy.copy(action._connection.become)
    return twin
