# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The user's own rules for the health of a kind, as JMESPath expressions. Pure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass
from fnmatch import fnmatchcase

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.defaults import RULES_SPEC
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.expression import Expression
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.model import (
    Health,
    current,
    failed,
    in_progress,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.read import Object, group_of, text

_EXPRESSIONS = ("current", "failed", "because")


@dataclass(frozen=True)
class Rule:
    kind: str
    #: A glob over `group/version`, or over the group alone.
    api_version: str = "*"
    current: t.Optional[Expression] = None
    failed: t.Optional[Expression] = None
    because: t.Optional[Expression] = None

    def covers(self, obj: Object) -> bool:
        version = text(obj, "apiVersion")
        names = (version, group_of(version))
        return text(obj, "kind") == self.kind and any(fnmatchcase(name, self.api_version) for name in names)

    def judge(self, obj: Object) -> t.Optional[Health]:
        """None where the rule only tells failures, and this is none: then the built-in rules have the word."""
        if self.failed is not None and self.failed.ask(obj).true:
            return failed(self._say(obj, f"{self.failed.text} is true"))
        if self.current is None:
            return None
        answer = self.current.ask(obj)
        if answer.true:
            return current(self._say(obj, f"{self.current.text} is true"))
        return in_progress(self._say(obj, answer.error or f"{self.current.text} is not true yet"))

    def _say(self, obj: Object, default: str) -> str:
        return (self.because.ask(obj).text if self.because is not None else "") or default


def rules_from(given: t.Any, where: str = "health_rules") -> t.List[Rule]:
    """Of an option's value. Raises InputError that names the rule, and the place in its expression."""
    if not isinstance(given or [], (list, tuple)):
        raise InputError(f"{where} must be a list of rules; write each as {{kind: Toy, current: status.done}}.")
    return [_rule(entry, f"{where}[{index}]") for index, entry in enumerate(given or [])]


def _rule(entry: t.Any, where: str) -> Rule:
    if not isinstance(entry, t.Mapping) or not entry.get("kind"):
        raise InputError(f"{where} has no kind; write it as {{kind: Toy, current: status.done}}.")
    unknown = sorted(set(entry) - set(RULES_SPEC["options"]))
    if unknown:
        raise InputError(f"{where}: a rule has no {unknown[0]}; it has {', '.join(RULES_SPEC['options'])}.")
    made = {key: Expression(str(entry[key]), f"{where}.{key}") for key in _EXPRESSIONS if entry.get(key)}
    if "current" not in made and "failed" not in made:
        raise InputError(f"{where}: a rule for {entry['kind']} needs current or failed, a JMESPath expression.")
    return Rule(str(entry["kind"]), str(entry.get("api_version") or "*"), **made)


def custom(obj: Object, rules: t.Sequence[Rule]) -> t.Optional[Health]:
    """By the first rule that covers the object and has an answer."""
    answers = (rule.judge(obj) for rule in rules if rule.covers(obj))
    return next((answer for answer in answers if answer is not None), None)
