# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sends a blob in chunks. After a broken connection the registry says how much it has, and the rest follows."""

from __future__ import annotations

import contextlib
import re
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import TransportError
from ansible_collections.slipway.deploy.plugins.module_utils.registry.client import RegistryClient, push
from ansible_collections.slipway.deploy.plugins.module_utils.registry.connection import Body, Response
from ansible_collections.slipway.deploy.plugins.module_utils.registry.errors import (
    RegistryRefused,
    RegistryUnreachable,
)
from ansible_collections.slipway.deploy.plugins.module_utils.registry.manifest import Descriptor

CHUNK = 8 * 1024 * 1024
_STARTS = 3
_RANGE = 416
_SECOND = 2
_ACCEPTED = (202, 204)
_RANGE_END = re.compile(r"(?:bytes=)?\d+-(\d+)\Z")
#: The upload is gone, or the registry will not go on with it: begin again.
_LOST = (400, 404, 416)


class Source(t.Protocol):
    """Where the bytes come from, in their order."""

    def read(self, size: int) -> bytes: ...

    def close(self) -> None: ...


class _UploadLost(Exception):
    """What was sent of this upload counts no more."""


def send_blob(
    client: RegistryClient,
    repository: str,
    blob: Descriptor,
    source: t.Callable[[], Source],
    mount_from: t.Optional[str] = None,
) -> int:
    """The number of bytes sent; 0 where the blob was linked. `source` is opened anew where an upload is begun anew."""
    why = ""
    for start in range(1, _STARTS + 1):
        target = client.start_upload(repository, blob.digest, mount_from)
        if target is None:
            return 0
        try:
            if start < _STARTS:
                _in_chunks(client, repository, target, blob, source)
            else:  # some registries take no chunks at all
                body = Body(blob.size, lambda: t.cast(t.ContextManager[t.IO[bytes]], contextlib.closing(source())))
                _finish(client, repository, target, blob, body)
            return blob.size
        except _UploadLost as exc:
            if client.has_blob(repository, blob.digest):  # its end was heard, and only the answer lost
                return blob.size
            why = str(exc)
    raise RegistryUnreachable(
        f"Registry {client.registry} lost the upload of {blob.digest} to {repository} {_STARTS} times ({why}): "
        "check its log, its disk and what stands before it."
    )


def _in_chunks(
    client: RegistryClient, repository: str, target: str, blob: Descriptor, source: t.Callable[[], Source]
) -> None:
    """The last chunk goes with the end: a small blob is one request."""
    with contextlib.closing(source()) as stream:
        offset = 0
        while blob.size - offset > CHUNK:
            chunk = stream.read(CHUNK)
            target = _Chunk(client, repository, offset, chunk).send(target)
            offset += len(chunk)
        _finish(client, repository, target, blob, stream.read(blob.size - offset))


def _finish(client: RegistryClient, repository: str, target: str, blob: Descriptor, body: t.Union[bytes, Body]) -> None:
    try:
        client.finish_upload(repository, target, blob.digest, body)
    except RegistryRefused as exc:
        if exc.status in _LOST:
            raise _UploadLost(exc.message.rstrip(".")) from exc
        raise


class _Chunk:
    """One part of an upload, until the registry has all of it."""

    def __init__(self, client: RegistryClient, repository: str, offset: int, content: bytes) -> None:
        self._client, self._repository, self._offset, self._content = client, repository, offset, content

    def send(self, target: str) -> str:
        """Returns where the next part goes."""
        sent, attempt = 0, 0
        while sent < len(self._content):
            attempt += 1
            try:
                answer = self._patch(target, sent)
            except RegistryUnreachable as exc:
                self._rest(attempt, exc)
                target, sent = self._standing(target)
                continue
            if answer.status in _ACCEPTED:
                return self._client.transport.url(answer.headers.get("location") or target)
            behind = answer.status == _RANGE and attempt <= _SECOND  # what we took for lost has come after all
            if not behind and not self._passes(answer, attempt):
                self._refuse(answer)
            target, sent = self._standing(target)
        return target

    def _patch(self, target: str, sent: int) -> Response:
        first, last = self._offset + sent, self._offset + len(self._content) - 1
        headers = {"Content-Type": "application/octet-stream", "Content-Range": f"{first}-{last}"}
        transport = self._client.transport
        return transport.request("PATCH", target, push(self._repository), headers, self._content[sent:])

    def _rest(self, attempt: int, exc: TransportError) -> None:
        transport = self._client.transport
        wait = transport.patience.after_break(exc.__cause__ or exc, attempt)
        if wait is None:
            raise exc
        transport.sleep(wait)

    def _passes(self, answer: Response, attempt: int) -> bool:
        """Whether it may go better after a rest, which this takes."""
        transport = self._client.transport
        wait = transport.patience.after_answer(answer.status, answer.headers.get("retry-after"), attempt)
        transport.sleep(wait or 0.0)
        return wait is not None

    def _refuse(self, answer: Response) -> None:
        if answer.status in _LOST:
            raise _UploadLost(f"answer {answer.status} to a part of it")
        self._client.check(answer, _ACCEPTED, f"a part of a blob of {self._repository}")

    def _standing(self, target: str) -> t.Tuple[str, int]:
        """Where the upload goes on, and how much of this part is there."""
        answer = self._client.transport.request("GET", target, push(self._repository))
        if answer.status in _LOST or answer.status not in _ACCEPTED:
            raise _UploadLost(f"answer {answer.status} to the question how far it came")
        match = _RANGE_END.search(answer.headers.get("range", ""))
        # 0-0 stands for nothing with some registries, and for one byte with others: nothing is the safe reading.
        there = int(match[1]) + 1 if match and match[1] != "0" else 0
        sent = there - self._offset
        if not 0 <= sent <= len(self._content):
            raise _UploadLost(f"it has {there} bytes where {self._offset} were accepted")
        return self._client.transport.url(answer.headers.get("location") or target), sent
