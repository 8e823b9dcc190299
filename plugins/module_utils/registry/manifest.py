# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Manifests and indexes, as registries keep them. Pure."""

from __future__ import annotations

import hashlib
import json
import re
import typing as t
from dataclasses import dataclass, field

from ansible_collections.slipway.deploy.plugins.module_utils.registry.errors import BadContent

OCI_INDEX = "application/vnd.oci.image.index.v1+json"
OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
OCI_CONFIG = "application/vnd.oci.image.config.v1+json"
OCI_EMPTY = "application/vnd.oci.empty.v1+json"
DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"
DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json"
INDEXES = (OCI_INDEX, DOCKER_LIST)
CONFIGS = (OCI_CONFIG, DOCKER_CONFIG)
ACCEPT = ", ".join((OCI_INDEX, OCI_MANIFEST, DOCKER_LIST, DOCKER_MANIFEST))
#: How BuildKit marks an entry of an index that is no image but says something of one (provenance, SBOM).
_ATTESTS = "vnd.docker.reference.digest"
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}")


def digest_of(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


def hash_for(digest: str) -> t.Any:
    """What verifies content of this digest."""
    return hashlib.new(digest.partition(":")[0])


def same_content(data: bytes, digest: str) -> bool:
    hashed = hash_for(digest)
    hashed.update(data)
    return bool(hashed.hexdigest() == digest.partition(":")[2])


@dataclass(frozen=True)
class Descriptor:
    """What a manifest says of a part of it."""

    media_type: str
    digest: str
    size: int
    entry: t.Mapping[str, t.Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def platform(self) -> str:
        """linux/arm64/v8; empty where the entry is not made for one."""
        return platform_name(self.entry.get("platform") or {})

    @property
    def attests(self) -> t.Optional[str]:
        """The digest of the image that this entry says something of."""
        return (self.entry.get("annotations") or {}).get(_ATTESTS)

    @property
    def is_remote(self) -> bool:
        """Lies where its urls say, and in no registry (layers of old Windows images)."""
        return bool(self.entry.get("urls"))


@dataclass(frozen=True)
class Manifest:
    """A manifest or an index, as the registry keeps it."""

    media_type: str
    digest: str
    content: bytes = field(default=b"", repr=False)

    @property
    def is_index(self) -> bool:
        return self.media_type in INDEXES

    @property
    def document(self) -> t.Dict[str, t.Any]:
        try:
            document = json.loads(self.content)
        except ValueError as exc:
            raise BadContent(f"Manifest {self.digest} is not JSON: {exc}.") from exc
        if not isinstance(document, dict):
            raise BadContent(f"Manifest {self.digest} is not a JSON object.")
        return document

    @property
    def children(self) -> t.List[Descriptor]:
        """The manifests that an index lists."""
        return [_descriptor(entry, self.digest) for entry in self.document.get("manifests") or []]

    @property
    def config(self) -> t.Optional[Descriptor]:
        config = self.document.get("config")
        return _descriptor(config, self.digest) if config else None

    @property
    def layers(self) -> t.List[Descriptor]:
        document = self.document
        return [_descriptor(entry, self.digest) for entry in document.get("layers") or document.get("blobs") or []]

    @property
    def blobs(self) -> t.List[Descriptor]:
        """Configuration and layers, each once."""
        config = self.config
        found = {blob.digest: blob for blob in ([config] if config else []) + self.layers if not blob.is_remote}
        return list(found.values())

    @property
    def size(self) -> int:
        """Bytes of what it names, compressed as the registry keeps it."""
        return sum(blob.size for blob in self.blobs)

    @property
    def subject(self) -> t.Optional[str]:
        subject = self.document.get("subject")
        return str(subject["digest"]) if isinstance(subject, dict) and subject.get("digest") else None


def _descriptor(entry: t.Any, where: str) -> Descriptor:
    digest = entry.get("digest") if isinstance(entry, dict) else None
    if not isinstance(digest, str) or not _DIGEST.fullmatch(digest):
        raise BadContent(f"Manifest {where} names a part without a digest that can be verified: {digest!r}.")
    return Descriptor(str(entry.get("mediaType") or ""), digest, int(entry.get("size") or 0), entry)


def manifest_of(media_type: str, document: t.Mapping[str, t.Any]) -> Manifest:
    """Written so that equal documents are equal bytes."""
    content = json.dumps(document, separators=(",", ":"), sort_keys=True).encode()
    return Manifest(media_type, digest_of(content), content)


def platform_name(platform: t.Mapping[str, t.Any]) -> str:
    """Empty for what is made for none: BuildKit writes unknown/unknown there."""
    if not platform.get("architecture") or platform.get("architecture") == "unknown":
        return ""
    parts = [platform.get("os") or "unknown", platform["architecture"], platform.get("variant")]
    return "/".join(str(part) for part in parts if part)


def pick(entries: t.Sequence[Descriptor], platform: str) -> t.Optional[Descriptor]:
    """The first entry for a platform (linux/arm64 is also linux/arm64/v8)."""
    for wanted in (platform, f"{platform}/v8", platform.rpartition("/v")[0]):
        for entry in entries:
            if wanted and entry.platform == wanted:
                return entry
    return None


def platforms_of(entries: t.Sequence[Descriptor]) -> str:
    """As one writes them in a sentence."""
    return ", ".join(sorted({entry.platform for entry in entries if entry.platform})) or "none"
