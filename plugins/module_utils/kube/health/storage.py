# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Health of the groups storage.k8s.io and snapshot.storage.k8s.io."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.model import (
    Health,
    current,
    in_progress,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.read import Object, field, text


def volume_attachment(obj: Object) -> Health:
    error = text(obj, "status", "attachError", "message")
    if error:
        return in_progress(f"cannot be attached: {error}")
    return current("attached") if field(obj, "status", "attached") is True else in_progress("not attached yet")


def volume_snapshot(obj: Object) -> Health:
    if field(obj, "status", "readyToUse") is True:
        return current("ready to use")
    error = text(obj, "status", "error", "message")
    # Its controller tries again.
    return in_progress(f"not ready to use: {error}" if error else "not ready to use yet")


RULES: t.Dict[str, t.Callable[[Object], Health]] = {
    "VolumeAttachment": volume_attachment,
    "VolumeSnapshot": volume_snapshot,
    "VolumeSnapshotContent": volume_snapshot,
}
