# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pushes small images without a pause, and then pulls every one that was reported as pushed, checking each digest.

Half of the images take a layer that the registry said it has, though no image needs it any more: just what a collection
of garbage is about to remove. A push that is refused counts as refused; one that was accepted must be whole.
"""

from __future__ import annotations

import argparse
import hashlib
import http.client
import json
import os
import ssl
import time
import typing as t
from collections import Counter
from pathlib import Path

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
REPOSITORY = "/v2/molecule/pushed"


class RefusedError(Exception):
    """The registry did not accept it."""


def digest(content: bytes) -> str:
    return "sha256:" + hashlib.sha256(content).hexdigest()


class Registry:
    def __init__(self, host: str, port: int, ca: str) -> None:
        self._to = (host, port)
        self._context = ssl.create_default_context(cafile=ca)

    def ask(self, method: str, path: str, body: bytes | None = None, kind: str = "") -> tuple[int, bytes, t.Any]:
        headers = {"Content-Type": kind or "application/octet-stream", "Accept": MANIFEST}
        connection = http.client.HTTPSConnection(*self._to, context=self._context, timeout=30)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            return response.status, response.read(), response.headers
        except (OSError, http.client.HTTPException) as exc:
            raise RefusedError(type(exc).__name__) from exc
        finally:
            connection.close()

    def must(self, wanted: int, method: str, path: str, body: bytes | None = None, kind: str = "") -> t.Any:
        status, said, headers = self.ask(method, path, body, kind)
        if status != wanted:
            raise RefusedError(f"{method} {status} {said[:60]!r}")
        return headers

    def upload(self, content: bytes) -> None:
        """Not what is there already, as every client does it."""
        name = digest(content)
        if self.ask("HEAD", f"{REPOSITORY}/blobs/{name}")[0] == http.client.OK:
            return
        place = self.must(202, "POST", f"{REPOSITORY}/blobs/uploads/")["Location"]
        path = "/" + place.split("/", 3)[3]
        self.must(201, "PUT", f"{path}&digest={name}", content)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", type=int, default=5000)
    parser.add_argument("--ca", required=True)
    parser.add_argument("--until", type=Path, required=True, help="a file whose coming ends the pushes")
    parser.add_argument("--seconds", type=float, default=60)
    arguments = parser.parse_args()
    registry = Registry(arguments.host, arguments.port, arguments.ca)
    pushed: dict[str, tuple[str, list[bytes]]] = {}
    refused: Counter[str] = Counter()
    garbage = b""
    deadline = time.monotonic() + arguments.seconds
    number = 0
    while time.monotonic() < deadline and not arguments.until.exists():
        number += 1
        layers = [os.urandom(30000), garbage or os.urandom(30000)]
        try:
            manifest = push(registry, f"n{number}", layers)
            if number % 2:
                registry.must(202, "DELETE", f"{REPOSITORY}/manifests/{digest(manifest)}")
                garbage = layers[0]
            else:
                pushed[f"n{number}"] = (digest(manifest), layers)
                garbage = b""
        except RefusedError as exc:
            refused[str(exc)[:80]] += 1
            time.sleep(0.05)
    broken = [f"{tag}: {fault}" for tag, image in pushed.items() for fault in faults(registry, tag, *image)]
    print(json.dumps({"pushed": sorted(pushed), "refused": dict(refused), "broken": broken}))


def push(registry: Registry, tag: str, layers: list[bytes]) -> bytes:
    config = json.dumps({"architecture": "amd64", "os": "linux", "tag": tag}).encode()
    for content in (config, *layers):
        registry.upload(content)
    # Here a collection has its chance.
    time.sleep(0.02)
    described = [{"digest": digest(content), "size": len(content)} for content in (config, *layers)]
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": {"mediaType": "application/vnd.oci.image.config.v1+json", **described[0]},
        "layers": [{"mediaType": "application/vnd.oci.image.layer.v1.tar", **layer} for layer in described[1:]],
    }
    content = json.dumps(manifest).encode()
    registry.must(201, "PUT", f"{REPOSITORY}/manifests/{tag}", content, MANIFEST)
    return content


def faults(registry: Registry, tag: str, wanted: str, layers: list[bytes]) -> t.Iterator[str]:
    fault, manifest = pulled(registry, f"manifests/{tag}", wanted)
    if fault:
        yield fault
        return
    for layer in (json.loads(manifest)["config"]["digest"], *map(digest, layers)):
        fault, _content = pulled(registry, f"blobs/{layer}", layer)
        if fault:
            yield fault


def pulled(registry: Registry, what: str, wanted: str) -> tuple[str, bytes]:
    """What is wrong with it, and its content."""
    try:
        status, content, _headers = registry.ask("GET", f"{REPOSITORY}/{what}")
    except RefusedError as exc:
        return f"{what}: {exc}", b""
    whole = status == http.client.OK and digest(content) == wanted
    return ("" if whole else f"{what}: status {status}"), content


main()
