# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The history of an application: one Secret a release, in the application's namespace."""

from __future__ import annotations

import contextlib
import time
import typing as t
from dataclasses import dataclass

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.common.releases import (
    DEPLOYED,
    beyond,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.client import KubeClient
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.discovery import Resource
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.errors import AlreadyExists, NotFound
from ansible_collections.slipway.deploy.plugins.module_utils.kube.release.record import (
    APP_LABEL,
    Manifest,
    Release,
    digest_of,
    from_secret,
    secret_name,
    to_secret,
)

FIELD_MANAGER = "slipway"
_ATTEMPTS = 5


@dataclass(frozen=True)
class ReleaseStore:
    """`secrets` is the cluster's resource of that name."""

    client: KubeClient
    secrets: Resource
    namespace: str
    app: str

    def releases(self) -> t.List[Release]:
        """Oldest first; empty where the namespace is not there yet."""
        found = self.client.list(self.secrets, self.namespace, label_selector=f"{APP_LABEL}={self.app}")
        return sorted((from_secret(item) for item in found["items"]), key=lambda r: r.revision)

    def record(
        self,
        objects: t.Sequence[Manifest],
        version: str,
        status: str,
        reason: str,
        *,
        keep: int,
        check: t.Mapping[str, t.Any] | None = None,
    ) -> Release:
        """Add a release and drop the oldest ones. A failed one is kept without its objects: nobody goes back to it.

        Where another run (a killed Ansible leaves its worker at work) has recorded the very same, that record stands.
        """
        for _attempt in range(_ATTEMPTS):
            known = self.releases()
            release = self._next(known, objects, version, status, reason, check)
            try:
                self.client.create(self.secrets, to_secret(release, self.namespace), field_manager=FIELD_MANAGER)
            except AlreadyExists:
                same = [r for r in self.releases()[-1:] if (r.digest, r.status) == (release.digest, status)]
                if not same:
                    continue
                release = same[0]
            for old in beyond([*known, release], keep):
                self._drop(old)
            return release
        raise SlipwayError(f"Other runs record releases of '{self.app}' all the time: wait for them and run again.")

    def _next(
        self,
        known: t.Sequence[Release],
        objects: t.Sequence[Manifest],
        version: str,
        status: str,
        reason: str,
        check: t.Mapping[str, t.Any] | None,
    ) -> Release:
        return Release(
            app=self.app,
            revision=(known[-1].revision if known else 0) + 1,
            version=version,
            status=status,
            digest=digest_of(objects),
            time=round(time.time(), 3),
            reason=reason,
            objects=list(objects) if status == DEPLOYED else [],
            check=check,
        )

    def _drop(self, old: Release) -> None:
        with contextlib.suppress(NotFound):
            self.client.delete(self.secrets, secret_name(self.app, old.revision), self.namespace)
