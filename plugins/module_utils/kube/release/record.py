# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A release of an application in a cluster, and how it is kept in a Secret: pure."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import typing as t
from dataclasses import dataclass, field

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.identity import ObjectRef

Manifest = t.Dict[str, t.Any]

SECRET_TYPE = "slipway.deploy/release.v1"  # noqa: S105  (a type's name, no password)
APP_LABEL = "slipway.deploy/app"
STATUS_LABEL = "slipway.deploy/status"
REVISION_LABEL = "slipway.deploy/revision"
#: The API server refuses a Secret above 1 MiB; metadata needs a little of it.
_MAX_BYTES = 1_000_000


@dataclass(frozen=True)
class Release:
    """One release. `objects` are the manifests as they were sent; empty for a release that failed."""

    app: str
    revision: int
    version: str
    status: str
    digest: str
    time: float = 0.0
    reason: str = ""
    objects: t.Sequence[Manifest] = field(default_factory=tuple)
    #: What a good answer of this release is, as the option `check` says it.
    check: t.Mapping[str, t.Any] | None = None

    def shown(self) -> t.Dict[str, t.Any]:
        """Without the objects: a Secret may be among them."""
        names = ("app", "revision", "version", "status", "time", "reason")
        return {name: getattr(self, name) for name in names}


def digest_of(objects: t.Sequence[Manifest]) -> str:
    """Equal for equal manifests, whatever their order."""
    texts = sorted(json.dumps(obj, sort_keys=True) for obj in objects)
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()


def secret_name(app: str, revision: int) -> str:
    return f"slipway.{app}.v{revision}"


def to_secret(release: Release, namespace: str) -> Manifest:
    """The Secret that keeps a release. Its name makes two runs that record the same revision collide, on purpose."""
    payload = {**release.shown(), "digest": release.digest, "objects": list(release.objects), "check": release.check}
    packed = gzip.compress(json.dumps(payload, sort_keys=True).encode(), mtime=0)
    data = base64.b64encode(packed).decode()
    if len(data) > _MAX_BYTES:
        raise InputError(
            f"The release of '{release.app}' takes {len(data)} bytes packed, "
            "more than a Secret holds: split the application."
        )
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "type": SECRET_TYPE,
        "metadata": {
            "name": secret_name(release.app, release.revision),
            "namespace": namespace,
            "labels": {
                "app.kubernetes.io/managed-by": "slipway",
                APP_LABEL: release.app,
                STATUS_LABEL: release.status,
                REVISION_LABEL: str(release.revision),
            },
        },
        "data": {"release": data},
    }


def from_secret(secret: Manifest) -> Release:
    packed = base64.b64decode(secret["data"]["release"])
    return Release(**json.loads(gzip.decompress(packed)))


def left_over(old: t.Sequence[Manifest], new: t.Sequence[Manifest]) -> t.List[Manifest]:
    """What `old` has and `new` has not: to be deleted when going from one to the other."""
    kept = {ObjectRef.from_object(obj).key for obj in new}
    return [obj for obj in old if ObjectRef.from_object(obj).key not in kept]
