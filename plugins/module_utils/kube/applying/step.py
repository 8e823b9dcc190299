# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One object on its way through a task: what is wanted, what is there, what is done about it."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.discovery import Resource
from ansible_collections.slipway.deploy.plugins.module_utils.kube.manifests.manifest import Manifest

Obj = t.Dict[str, t.Any]
CREATED, CONFIGURED, RECREATED, UNCHANGED = "created", "configured", "recreated", "unchanged"
DELETED, PRUNED, FAILED, SKIPPED = "deleted", "pruned", "failed", "skipped"
CHANGES = (CREATED, CONFIGURED, RECREATED, DELETED, PRUNED)
#: What is sent to be applied.
SENT = (CREATED, CONFIGURED, RECREATED)


@dataclass
class Step:
    """One object: what is to be done, and later what came of it."""

    manifest: Manifest
    resource: Resource
    #: The kind comes with a CustomResourceDefinition of this same set: the server cannot check it yet.
    kind_is_new: bool = False
    action: str = UNCHANGED
    #: As it was when we looked. For what stays as it is only so much is kept as tells which object it was.
    before: t.Optional[Obj] = None
    after: t.Optional[Obj] = None
    #: Fields are taken over from managers that the user named.
    force: bool = False
    #: Deleted is this very object, not one that has taken its name since.
    only_this: bool = False
    #: The server has taken it, whatever came later.
    written: bool = False
    error: str = ""
    #: The server was lost while it was written: it may be there.
    in_doubt: bool = False
    note: str = ""

    @property
    def group_kind(self) -> t.Tuple[str, str]:
        return self.resource.group, self.resource.kind

    def fail(self, exc: SlipwayError) -> None:
        from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.validate import (  # noqa: PLC0415  (seldom needed: docs/architecture.md)
            explain,
        )

        self.action, self.error = FAILED, explain(self.manifest, exc)
        self.in_doubt = bool(getattr(exc, "in_doubt", False))
