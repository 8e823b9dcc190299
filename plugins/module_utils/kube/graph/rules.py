# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which kinds go before which others: rules as data, in the very form in which a user adds some (`order_rules`)."""

from __future__ import annotations

import fnmatch
import functools
import typing as t
from dataclasses import dataclass

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError

_WORKLOADS = [
    "/Pod",
    "/ReplicationController",
    "apps/Deployment",
    "apps/StatefulSet",
    "apps/DaemonSet",
    "apps/ReplicaSet",
    "batch/Job",
    "batch/CronJob",
]

#: What no field of the objects says. All else follows from the references in them (references.py, surroundings.py).
DEFAULT_ORDER_RULES: t.Sequence[t.Mapping[str, t.Any]] = (
    # A pod is judged by the quotas, defaults and walls that are there when it starts.
    {
        "first": ["/ResourceQuota", "/LimitRange", "networking.k8s.io/NetworkPolicy"],
        "then": _WORKLOADS,
        "same_namespace": True,
    },
    # A driver's object says how its volumes are mounted.
    {"first": ["storage.k8s.io/CSIDriver"], "then": _WORKLOADS, "same_namespace": False},
)

_FORM = "{first: [kinds], then: [kinds], same_namespace: true|false, healthy: true|false}"
_KEYS = ("first", "then", "same_namespace", "healthy")


@dataclass(frozen=True)
class Rule:
    """Objects of the kinds `first` go before those of `then`. A kind is `Kind` or `group/Kind`, with globs."""

    first: t.Tuple[str, ...]
    then: t.Tuple[str, ...]
    same_namespace: bool = True
    #: Not only applied: healthy.
    healthy: bool = False
    #: For messages.
    name: str = ""

    def puts_last(self, group: str, kind: str) -> bool:
        return _matches(self.then, group, kind)

    def puts_first(self, group: str, kind: str) -> bool:
        """What is meant by both lists goes last: `first: ["*"], then: [Job]` is everything else before the Jobs."""
        return _matches(self.first, group, kind) and not self.puts_last(group, kind)


@functools.lru_cache(maxsize=4096)
def _matches(patterns: t.Tuple[str, ...], group: str, kind: str) -> bool:
    return any(_match(pattern, group, kind) for pattern in patterns)


def _match(pattern: str, group: str, kind: str) -> bool:
    wanted_group, slash, wanted_kind = pattern.rpartition("/")
    return not (slash and not _fits(group, wanted_group)) and _fits(kind, wanted_kind)


def _fits(text: str, pattern: str) -> bool:
    """Most patterns are plain words, for which nothing needs to be compiled."""
    return text == pattern or (any(sign in pattern for sign in "*?[") and fnmatch.fnmatchcase(text, pattern))


def parse_rules(value: t.Any, option: str = "order_rules") -> t.Tuple[Rule, ...]:
    """The rules of a module option."""
    if value is None:
        return ()
    if not isinstance(value, (list, tuple)):
        raise InputError(f"{option} must be a list of rules such as {_FORM}.")
    return tuple(_rule(entry, f"{option}[{i}]") for i, entry in enumerate(value))


def _rule(entry: t.Any, name: str) -> Rule:
    if not isinstance(entry, dict):
        raise InputError(f"{name} must be a mapping such as {_FORM}.")
    unknown = sorted(str(key) for key in entry if key not in _KEYS)
    if unknown:
        raise InputError(f"{name}: there is no {unknown[0]}; a rule is {_FORM}.")
    return Rule(
        _kinds(entry.get("first"), f"{name}.first"),
        _kinds(entry.get("then"), f"{name}.then"),
        _flag(entry.get("same_namespace"), True, f"{name}.same_namespace"),
        _flag(entry.get("healthy"), False, f"{name}.healthy"),
        name,
    )


def _kinds(value: t.Any, name: str) -> t.Tuple[str, ...]:
    if not isinstance(value, (list, tuple)) or not value:
        raise InputError(f"{name} must be a list of kinds, as [ConfigMap, apps/Deployment, 'example.com/*'].")
    for kind in value:
        if not isinstance(kind, str) or not kind.rpartition("/")[2] or kind.count("/") > 1:
            raise InputError(f"{name}: {kind!r} is no kind; write Kind or group/Kind (without the version).")
    return tuple(value)


def _flag(value: t.Any, default: bool, name: str) -> bool:
    if value is None:
        return default
    if not isinstance(value, bool):
        raise InputError(f"{name} must be true or false, not {value!r}.")
    return value


DEFAULT_RULES = parse_rules(DEFAULT_ORDER_RULES, "default")
