# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Image archives as engines write them."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
import typing as t
from pathlib import Path

OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
OCI_INDEX = "application/vnd.oci.image.index.v1+json"


def sha(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


def make_layer(text: str) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as tar:
        _add(tar, "file", text.encode())
    return stream.getvalue()


def _add(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(data)
    tar.addfile(member, io.BytesIO(data))


def _config(layers: t.Sequence[bytes], architecture: str = "amd64") -> bytes:
    rootfs = {"type": "layers", "diff_ids": [sha(layer) for layer in layers]}
    return json.dumps({"architecture": architecture, "os": "linux", "rootfs": rootfs}).encode()


def docker_save(path: Path, images: t.Mapping[str, t.Sequence[bytes]], links: bool = False) -> str:
    """As `docker save` of an engine before 25: one folder for each layer; equal layers as links."""
    entries = []
    with tarfile.open(path, "w") as tar:
        known: dict[bytes, str] = {}
        for number, (name, layers) in enumerate(images.items()):
            config = _config(layers)
            _add(tar, f"{number}.json", config)
            paths = []
            for index, layer in enumerate(layers):
                paths.append(f"{number}-{index}/layer.tar")
                if links and layer in known:
                    member = tarfile.TarInfo(paths[-1])
                    member.type, member.linkname = tarfile.SYMTYPE, f"../{known[layer]}"
                    tar.addfile(member)
                else:
                    _add(tar, paths[-1], layer)
                    known[layer] = paths[-1]
            entries.append({"Config": f"{number}.json", "RepoTags": [name], "Layers": paths})
        _add(tar, "manifest.json", json.dumps(entries).encode())
    return str(path)


def _image(layers: t.Sequence[bytes], architecture: str = "amd64") -> tuple[bytes, list[bytes]]:
    config = _config(layers, architecture)
    document = {
        "schemaVersion": 2,
        "mediaType": OCI_MANIFEST,
        "config": {"mediaType": "application/vnd.oci.image.config.v1+json", **_descriptor(config)},
        "layers": [{"mediaType": "application/vnd.oci.image.layer.v1.tar", **_descriptor(x)} for x in layers],
    }
    return json.dumps(document).encode(), [config, *layers]


def _descriptor(data: bytes) -> dict[str, t.Any]:
    return {"digest": sha(data), "size": len(data)}


def oci_layout(
    path: Path, layers: t.Sequence[bytes], platforms: t.Sequence[str] = (), leave_out: t.Sequence[bytes] = ()
) -> str:
    """One image, or an index with one image for each platform."""
    images = [_image(layers, platform) for platform in platforms or ["amd64"]]
    blobs = [blob for manifest, parts in images for blob in (manifest, *parts)]
    top, media_type = images[0][0], OCI_MANIFEST
    if platforms:
        entries = [{"mediaType": OCI_MANIFEST, **_descriptor(manifest)} for manifest, _parts in images]
        top = json.dumps({"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": entries}).encode()
        media_type = OCI_INDEX
        blobs.append(top)
    with tarfile.open(path, "w") as tar:
        _add(tar, "oci-layout", b'{"imageLayoutVersion": "1.0.0"}')
        for blob in {sha(blob): blob for blob in blobs if blob not in leave_out}.values():
            _add(tar, "blobs/" + sha(blob).replace(":", "/"), blob)
        index = {"schemaVersion": 2, "manifests": [{"mediaType": media_type, **_descriptor(top)}]}
        _add(tar, "./index.json", json.dumps(index).encode())
    return str(path)
