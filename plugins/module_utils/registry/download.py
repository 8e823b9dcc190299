# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads a blob as it comes, goes on where the connection broke, and verifies what came."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.registry.client import RegistryClient, pull
from ansible_collections.slipway.deploy.plugins.module_utils.registry.connection import FAILURES, Answer
from ansible_collections.slipway.deploy.plugins.module_utils.registry.errors import BadContent, unreachable
from ansible_collections.slipway.deploy.plugins.module_utils.registry.manifest import Descriptor, hash_for

_PARTIAL = 206
_STEP = 256 * 1024


class Download:
    """A blob of a registry, from its start to its end. `read` gives as much as is asked for, until the end."""

    def __init__(self, client: RegistryClient, repository: str, blob: Descriptor) -> None:
        self._client, self._repository, self._blob = client, repository, blob
        self._answer: t.Optional[Answer] = None
        self._hash = hash_for(blob.digest)
        self._failures = 0
        self.offset = 0

    def read(self, size: int) -> bytes:
        """Raises BadContent where the whole is not what its digest says."""
        parts: t.List[bytes] = []
        missing = min(size, self._blob.size - self.offset)
        while missing > 0:
            part = self._read_some(min(missing, _STEP))
            self._hash.update(part)
            self.offset += len(part)
            missing -= len(part)
            parts.append(part)
        if self.offset == self._blob.size:
            self._verify()
        return b"".join(parts)

    def close(self) -> None:
        if self._answer is not None:
            self._answer.close()
            self._answer = None

    def _read_some(self, size: int) -> bytes:
        while True:
            try:
                answer = self._answer or self._open()
                self._answer = answer
                part = answer.read(size)
                if part:
                    self._failures = 0
                    return part
                raise ConnectionResetError(f"it broke off after {self.offset} of {self._blob.size} bytes")
            except FAILURES as exc:
                self._rest(exc)

    def _rest(self, exc: Exception) -> None:
        """Only breaks without a byte between them count."""
        self.close()
        self._failures += 1
        transport = self._client.transport
        wait = transport.patience.after_break(exc, self._failures)
        if wait is None:
            raise unreachable(self._client.registry, exc) from exc
        transport.sleep(wait)

    def _open(self) -> Answer:
        headers = {"Range": f"bytes={self.offset}-"} if self.offset else {}
        target = f"/v2/{self._repository}/blobs/{self._blob.digest}"
        transport = self._client.transport
        attempt = 0
        while True:
            attempt += 1
            answer = transport.open(target, pull(self._repository), headers)
            if answer.status in (200, _PARTIAL):
                break
            refused = answer.whole()
            wait = transport.wait_after_answer("GET", refused, attempt)
            if wait is None:
                self._client.check(refused, (200, _PARTIAL), f"blob {self._repository}@{self._blob.digest}")
            transport.sleep(wait or 0.0)
        self._skip(answer)
        return answer

    def _skip(self, answer: Answer) -> None:
        """A server that knows no ranges begins again."""
        left = 0 if answer.status == _PARTIAL else self.offset
        while left > 0:
            part = answer.read(min(left, _STEP))
            if not part:
                raise ConnectionResetError("it broke off")
            left -= len(part)

    def _verify(self) -> None:
        self.close()
        if self._hash.hexdigest() != self._blob.digest.partition(":")[2]:
            raise BadContent(
                f"Registry {self._client.registry} sent content that is not {self._blob.digest} "
                f"({self._repository}): nothing was made of it; have that registry's storage checked."
            )
