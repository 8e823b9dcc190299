# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A JMESPath expression of the user: compiled once, asked of many objects."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError, MissingDependencyError

try:
    import jmespath
except ImportError:
    jmespath = None


@dataclass(frozen=True)
class Answer:
    value: t.Any
    #: What the expression could not do with this object.
    error: str = ""

    @property
    def true(self) -> bool:
        """JMESPath's truth: anything but null, false and what is empty; 0 is true."""
        return bool(self.value) or (self.value == 0 and self.value is not False)

    @property
    def text(self) -> str:
        return self.error or ("" if self.value is None else str(self.value))


class Expression:
    def __init__(self, text: str, where: str) -> None:
        """`where` names the option in messages."""
        if jmespath is None:
            raise MissingDependencyError(f"{where} needs the Python library jmespath: pip install jmespath.")
        self.text = text
        try:
            self._compiled = jmespath.compile(text)
        except jmespath.exceptions.JMESPathError as exc:
            raise InputError(f"{where}: '{text}' is not a JMESPath expression: {_reason(exc)}") from exc

    def ask(self, obj: t.Any) -> Answer:
        try:
            return Answer(self._compiled.search(obj))
        except jmespath.exceptions.JMESPathError as exc:
            return Answer(None, str(exc))


def _reason(exc: Exception) -> str:
    """The library quotes the expression over several lines; the position says as much."""
    position = getattr(exc, "lex_position", None)
    at = f" (at character {position + 1})" if isinstance(position, int) and position >= 0 else ""
    return f"{str(exc).splitlines()[0].rstrip(':.')}{at}."
