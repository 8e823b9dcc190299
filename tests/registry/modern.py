# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A registry as OCI distribution 1.1 has it, in memory: what distribution 2 lacks. Uploads go on where they stopped,
tags are deleted by themselves, what refers to what is listed, and it says when something was pushed."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import threading
import typing as t
from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode, urlsplit

from server import Handler, Server

OCI_INDEX = "application/vnd.oci.image.index.v1+json"


@dataclass
class Kept:
    media_type: str
    content: bytes
    pushed: str = "Mon, 02 Nov 2026 10:00:00 GMT"


class _Handler(Handler):
    owner: Modern

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        query = {key: values[0] for key, values in parse_qs(url.query).items()}
        if url.path == "/v2/":
            return self.answer(200, b"{}")
        if url.path == "/v2/_catalog":
            return self._page(sorted({repository for repository, _v in self.owner.manifests}), "repositories", query)
        for pattern, handle in (
            (r"/v2/(.+)/tags/list$", self._tags),
            (r"/v2/(.+)/referrers/(.+)$", self._referrers),
            (r"/v2/(.+)/blobs/uploads/(.*)$", self._upload),
            (r"/v2/(.+)/blobs/(.+)$", self._blob),
            (r"/v2/(.+)/manifests/(.+)$", self._manifest),
        ):
            match = re.match(pattern, url.path)
            if match:
                return handle(query, *match.groups())
        return self.answer(404)

    do_HEAD = do_PUT = do_POST = do_PATCH = do_DELETE = do_GET

    def _read(self) -> bytes:
        """As much as comes: a broken request leaves what it had."""
        left, parts = int(self.headers.get("Content-Length") or 0), []
        while left:
            part = self.rfile.read1(min(left, 65536))
            if not part:
                break
            parts.append(part)
            left -= len(part)
        return b"".join(parts)

    def _tags(self, query: dict[str, str], repository: str) -> None:
        tags = sorted(v for r, v in self.owner.manifests if r == repository and ":" not in v)
        if not any(r == repository for r, _v in self.owner.manifests):
            return self.answer(404, b'{"errors": [{"code": "NAME_UNKNOWN"}]}')
        return self._page(tags, "tags", query)

    def _page(self, names: list[str], key: str, query: dict[str, str]) -> None:
        rest = [name for name in names if name > query.get("last", "")]
        page = rest[: self.owner.page]
        link = {}
        if len(rest) > len(page):
            link["Link"] = f'<{self.path.partition("?")[0]}?{urlencode({"last": page[-1]})}>; rel="next"'
        return self.answer(200, json.dumps({key: page}).encode(), link)

    def _referrers(self, _query: dict[str, str], repository: str, digest: str) -> None:
        found = [
            {"mediaType": kept.media_type, "digest": version, "size": len(kept.content)}
            for (where, version), kept in self.owner.manifests.items()
            if where == repository and ":" in version and _subject(kept) == digest
        ]
        index = {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": found}
        return self.answer(200, json.dumps(index).encode(), {"Content-Type": OCI_INDEX})

    def _upload(self, query: dict[str, str], repository: str, session: str) -> None:
        uploads, blobs = self.owner.uploads, self.owner.blobs
        if self.command == "POST":
            return self._start(query, repository)
        if session not in uploads:
            return self.answer(404, b'{"errors": [{"code": "BLOB_UPLOAD_UNKNOWN"}]}')
        held = uploads[session]
        if self.command == "PATCH" and int(self.headers["Content-Range"].split("-")[0]) != len(held):
            return self.answer(416)
        held.extend(self._read())
        if self.command == "PUT":
            if query["digest"] != _digest(bytes(held)):
                return self.answer(400, b'{"errors": [{"code": "DIGEST_INVALID", "message": "digest invalid"}]}')
            blobs[repository, query["digest"]] = bytes(uploads.pop(session))
            return self.answer(201)
        status = 202 if self.command == "PATCH" else 204
        headers = {"Location": self.path, "Range": f"0-{max(len(held) - 1, 0)}"}
        return self.answer(status, headers=headers)

    def _start(self, query: dict[str, str], repository: str) -> None:
        blobs, key = self.owner.blobs, (query.get("from", ""), query.get("mount", ""))
        if key in blobs:
            blobs[repository, key[1]] = blobs[key]
            return self.answer(201)
        session = secrets.token_hex(8)
        self.owner.uploads[session] = bytearray()
        return self.answer(202, headers={"Location": f"/v2/{repository}/blobs/uploads/{session}"})

    def _blob(self, _query: dict[str, str], repository: str, digest: str) -> None:
        content = self.owner.blobs.get((repository, digest))
        if content is None:
            return self.answer(404)
        start = re.match(r"bytes=(\d+)-", self.headers.get("Range", "")) if self.owner.ranges else None
        part = content[int(start[1]) :] if start else content
        return self.answer(206 if start else 200, part, {"Content-Length": str(len(part))})

    def _manifest(self, _query: dict[str, str], repository: str, version: str) -> None:
        manifests = self.owner.manifests
        if self.command == "PUT":
            body = self._read()
            kept = Kept(self.headers["Content-Type"], body)
            manifests[repository, version] = manifests[repository, _digest(body)] = kept
            subject = _subject(kept)
            return self.answer(201, headers={"OCI-Subject": subject} if subject else {})
        kept_now = manifests.get((repository, version))
        if kept_now is None:
            return self.answer(404)
        if self.command == "DELETE":
            del manifests[repository, version]
            if ":" in version:
                for key in [k for k, v in manifests.items() if k[0] == repository and _digest(v.content) == version]:
                    del manifests[key]
            return self.answer(202)
        headers = {
            "Content-Type": kept_now.media_type,
            "Docker-Content-Digest": _digest(kept_now.content),
            "Last-Modified": kept_now.pushed,
        }
        return self.answer(200, kept_now.content, headers)


class Modern(Server):
    handler = _Handler

    def __init__(self) -> None:
        super().__init__()
        self.blobs: dict[tuple[str, str], bytes] = {}
        self.manifests: dict[tuple[str, str], Kept] = {}
        self.uploads: dict[str, bytearray] = {}
        self.page = 3
        self.ranges = True
        self.lock = threading.Lock()


def _digest(content: bytes) -> str:
    return "sha256:" + hashlib.sha256(content).hexdigest()


def _subject(kept: Kept) -> t.Optional[str]:
    subject = json.loads(kept.content).get("subject")
    return subject["digest"] if subject else None
