# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs a verb as an action plugin: inside the worker where the task's host is the controller, else as a module."""

from __future__ import annotations

import datetime
import importlib.util
import os
import typing as t

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.common.parameters import remove_values
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError, SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Result, TaskContext, Verb
from ansible_collections.slipway.deploy.plugins.plugin_utils.quick_import import late_imports

display = Display()
_VALIDATION_KEYS = (
    "mutually_exclusive",
    "required_together",
    "required_one_of",
    "required_if",
    "required_by",
)


class VerbAction(ActionBase):  # type: ignore[misc]
    """Base of the action plugins: a subclass names its verb and may prepare the arguments."""

    VERB: t.ClassVar[Verb]
    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_diff = True
    _supports_async = True
    _libraries_here: t.ClassVar[bool] = False

    def __init_subclass__(cls) -> None:
        """Looked for once, in the process that workers are forked from."""
        super().__init_subclass__()
        if hasattr(cls, "VERB"):
            cls._libraries_here = all(importlib.util.find_spec(name) is not None for name in cls.VERB.imports)

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> Result:
        del tmp
        variables = task_vars or {}
        result: Result = super().run(task_vars=variables)
        given = self._task.args
        try:
            with late_imports():
                self._task.args = self.prepare(_native(given), variables)
                runner = self.run_here if self.can_run_here() else self.run_there
                result.update(runner(variables))
        except SlipwayError as exc:
            result.update(_failure(exc))
        finally:
            # `until` runs us again: on what the user gave, not on what we made of it.
            self._task.args = given
        return result

    def prepare(self, args: dict[str, t.Any], task_vars: dict[str, t.Any]) -> dict[str, t.Any]:
        """A hook: what only the controller can do to the arguments (templates, files of the role)."""
        del task_vars
        return args

    def can_run_here(self) -> bool:
        """The worker stands in for the host: same machine, same user, and every library is here."""
        if self._connection.transport != "local" or self._task.async_val or self._play_context.become:
            return False
        return self._libraries_here

    def run_here(self, task_vars: dict[str, t.Any]) -> Result:
        del task_vars
        params, secrets = self._validated(dict(self._task.args))
        try:
            result = self.VERB.run(params, self._context())
        except SlipwayError as exc:
            result = _failure(exc)
        result = {**result, "invocation": {"module_args": self.VERB.visible(params)}}
        # What AnsibleModule does for a module: no value of a no_log option leaves the task.
        masked: Result = remove_values(result, secrets)
        return masked

    def run_there(self, task_vars: dict[str, t.Any]) -> Result:
        return self.run_module(self._task.args, task_vars)

    def run_module(self, arguments: dict[str, t.Any], task_vars: dict[str, t.Any]) -> Result:
        result: Result = self._execute_module(
            module_name=f"slipway.deploy.{self.VERB.name}",
            module_args=arguments,
            task_vars=task_vars,
            wrap_async=bool(self._task.async_val),
        )
        return result

    def _validated(self, args: dict[str, t.Any]) -> tuple[dict[str, t.Any], set[str]]:
        """The parameters, and the values that must not be shown."""
        spec = self.VERB.spec
        validator = ArgumentSpecValidator(spec["argument_spec"], **{k: spec[k] for k in _VALIDATION_KEYS if k in spec})
        checked = validator.validate(args)
        if checked.error_messages:
            raise InputError(f"{self.VERB.name}: " + "; ".join(checked.error_messages))
        return dict(checked.validated_parameters), set(checked._no_log_values)

    def _context(self) -> TaskContext:
        return TaskContext(
            check_mode=bool(self._task.check_mode),
            diff=bool(self._task.diff),
            env={**os.environ, **self._task_environment()},
            progress=self._progress,
            warn=display.warning,
        )

    def _task_environment(self) -> dict[str, str]:
        """`environment:` of the task, block and play, innermost last, as one mapping."""
        merged: dict[str, str] = {}
        layers = self._task.environment or []
        for layer in layers if isinstance(layers, list) else [layers]:
            value = self._templar.template(layer)
            merged.update({str(k): str(v) for k, v in (value or {}).items()})
        return merged

    def _progress(self, line: str) -> None:
        """One line for the person who watches; workers' lines reach the parent through Display."""
        display.display(f"  {self._task.action.rpartition('.')[2]}: {line}", log_only=False)


def _failure(exc: SlipwayError) -> Result:
    """A result, not an exception: so that `failed_when` and `register` see it as they see a module's."""
    return {"failed": True, "changed": False, "msg": exc.message, **exc.details}


def _native(value: t.Any) -> t.Any:
    """Controller strings are tagged subclasses which YAML and JSON writers refuse or mark: make them plain."""
    if isinstance(value, dict):
        return {_native(k): _native(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_native(v) for v in value]
    for plain in (str, int, float):
        if isinstance(value, plain) and not isinstance(value, bool):
            return plain(value)
    # As a module gets it: in JSON.
    return value.isoformat() if isinstance(value, (datetime.date, datetime.time)) else value
