# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a registry's storage holds, read so that pushes may go on: no tag of a snapshot lacks anything that it needs.

A push writes blobs, then the repository's links to them, then the manifest's link, last the tag. A snapshot reads in
the other direction: whatever a tag needs was there before the tag was read. Links are small and read at once; blobs
never change, and a collection of garbage, which alone removes them, takes turns with us.
"""

from __future__ import annotations

import contextlib
import re
import time
import typing as t
from pathlib import Path

ROOT = Path("docker/registry/v2")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_HALF_WRITTEN_SECONDS = 2.0

Links = t.Dict[Path, str]


def links(storage: Path) -> Links:
    """The content of each link by its path below the storage."""
    repositories = storage / ROOT / "repositories"
    found = {repository: _tags(storage, repository) for repository in _repositories(repositories)}
    result: Links = {}
    for repository, tags in found.items():
        revisions = _read(storage, repository / "_manifests/revisions", "*/*/link")
        known = {f"{path.parts[-3]}:{path.parts[-2]}" for path in revisions}
        result.update({path: digest for path, digest in tags.items() if digest in known})
        result.update(revisions)
    for repository in found:
        result.update(_read(storage, repository / "_layers", "*/*/link"))
    return result


def blobs(storage: Path) -> t.Iterator[Path]:
    """Every blob's path below the storage, after the links were read."""
    for path in sorted((storage / ROOT / "blobs").glob("*/*/*/data")):
        yield path.relative_to(storage)


def digest_of(path: Path) -> str:
    """What the blob at .../sha256/ab/abcd.../data must hash to; empty where that is no blob's path."""
    parts = path.parts
    return parts[-2] if path.name == "data" and "blobs" in parts and _DIGEST.fullmatch(f"sha256:{parts[-2]}") else ""


def _repositories(top: Path) -> t.Iterator[Path]:
    for manifests in sorted(top.rglob("_manifests")):
        yield manifests.parent


def _tags(storage: Path, repository: Path) -> Links:
    current = _read(storage, repository / "_manifests/tags", "*/current/link")
    return {**current, **_read(storage, repository / "_manifests/tags", "*/index/*/*/link")}


def _read(storage: Path, below: Path, pattern: str) -> Links:
    found: Links = {}
    for path in below.glob(pattern):
        with contextlib.suppress(FileNotFoundError):
            found[path.relative_to(storage)] = _whole(path)
    return found


def _whole(path: Path) -> str:
    """The registry writes a link in place: it may be empty for a moment."""
    deadline = time.monotonic() + _HALF_WRITTEN_SECONDS
    while True:
        content = path.read_text(encoding="ascii")
        if _DIGEST.fullmatch(content):
            return content
        if time.monotonic() > deadline:
            # Left by a push that was killed: it says nothing, and nothing can need it.
            raise FileNotFoundError(path)
        time.sleep(0.02)
