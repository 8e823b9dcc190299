# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The controller's cache: files under their official addresses, and a manifest which says what they should be."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import typing as t
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.common.files import write_atomic
from ansible_collections.slipway.deploy.plugins.module_utils.common.sha256 import sha256_of

_MANIFEST_VERSION = 1


@dataclass(frozen=True)
class Record:
    """A file of the cache, as it was when it came."""

    sha256: str
    size: int
    mtime_ns: int
    fingerprint: str
    source: str
    digest: str = ""


class Cache:
    """One folder. Writers hold its lock; readers need none: the manifest and the files are replaced as wholes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._manifest = folder / "manifest.json"
        self._scratch = folder / ".scratch"
        self._records = self._load()

    @property
    def lock_file(self) -> Path:
        return self.folder / ".lock"

    @property
    def progress_file(self) -> Path:
        return self.folder / ".progress"

    def path(self, name: str) -> Path:
        return self.folder / name

    def reload(self) -> None:
        self._records = self._load()

    def _load(self) -> t.Dict[str, Record]:
        try:
            content = json.loads(self._manifest.read_text(encoding="utf-8"))
            if content["version"] != _MANIFEST_VERSION:
                return {}
            return {name: Record(**record) for name, record in content["files"].items()}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as exc:
            raise SlipwayError(
                f"{self._manifest} cannot be read ({exc}): remove it, the cache is then checked anew."
            ) from exc

    def valid(self, name: str, fingerprint: str, rehash: bool = False) -> t.Optional[Record]:
        """The record of a file that is there and is what it should be. Content is read again only where size or
        time moved (or `rehash` asks for it)."""
        record = self._records.get(name)
        path = self.path(name)
        if record is None or record.fingerprint != fingerprint or not path.is_file():
            return None
        found = path.stat()
        if found.st_size != record.size:
            return None
        if found.st_mtime_ns == record.mtime_ns and not rehash:
            return record
        return record if sha256_of(path) == record.sha256 else None

    def scratch(self) -> Path:
        """An empty folder beside the files. What a killed run left there goes away: only the lock's holder calls."""
        shutil.rmtree(self._scratch, ignore_errors=True)
        self._scratch.mkdir(parents=True)
        return Path(tempfile.mkdtemp(dir=self._scratch))

    def clear_scratch(self) -> None:
        shutil.rmtree(self._scratch, ignore_errors=True)

    def put(self, name: str, made: Path, fingerprint: str, source: str, digest: str = "") -> Record:
        """Move a finished file in and write it down."""
        target = self.path(name)
        target.parent.mkdir(parents=True, exist_ok=True)
        with made.open("rb") as handle:
            os.fsync(handle.fileno())
        sha256 = sha256_of(made)
        made.replace(target)
        found = target.stat()
        record = Record(sha256, found.st_size, found.st_mtime_ns, fingerprint, source, digest)
        self._records[name] = record
        self._save()
        return record

    def moved(self, name: str) -> bool:
        """Whether the file's time is not the one that is written down."""
        return self._records[name].mtime_ns != self.path(name).stat().st_mtime_ns

    def touch(self, name: str) -> None:
        """After a check of content: write down the file's time. Only the lock's holder calls."""
        if self.moved(name):
            self._records[name] = replace(self._records[name], mtime_ns=self.path(name).stat().st_mtime_ns)
            self._save()

    def _save(self) -> None:
        files = {name: asdict(record) for name, record in sorted(self._records.items())}
        content = json.dumps({"version": _MANIFEST_VERSION, "files": files}, indent=1)
        write_atomic(self._manifest, content + "\n", mode=0o644)
