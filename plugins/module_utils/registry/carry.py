# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Carries manifests with their blobs from one repository to another. What is there is not sent, what another
repository of the same registry has is linked, and each blob goes once in a task."""

from __future__ import annotations

import functools
import threading
import time
import typing as t
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field

from ansible_collections.slipway.deploy.plugins.module_utils.registry.download import Download
from ansible_collections.slipway.deploy.plugins.module_utils.registry.image_tree import Place
from ansible_collections.slipway.deploy.plugins.module_utils.registry.manifest import Descriptor, Manifest
from ansible_collections.slipway.deploy.plugins.module_utils.registry.upload import Source, send_blob

#: A line of progress at most this often.
_SECONDS_BETWEEN_LINES = 5.0


@dataclass
class Carried:
    """What a task has moved so far."""

    say: t.Callable[[str], None]
    blobs: int = 0
    bytes: int = 0
    linked: int = 0
    manifests: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _last: float = field(default_factory=time.monotonic)

    def moved(self, size: int, target: str) -> None:
        with self._lock:
            self.bytes += size
            if time.monotonic() - self._last > _SECONDS_BETWEEN_LINES:
                self._last = time.monotonic()
                self.say(f"{self.bytes / 1e6:.1f} MB sent, now to {target}")

    def count(self, *, blobs: int = 0, linked: int = 0, manifests: int = 0) -> None:
        with self._lock:
            self.blobs += blobs
            self.linked += linked
            self.manifests += manifests


class Carrier:
    """One for a task."""

    def __init__(self, pool: Executor, carried: Carried) -> None:
        self.carried = carried
        self._pool = pool
        self._lock = threading.Lock()
        self._sending: t.Dict[t.Tuple[str, str, str], Future[None]] = {}
        #: (registry, digest) -> a repository of it that has the blob.
        self._homes: t.Dict[t.Tuple[str, str], str] = {}

    def carry(self, source: Place, target: Place, manifest: Manifest) -> None:
        """The blobs, then the manifest by its digest. A manifest that is there has its blobs."""
        if target.head(manifest.digest) is not None:
            return
        if not manifest.is_index:
            self._carry_blobs(source, target, manifest)
        target.client.put_manifest(target.repository, manifest.digest, manifest)
        self.carried.count(manifests=1)

    def _carry_blobs(self, source: Place, target: Place, manifest: Manifest) -> None:
        work = [self._start(source, target, blob) for blob in manifest.blobs]
        try:
            for one in work:
                one.result()
        except BaseException:
            for one in work:
                one.cancel()
            raise

    def _start(self, source: Place, target: Place, blob: Descriptor) -> Future[None]:
        key = (target.client.registry, target.repository, blob.digest)
        with self._lock:
            if key not in self._sending:
                self._sending[key] = self._pool.submit(functools.partial(self._carry_blob, source, target, blob))
            return self._sending[key]

    def _carry_blob(self, source: Place, target: Place, blob: Descriptor) -> None:
        home = (target.client.registry, blob.digest)
        if not target.client.has_blob(target.repository, blob.digest):
            origin = source.repository if source.client is target.client else self._homes.get(home)

            def opened() -> Source:
                return _Counted(Download(source.client, source.repository, blob), self.carried, target.name)

            sent = send_blob(target.client, target.repository, blob, opened, origin)
            self.carried.count(blobs=1 if sent else 0, linked=0 if sent else 1)
        with self._lock:
            self._homes.setdefault(home, target.repository)


class _Counted:
    """A download that tells how far it has come."""

    def __init__(self, download: Download, carried: Carried, target: str) -> None:
        self._download, self._carried, self._target = download, carried, target

    def read(self, size: int) -> bytes:
        data = self._download.read(size)
        self._carried.moved(len(data), self._target)
        return data

    def close(self) -> None:
        self._download.close()
