# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The releases of a Compose project, kept on its host: what `rolled_back` returns to."""

from __future__ import annotations

import json
import shutil
import tempfile
import time
import typing as t
from dataclasses import asdict, dataclass, field
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.files import read_text, write_atomic
from ansible_collections.slipway.deploy.plugins.module_utils.common.releases import DEPLOYED, beyond
from ansible_collections.slipway.deploy.plugins.module_utils.compose.project import SECRETS_DIR, ProjectFiles

_OWN_DIR = ".slipway"


@dataclass(frozen=True)
class Release:
    """One release as recorded. `files` are empty for one that failed: nobody goes back to it."""

    revision: int
    version: str
    status: str
    digest: str
    time: float = 0.0
    reason: str = ""
    files: t.Mapping[str, t.Any] = field(default_factory=dict)
    #: What a good answer of this release is, as the option `check` says it.
    check: t.Mapping[str, t.Any] | None = None

    def project_files(self) -> ProjectFiles:
        return ProjectFiles(**self.files)

    def shown(self) -> t.Dict[str, t.Any]:
        """Without contents: they hold secrets."""
        return {
            "revision": self.revision,
            "version": self.version,
            "status": self.status,
            "time": self.time,
            "reason": self.reason,
        }


@dataclass(frozen=True)
class ProjectDir:
    """The project's directory on the host: live files, records, staging."""

    path: Path

    @property
    def own(self) -> Path:
        return self.path / _OWN_DIR

    @property
    def lock(self) -> Path:
        return self.own / "lock"

    def releases(self) -> t.List[Release]:
        """Oldest first."""
        found = sorted((self.own / "releases").glob("*.json"), key=lambda p: int(p.stem))
        return [Release(**json.loads(path.read_text(encoding="utf-8"))) for path in found]

    def record(
        self,
        files: ProjectFiles,
        version: str,
        status: str,
        reason: str,
        *,
        keep: int,
        check: t.Mapping[str, t.Any] | None = None,
    ) -> Release:
        """Add a release, drop the oldest beyond `keep`."""
        known = self.releases()
        release = Release(
            revision=(known[-1].revision if known else 0) + 1,
            version=version,
            status=status,
            digest=files.digest(),
            time=round(time.time(), 3),
            reason=reason,
            files={"compose": files.compose, "env": dict(files.env), "secrets": dict(files.secrets)}
            if status == DEPLOYED
            else {},
            check=check,
        )
        where = self.own / "releases"
        where.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_atomic(where / f"{release.revision}.json", json.dumps(asdict(release)))
        for old in beyond([*known, release], keep):
            (where / f"{old.revision}.json").unlink()
        return release

    def clear_staging(self) -> None:
        """Remove what a killed run staged. Only under the lock: else it is at work."""
        for left in self.own.glob("staging-*"):
            shutil.rmtree(left)

    def stage(self, files: ProjectFiles) -> Path:
        """The files in a private directory of their own."""
        self.own.mkdir(mode=0o700, parents=True, exist_ok=True)
        where = Path(tempfile.mkdtemp(dir=str(self.own), prefix="staging-"))
        write_files(where, files)
        return where

    def place(self, files: ProjectFiles) -> None:
        """Make the live files these, each by a rename; secrets that are no longer wanted go."""
        write_files(self.path, files)
        kept = set(files.secrets)
        for path in (self.path / SECRETS_DIR).glob("*"):
            if path.name not in kept:
                path.unlink()

    def live(self) -> t.Dict[str, str]:
        """Relative path -> content of the live files."""
        names = ["compose.yml", ".env"]
        names += [f"{SECRETS_DIR}/{p.name}" for p in sorted((self.path / SECRETS_DIR).glob("*"))]
        found = {name: read_text(self.path / name) for name in names}
        return {name: text for name, text in found.items() if text is not None}


def write_files(where: Path, files: ProjectFiles) -> None:
    """0600 but for secrets: containers run as other users, so those are readable inside a directory that is not."""
    where.mkdir(mode=0o750, parents=True, exist_ok=True)
    (where / SECRETS_DIR).mkdir(mode=0o700, exist_ok=True)
    for name, content in files.as_files().items():
        secret = name.startswith(f"{SECRETS_DIR}/")
        if read_text(where / name) != content:
            # A secret is bind-mounted into containers by its inode: rename keeps the old containers on the old value.
            write_atomic(where / name, content, 0o444 if secret else 0o600)
