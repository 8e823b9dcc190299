# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a host remembers of the files that it was given: so that a look at size and time tells that nothing moved."""

from __future__ import annotations

import json
import typing as t
from dataclasses import asdict, dataclass
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.files import write_atomic
from ansible_collections.slipway.deploy.plugins.module_utils.common.sha256 import sha256_of


@dataclass(frozen=True)
class Seen:
    """A file, when it was known to have this content."""

    sha256: str
    size: int
    mtime_ns: int


class Memory:
    """A JSON file of what was seen where. It only saves work: without it, content is read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: t.Dict[str, Seen] = {}
        self._sources: t.Dict[str, t.Dict[str, t.Any]] = {}
        self._before = ""
        self._load()

    def _load(self) -> None:
        try:
            self._before = self._path.read_text(encoding="utf-8")
            content = json.loads(self._before)
            self._seen = {name: Seen(**seen) for name, seen in content["files"].items()}
            self._sources = dict(content["sources"])
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            self._seen, self._sources = {}, {}

    def holds(self, path: Path, sha256: str) -> bool:
        """Whether the file is there with this content."""
        return self.content(path) == sha256

    def content(self, path: Path) -> str:
        """The file's SHA-256, empty where there is no file."""
        if path.is_symlink() or not path.is_file():
            return ""
        found = path.stat()
        known = self._seen.get(str(path))
        if known is not None and (known.size, known.mtime_ns) == (found.st_size, found.st_mtime_ns):
            return known.sha256
        return self.remember(path, sha256_of(path))

    def remember(self, path: Path, sha256: str) -> str:
        found = path.stat()
        self._seen[str(path)] = Seen(sha256, found.st_size, found.st_mtime_ns)
        return sha256

    def unpacked(self, key: str, sha256: str) -> t.Dict[str, str]:
        """What an archive with this checksum left here: path -> SHA-256. Empty when it was another one, or none."""
        source = self._sources.get(key, {})
        return dict(source.get("files", {})) if source.get("sha256") == sha256 else {}

    def remember_unpacked(self, key: str, sha256: str, files: t.Mapping[str, str]) -> None:
        self._sources[key] = {"sha256": sha256, "files": dict(files)}

    def save(self) -> None:
        content = {"files": {name: asdict(seen) for name, seen in self._seen.items()}, "sources": self._sources}
        text = json.dumps(content, indent=1, sort_keys=True) + "\n"
        if text != self._before:
            self._path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
            write_atomic(self._path, text, mode=0o600)
            self._before = text
