# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which packages to install, upgrade or take back, so that an engine has the version that is asked for. Pure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.packages.versions import fits, is_older

LATEST = "latest"
INSTALL, UPGRADE, DOWNGRADE, NONE = "install", "upgrade", "downgrade", "none"
_SHOWN = 12


@dataclass(frozen=True)
class Wish:
    """`engine`: packages that share one version, the engine's own first. `others` only have to be there."""

    engine: t.Tuple[str, ...]
    others: t.Tuple[str, ...] = ()
    version: str = ""
    allow_downgrade: bool = False

    @property
    def names(self) -> t.Tuple[str, ...]:
        return (*self.engine, *self.others)

    def is_met(self, installed: t.Mapping[str, str]) -> bool:
        """Whether nothing of the package sources needs to be known."""
        if any(name not in installed for name in self.names) or self.version == LATEST:
            return False
        return not self.version or all(fits(installed[name], self.version) for name in self.engine)


@dataclass(frozen=True)
class Offer:
    """What the sources have: versions newest first, and the one that the package manager itself would take."""

    versions: t.Mapping[str, t.Sequence[str]]
    candidates: t.Mapping[str, str]


@dataclass(frozen=True)
class Plan:
    """`targets`: package -> version; an empty version is the manager's own choice."""

    targets: t.Mapping[str, str]
    action: str = NONE
    before: str = ""
    after: str = ""

    @property
    def changes(self) -> bool:
        return bool(self.targets)


def plan(wish: Wish, installed: t.Mapping[str, str], offer: Offer) -> Plan:
    targets = {name: "" for name in wish.others if name not in installed}
    for name in targets:
        if not offer.versions.get(name):
            raise InputError(f"No package source of this host has {name}: add the source, or leave it out.")
    for name in wish.engine:
        version = _target(name, wish, installed.get(name, ""), offer)
        if version != installed.get(name, ""):
            targets[name] = version
    engine = wish.engine[0]
    before = installed.get(engine, "")
    after = targets.get(engine, before)
    action = _action(before, after)
    if action == DOWNGRADE and not wish.allow_downgrade:
        raise InputError(
            f"version: {engine} {before} is installed, and {after} is older: an engine may not read what a newer one"
            " has written. Set allow_downgrade: true if that is meant."
        )
    return Plan(targets, action, before, after)


def _target(name: str, wish: Wish, now: str, offer: Offer) -> str:
    """The version that the package shall have; the one that it has, where that will do."""
    versions = offer.versions.get(name) or ()
    if now and (not wish.version or (wish.version != LATEST and fits(now, wish.version))):
        return now
    if not versions:
        raise InputError(f"No package source of this host has {name}: add the source, or use another one.")
    if wish.version in ("", LATEST):
        return offer.candidates.get(name) or versions[0]
    for version in versions:
        if fits(version, wish.version):
            return version
    known = ", ".join(versions[:_SHOWN]) + (", ..." if len(versions) > _SHOWN else "")
    raise InputError(f"version: no package source of this host has {name} {wish.version}. It has {known}.")


def _action(before: str, after: str) -> str:
    if before == after:
        return NONE
    if not before:
        return INSTALL
    return DOWNGRADE if is_older(after, before) else UPGRADE
