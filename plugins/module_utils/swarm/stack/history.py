# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The releases of a stack, kept in the swarm itself (as configs): every manager knows them."""

from __future__ import annotations

import base64
import json
import time
import typing as t
from dataclasses import asdict, dataclass, field

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.common.releases import beyond
from ansible_collections.slipway.deploy.plugins.module_utils.engine.api import ApiError, EngineApi

_LABEL = "slipway.deploy.releases-of"
_CONFLICT = 409


@dataclass(frozen=True)
class StackRelease:
    """One release. `file` is empty for one that failed: nobody goes back to it."""

    revision: int
    version: str
    status: str
    digest: str
    time: float = 0.0
    reason: str = ""
    file: t.Mapping[str, t.Any] = field(default_factory=dict)
    #: Service -> the specification that the swarm made of it: what somebody else's change is told by.
    specs: t.Mapping[str, t.Any] = field(default_factory=dict)
    check: t.Mapping[str, t.Any] | None = None

    def shown(self) -> t.Dict[str, t.Any]:
        return {key: getattr(self, key) for key in ("revision", "version", "status", "time", "reason")}

    def objects(self) -> t.Set[str]:
        """Names of the secrets and configs that it uses."""
        return {item["name"] for kind in ("secrets", "configs") for item in (self.file.get(kind) or {}).values()}


class Releases:
    """Read and write them. A config is made at once or not at all, so a killed run leaves no half record."""

    def __init__(self, api: EngineApi, stack: str) -> None:
        self._api = api
        self._stack = stack

    def all(self) -> t.List[StackRelease]:
        """Oldest first."""
        return sorted((release for _id, release in self._found()), key=lambda release: release.revision)

    def _found(self) -> t.List[t.Tuple[str, StackRelease]]:
        items = self._api.get("/configs", filters={"label": [f"{_LABEL}={self._stack}"]}) or []
        return [(item["ID"], StackRelease(**json.loads(base64.b64decode(item["Spec"]["Data"])))) for item in items]

    def add(self, release: StackRelease, keep: int) -> None:
        """With the next revision; the oldest beyond `keep` go."""
        known = self.all()
        revision = (known[-1].revision if known else 0) + 1
        new = StackRelease(**{**vars(release), "revision": revision, "time": round(time.time(), 3)})
        data = base64.b64encode(json.dumps(asdict(new)).encode()).decode()
        name = f"slipway.{self._stack}.{revision}"
        try:
            self._api.post("/configs/create", {"Name": name, "Labels": {_LABEL: self._stack}, "Data": data})
        except ApiError as exc:
            what = "another run has recorded one" if exc.status == _CONFLICT else exc.message
            raise SlipwayError(f"Revision {revision} of '{self._stack}' could not be recorded: {what}.") from exc
        dropped = {old.revision for old in beyond([*known, new], keep)}
        for identifier, old in self._found():
            if old.revision in dropped:
                self._api.delete(f"/configs/{identifier}")

    def forget(self) -> None:
        for identifier, _release in self._found():
            self._api.delete(f"/configs/{identifier}")
