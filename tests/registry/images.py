# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Images put into registries request by request, and read back the same way: without the code under test."""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import ssl
import typing as t
from dataclasses import dataclass
from urllib.parse import urlsplit

OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
OCI_INDEX = "application/vnd.oci.image.index.v1+json"
OCI_CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar"
ACCEPT = f"{OCI_MANIFEST}, {OCI_INDEX}"


def digest_of(content: bytes) -> str:
    return "sha256:" + hashlib.sha256(content).hexdigest()


@dataclass
class Raw:
    """One registry, asked directly."""

    url: str
    login: str = ""

    @property
    def host(self) -> str:
        return urlsplit(self.url).netloc

    def request(
        self, method: str, target: str, body: bytes = b"", headers: t.Optional[dict[str, str]] = None
    ) -> tuple[int, dict[str, str], bytes]:
        parts = urlsplit(target if "://" in target else self.url + target)
        if parts.scheme == "https":
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            connection: http.client.HTTPConnection = http.client.HTTPSConnection(parts.netloc, context=context)
        else:
            connection = http.client.HTTPConnection(parts.netloc)
        login = {"Authorization": "Basic " + base64.b64encode(self.login.encode()).decode()} if self.login else {}
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.request(method, path, body, {**login, **(headers or {})})
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.status, {key.lower(): value for key, value in answer.getheaders()}, content

    def blob(self, repository: str, content: bytes) -> dict[str, t.Any]:
        digest = digest_of(content)
        _status, headers, _body = self.request("POST", f"/v2/{repository}/blobs/uploads/")
        location = headers["location"]
        target = location + ("&" if "?" in location else "?") + f"digest={digest}"
        status, _headers, body = self.request("PUT", target, content)
        assert status == 201, body
        return {"digest": digest, "size": len(content)}

    def manifest(self, repository: str, version: str, document: dict[str, t.Any]) -> str:
        content = json.dumps(document).encode()
        digest = digest_of(content)
        headers = {"Content-Type": document["mediaType"]}
        status, _headers, body = self.request(
            "PUT", f"/v2/{repository}/manifests/{version or digest}", content, headers
        )
        assert status == 201, body
        return digest

    def image(
        self,
        repository: str,
        tag: str,
        *layers: bytes,
        platform: str = "linux/amd64",
        created: str = "2026-11-01T00:00:00Z",
        labels: t.Optional[dict[str, str]] = None,
        **more: t.Any,
    ) -> str:
        system, _slash, architecture = platform.partition("/")
        config = {
            "os": system,
            "architecture": architecture,
            "created": created,
            "config": {"Labels": labels or {}},
            "rootfs": {"type": "layers", "diff_ids": [digest_of(layer) for layer in layers]},
        }
        document = {
            "schemaVersion": 2,
            "mediaType": OCI_MANIFEST,
            "config": {"mediaType": OCI_CONFIG, **self.blob(repository, json.dumps(config).encode())},
            "layers": [{"mediaType": LAYER, **self.blob(repository, layer)} for layer in layers],
            **more,
        }
        return self.manifest(repository, tag, document)

    def index(self, repository: str, tag: str, platforms: t.Sequence[str], text: str = "") -> str:
        """An image for each platform, with what attests the first one."""
        entries = []
        for platform in platforms:
            digest = self.image(repository, "", f"{text} for {platform}".encode() * 40, platform=platform)
            system, architecture = platform.split("/")
            entries.append(self.entry(repository, digest, platform={"os": system, "architecture": architecture}))
        attestation = self.image(repository, "", f"provenance {text}".encode(), platform="unknown/unknown")
        entries.append(
            self.entry(
                repository,
                attestation,
                platform={"os": "unknown", "architecture": "unknown"},
                annotations={
                    "vnd.docker.reference.type": "attestation-manifest",
                    "vnd.docker.reference.digest": entries[0]["digest"],
                },
            )
        )
        document = {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": entries}
        return self.manifest(repository, tag, document)

    def entry(self, repository: str, digest: str, **more: t.Any) -> dict[str, t.Any]:
        content = self.get(repository, digest)
        return {"mediaType": OCI_MANIFEST, "digest": digest, "size": len(content), **more}

    def referrer(self, repository: str, subject: str, text: str) -> str:
        entry = {key: value for key, value in self.entry(repository, subject).items() if key != "platform"}
        return self.image(repository, "", text.encode(), subject=entry, artifactType="application/spdx+json")

    def get(self, repository: str, version: str) -> bytes:
        status, _headers, body = self.request(
            "GET", f"/v2/{repository}/manifests/{version}", headers={"Accept": ACCEPT}
        )
        assert status == 200, (repository, version, status)
        return body

    def digest(self, repository: str, version: str) -> t.Optional[str]:
        status, headers, _body = self.request(
            "HEAD", f"/v2/{repository}/manifests/{version}", headers={"Accept": ACCEPT}
        )
        return headers["docker-content-digest"] if status == 200 else None

    def whole(self, repository: str, version: str) -> bool:
        """Everything that this names is there, and is what its digest says."""
        document = json.loads(self.get(repository, version))
        parts = [self.whole(repository, entry["digest"]) for entry in document.get("manifests", [])]
        blobs = [*document.get("layers", []), *([document["config"]] if "config" in document else [])]
        for blob in blobs:
            status, _headers, body = self.request("GET", f"/v2/{repository}/blobs/{blob['digest']}")
            parts.append(status == 200 and digest_of(body) == blob["digest"])
        return all(parts)
