# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The releases of a Compose project, kept on its host: what `rolled_back` returns to."""

from __future__ import annotations

import hashlib
import json
import shutil
import time
import typing as t
from dataclasses import asdict, dataclass, field
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.files import read_text, write_atomic
from ansible_collections.slipway.deploy.plugins.module_utils.common.releases import DEPLOYED, beyond
from ansible_collections.slipway.deploy.plugins.module_utils.compose.document import as_text, runnable

_OWN_DIR = ".slipway"
COMPOSE_FILE = "compose.yml"


@dataclass(frozen=True)
class Wish:
    """What a release runs. `document` is the finished Compose file."""

    document: t.Mapping[str, t.Any] = field(default_factory=dict)
    #: Image name as the user wrote it -> pinned by digest.
    images: t.Mapping[str, str] = field(default_factory=dict)
    #: For --diff: file name -> text, with the values of secrets masked.
    shown: t.Mapping[str, str] = field(default_factory=dict)

    def text(self) -> str:
        """JSON is YAML; the order of keys is fixed so that equal documents are equal texts."""
        return as_text(self.document)

    def runnable(self) -> str:
        """The file that Compose gets."""
        return as_text(runnable(self.document))

    def digest(self) -> str:
        return hashlib.sha256(self.text().encode()).hexdigest()


@dataclass(frozen=True)
class Release:
    """One release as recorded. One that failed has no `wish`: nobody goes back to it."""

    revision: int
    version: str
    status: str
    digest: str
    time: float = 0.0
    reason: str = ""
    wish: Wish = field(default_factory=Wish)
    #: What a good answer of this release is, as the option `check` says it.
    check: t.Mapping[str, t.Any] | None = None

    @classmethod
    def from_text(cls, text: str) -> Release:
        data = json.loads(text)
        return cls(**{**data, "wish": Wish(**data["wish"])})

    def shown(self) -> t.Dict[str, t.Any]:
        """Without contents: they hold secrets."""
        return {
            "revision": self.revision,
            "version": self.version,
            "status": self.status,
            "time": self.time,
            "reason": self.reason,
            "images": dict(self.wish.images),
        }


@dataclass(frozen=True)
class ProjectDir:
    """The project's directory on the host. What is Slipway's lies in one directory, which only its owner enters."""

    path: Path

    @property
    def own(self) -> Path:
        return self.path / _OWN_DIR

    @property
    def lock(self) -> Path:
        return self.own / "lock"

    @property
    def compose_file(self) -> Path:
        return self.own / COMPOSE_FILE

    @property
    def store(self) -> Path:
        """Secret, config and other files of releases, by their content."""
        return self.own / "files"

    @property
    def _pending(self) -> Path:
        return self.own / "pending"

    def releases(self) -> t.List[Release]:
        """Oldest first."""
        found = sorted((self.own / "releases").glob("*.json"), key=lambda p: int(p.stem))
        return [Release.from_text(path.read_text(encoding="utf-8")) for path in found]

    def record(
        self,
        wish: Wish,
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
            digest=wish.digest(),
            time=round(time.time(), 3),
            reason=reason,
            wish=wish if status == DEPLOYED else Wish(),
            check=check,
        )
        where = self.own / "releases"
        where.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_atomic(where / f"{release.revision}.json", json.dumps(asdict(release)))
        for old in beyond([*known, release], keep):
            (where / f"{old.revision}.json").unlink()
        return release

    def live(self) -> str | None:
        """The Compose file that was run last, also by a run that did not end."""
        return read_text(self.compose_file)

    def begin(self, wish: Wish) -> None:
        """Make this the live file. Until `end`, the last recorded release is not what runs."""
        self.own.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_atomic(self._pending, wish.digest())
        write_atomic(self.compose_file, wish.runnable())

    def end(self) -> None:
        if self._pending.exists():
            self._pending.unlink()

    def interrupted(self) -> bool:
        """A run began and did not end."""
        return self._pending.exists()

    def forget(self) -> bool:
        """Remove everything of Slipway's; the project's own files stay."""
        there = self.own.is_dir()
        if there:
            shutil.rmtree(self.own)
        return there
