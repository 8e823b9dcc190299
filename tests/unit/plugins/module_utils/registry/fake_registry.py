# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A registry in this process: enough of the API to push, pull and log in, over real HTTP."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import threading
import typing as t
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

USER, PASSWORD, TOKEN = "anna", "right-password", "tok-123"


class FakeRegistry:
    """`auth` is none, basic or bearer."""

    def __init__(self, auth: str = "none") -> None:
        self.auth = auth
        self.blobs: dict[tuple[str, str], bytes] = {}
        self.manifests: dict[tuple[str, str], tuple[str, bytes]] = {}
        self.log: list[str] = []
        handler = type("Handler", (_Handler,), {"registry": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.host = f"127.0.0.1:{self._server.server_port}"
        self.url = f"http://{self.host}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def __enter__(self) -> FakeRegistry:
        return self

    def __exit__(self, *_exc: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def add_manifest(self, repository: str, tag: str, media_type: str, document: dict[str, t.Any]) -> str:
        content = json.dumps(document).encode()
        digest = "sha256:" + hashlib.sha256(content).hexdigest()
        self.manifests[repository, tag] = self.manifests[repository, digest] = (media_type, content)
        return digest

    def writes(self) -> list[str]:
        return [line for line in self.log if not line.startswith(("GET", "HEAD"))]


class _Handler(BaseHTTPRequestHandler):
    registry: FakeRegistry
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        self.registry.log.append(f"{self.command} {url.path}")
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if url.path == "/token":
            return self._token()
        if not self._allowed():
            return self._challenge()
        if url.path == "/v2/":
            return self._answer(200, b"{}")
        kind = re.match(r"/v2/(.+?)/(manifests|blobs)/(.*)", url.path)
        if not kind:
            return self._answer(404)
        handle = self._manifest if kind[2] == "manifests" else self._blob
        return handle(kind[1], kind[3], parse_qs(url.query), body)

    do_HEAD = do_PUT = do_POST = do_GET

    def _allowed(self) -> bool:
        basic = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        wanted = {"none": None, "basic": basic, "bearer": f"Bearer {TOKEN}"}[self.registry.auth]
        return wanted is None or self.headers.get("Authorization") == wanted

    def _challenge(self) -> None:
        scheme = f'Bearer realm="{self.registry.url}/token",service="fake",scope="x:y:pull"'
        header = 'Basic realm="fake"' if self.registry.auth == "basic" else scheme
        self._answer(401, b"{}", {"WWW-Authenticate": header})

    def _token(self) -> None:
        basic = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        if self.headers.get("Authorization") != basic:
            return self._answer(401)
        return self._answer(200, json.dumps({"token": TOKEN, "expires_in": 300}).encode())

    def _manifest(self, repository: str, version: str, _query: dict[str, list[str]], body: bytes) -> None:
        if self.command == "PUT":
            return self._put_manifest(repository, version, body)
        found = self.registry.manifests.get((repository, version))
        if found is None:
            return self._answer(404)
        digest = "sha256:" + hashlib.sha256(found[1]).hexdigest()
        return self._answer(200, found[1], {"Content-Type": found[0], "Docker-Content-Digest": digest})

    def _put_manifest(self, repository: str, version: str, body: bytes) -> None:
        document = json.loads(body)
        blobs = [document["config"], *document["layers"]] if "layers" in document else []
        parts = [(repository, p["digest"]) in self.registry.manifests for p in document.get("manifests", [])]
        if not all(parts) or not all((repository, b["digest"]) in self.registry.blobs for b in blobs):
            return self._answer(400, b'{"errors": [{"code": "MANIFEST_BLOB_UNKNOWN", "message": "blob unknown"}]}')
        digest = "sha256:" + hashlib.sha256(body).hexdigest()
        entry = (self.headers["Content-Type"], body)
        self.registry.manifests[repository, version] = self.registry.manifests[repository, digest] = entry
        return self._answer(201)

    def _blob(self, repository: str, rest: str, query: dict[str, list[str]], body: bytes) -> None:
        if self.command == "POST":
            key = (query.get("from", [""])[0], query.get("mount", [""])[0])
            if key in self.registry.blobs:
                self.registry.blobs[repository, key[1]] = self.registry.blobs[key]
                return self._answer(201)
            return self._answer(202, headers={"Location": f"/v2/{repository}/blobs/uploads/1?state=s"})
        if self.command == "PUT":
            digest = query["digest"][0]
            if digest != "sha256:" + hashlib.sha256(body).hexdigest():
                return self._answer(400, b'{"errors": [{"code": "DIGEST_INVALID", "message": "digest invalid"}]}')
            self.registry.blobs[repository, digest] = body
            return self._answer(201)
        found = self.registry.blobs.get((repository, rest))
        return self._answer(404) if found is None else self._answer(200, found)

    def _answer(self, status: int, body: bytes = b"", headers: t.Optional[dict[str, str]] = None) -> None:
        self.send_response(status)
        for key, value in (headers or {}).items():
            self.send_header(key, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        pass
