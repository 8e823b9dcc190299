# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a verb is: an argument spec and a function from parameters to a result.

The same verb has two faces: a module (`common/module_face.py`) and an action plugin that runs it inside the
controller's worker process (`plugin_utils/action_face.py`). The verb knows neither.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

Params = t.Mapping[str, t.Any]
Result = t.Dict[str, t.Any]
_HIDDEN = "(hidden)"
#: (argv, stdin) -> (exit code, stdout, stderr); as AnsibleModule.run_command, without the module.
RunCommand = t.Callable[..., t.Tuple[int, str, str]]


def _silent(_line: str) -> None:
    """Progress goes nowhere: modules cannot stream."""


@dataclass(frozen=True)
class TaskContext:
    """What a verb may know of the task that runs it."""

    check_mode: bool = False
    diff: bool = False
    #: Environment of the task: the process's own, with the task's `environment:` over it.
    env: t.Mapping[str, str] = field(default_factory=dict)
    #: Shows one line to the person who watches. Never a secret.
    progress: t.Callable[[str], None] = _silent
    warn: t.Callable[[str], None] = _silent


@dataclass(frozen=True)
class Verb:
    """One thing that a module does.

    `spec` holds AnsibleModule's keyword arguments (`argument_spec`, `required_if`, `mutually_exclusive`, ...).
    `run` returns the task's result (with `changed`) or raises SlipwayError.
    `hide` names the parameters that may carry secrets in the middle of other data (a manifest, a mapping of build
    arguments): they are left out of the result's `invocation` and of the host's system log. `src.headers` names a key
    in the mapping `src`, or in each mapping of that list.
    `imports` are the third-party modules that `run` needs: where the controller's own Python lacks one, the action
    plugin ships the module to the interpreter that `ansible_python_interpreter` names.
    """

    name: str
    spec: t.Mapping[str, t.Any]
    run: t.Callable[[Params, TaskContext], Result]
    hide: t.Tuple[str, ...] = ()
    imports: t.Tuple[str, ...] = ()

    def visible(self, params: Params) -> t.Dict[str, t.Any]:
        """The parameters as they may be shown."""
        return {k: _HIDDEN if k in self.hide and v is not None else self._without(k, v) for k, v in params.items()}

    def _without(self, name: str, value: t.Any) -> t.Any:
        keys = {hidden.partition(".")[2] for hidden in self.hide if hidden.startswith(f"{name}.")}
        return _hide_keys(value, keys) if keys else value


def _hide_keys(value: t.Any, keys: t.AbstractSet[str]) -> t.Any:
    if isinstance(value, list):
        return [_hide_keys(item, keys) for item in value]
    if isinstance(value, dict):
        return {k: _HIDDEN if k in keys and v else v for k, v in value.items()}
    return value
