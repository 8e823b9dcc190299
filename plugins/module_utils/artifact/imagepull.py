# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An image of a public registry as an OCI layout in one file."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.artifact.download import ChecksumError
from ansible_collections.slipway.deploy.plugins.module_utils.artifact.oci import write_layout
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import TransportError
from ansible_collections.slipway.deploy.plugins.module_utils.registry.client import RegistryClient
from ansible_collections.slipway.deploy.plugins.module_utils.registry.manifest import Manifest, digest_of
from ansible_collections.slipway.deploy.plugins.module_utils.registry.transport import endpoint

_ADDRESSES = {"docker.io": "registry-1.docker.io"}


def pull(reference: str, arch: str, target: Path, pinned: str = "", url: str = "") -> str:
    """Write the image of this architecture and return its manifest's digest. `pinned` is sha256:... of what the tag
    names (an index, or the manifest itself). Blobs are verified by the digests that the manifest gives."""
    name, _colon, tag = reference.rpartition(":")
    host, _slash, repository = name.partition("/")
    client = RegistryClient(endpoint(url or f"https://{_ADDRESSES.get(host, host)}"))
    manifest = _manifest(client, repository, tag)
    if pinned and manifest.digest != pinned:
        raise ChecksumError(f"{reference} has the digest {manifest.digest}, not {pinned}: the tag was moved.")
    if manifest.is_index:
        manifest = _manifest(client, repository, _of_arch(manifest, arch, reference))
    content = json.loads(manifest.content)
    wanted = [content["config"]["digest"], *(layer["digest"] for layer in content["layers"])]
    blobs: t.Dict[str, t.Union[bytes, Path]] = {}
    for number, digest in enumerate(wanted):
        blobs[digest] = _blob(client, repository, digest, target.with_name(f"blob{number}"))
    return write_layout(target, reference, arch, manifest.content, blobs=blobs, media_type=manifest.media_type)


def _manifest(client: RegistryClient, repository: str, version: str) -> Manifest:
    found = client.get_manifest(repository, version)
    if found is None:
        raise TransportError(f"{client.registry} has no {repository}:{version}.")
    return found


def _of_arch(index: Manifest, arch: str, reference: str) -> str:
    for entry in json.loads(index.content)["manifests"]:
        platform = entry.get("platform", {})
        if platform.get("architecture") == arch and platform.get("os") == "linux":
            return str(entry["digest"])
    raise TransportError(f"{reference} has no image for linux/{arch}.")


def _blob(client: RegistryClient, repository: str, digest: str, path: Path) -> Path:
    content = client.get_blob(repository, digest)
    if digest_of(content) != digest:
        raise ChecksumError(f"{client.registry} sent a blob that is not {digest}.")
    path.write_bytes(content)
    return path
