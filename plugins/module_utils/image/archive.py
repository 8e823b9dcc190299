# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads an image archive: an OCI layout in a tar, or what `docker save` writes. Nothing is unpacked."""

from __future__ import annotations

import hashlib
import json
import os
import posixpath
import tarfile
import typing as t
from dataclasses import dataclass

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.image.reference import parse_reference

OCI_INDEX = "application/vnd.oci.image.index.v1+json"
OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
_OCI_CONFIG = "application/vnd.oci.image.config.v1+json"
_OCI_LAYER = "application/vnd.oci.image.layer.v1.tar"
_INDEXES = (OCI_INDEX, "application/vnd.docker.distribution.manifest.list.v2+json")
#: First bytes of a compressed layer -> what to add to its media type.
_COMPRESSIONS = {b"\x1f\x8b": "+gzip", b"\x28\xb5\x2f\xfd": "+zstd"}
_BLOCK = 1024 * 1024
_NAME_KEYS = ("io.containerd.image.name", "org.opencontainers.image.ref.name")
Json = t.Dict[str, t.Any]


@dataclass(frozen=True)
class Blob:
    """Bytes that lie somewhere in the archive."""

    digest: str
    offset: int
    size: int


@dataclass(frozen=True)
class StoredManifest:
    media_type: str
    digest: str
    content: bytes


@dataclass(frozen=True)
class StoredImage:
    """One image of an archive. `manifests` end with the one that a tag points to; those before it are its parts."""

    archive: str
    manifests: t.Tuple[StoredManifest, ...]
    blobs: t.Tuple[Blob, ...]

    @property
    def root(self) -> StoredManifest:
        return self.manifests[-1]


class ImageArchive:
    """An open archive: its members by name, found once."""

    def __init__(self, path: str) -> None:
        self.path = path
        try:
            with tarfile.open(path, "r:") as tar:
                members = {_plain(m.name): m for m in tar.getmembers()}
            self._members = {name: _followed(members, m) for name, m in members.items() if not m.isdir()}
        except FileNotFoundError as exc:
            raise InputError(f"There is no image archive {path}.") from exc
        except (tarfile.TarError, OSError) as exc:
            raise InputError(
                f"{path} is not an image archive ({exc}): it must be an uncompressed tar, "
                "as 'docker save' or 'buildx --output type=oci' write it."
            ) from exc

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def read(self, name: str) -> bytes:
        member = self._member(name)
        with open(self.path, "rb") as stream:  # noqa: PTH123
            stream.seek(member.offset_data)
            return stream.read(member.size)

    def read_json(self, name: str) -> t.Any:
        try:
            return json.loads(self.read(name))
        except ValueError as exc:
            raise InputError(f"{name} in {self.path} is not JSON: {exc}.") from exc

    def blob(self, name: str, digest: str) -> Blob:
        member = self._member(name)
        return Blob(digest, member.offset_data, member.size)

    def digest(self, name: str) -> str:
        member = self._member(name)
        total = hashlib.sha256()
        with open(self.path, "rb") as stream:  # noqa: PTH123
            stream.seek(member.offset_data, os.SEEK_SET)
            left = member.size
            while left > 0:
                block = stream.read(min(_BLOCK, left))
                if not block:
                    raise InputError(f"{self.path} ends in the middle of {name}: make the archive again.")
                left -= len(block)
                total.update(block)
        return "sha256:" + total.hexdigest()

    def starts(self, name: str, count: int = 4) -> bytes:
        with open(self.path, "rb") as stream:  # noqa: PTH123
            stream.seek(self._member(name).offset_data)
            return stream.read(count)

    def _member(self, name: str) -> tarfile.TarInfo:
        try:
            return self._members[_plain(name)]
        except KeyError as exc:
            raise InputError(f"{self.path} is not a complete image archive: {name} is missing in it.") from exc


def read_blob(image: StoredImage, blob: Blob) -> bytes:
    """For small ones."""
    with open(image.archive, "rb") as stream:  # noqa: PTH123
        stream.seek(blob.offset)
        return stream.read(blob.size)


def _plain(name: str) -> str:
    return name[2:] if name.startswith("./") else name


def _followed(members: t.Mapping[str, tarfile.TarInfo], member: tarfile.TarInfo) -> tarfile.TarInfo:
    """`docker save` writes equal layers once, and links to them. A link to nowhere stays what it is."""
    if member.issym():
        folder = posixpath.dirname(_plain(member.name))
        return members.get(posixpath.normpath(posixpath.join(folder, member.linkname)), member)
    return members.get(_plain(member.linkname), member) if member.islnk() else member


def read_image(path: str, name: str) -> StoredImage:
    """The image called `name` in the archive, or its only one."""
    archive = ImageArchive(path)
    try:
        if "index.json" in archive:
            return _from_layout(archive, name)
        if "manifest.json" in archive:
            return _from_docker_save(archive, name)
    except (KeyError, TypeError, AttributeError, ValueError) as exc:
        raise InputError(f"{path} is not an image archive: its JSON is not as expected ({exc!r}).") from exc
    raise InputError(f"{path} is not an image archive: neither index.json nor manifest.json is in it.")


def _from_layout(archive: ImageArchive, name: str) -> StoredImage:
    entries = archive.read_json("index.json").get("manifests") or []
    names = [[(e.get("annotations") or {}).get(key) for key in _NAME_KEYS] for e in entries]
    entry = entries[_choose(archive.path, name, names)]
    manifests: t.Dict[str, StoredManifest] = {}
    blobs: t.Dict[str, Blob] = {}
    _collect(archive, entry, manifests, blobs)
    return StoredImage(archive.path, tuple(manifests.values()), tuple(blobs.values()))


def _collect(
    archive: ImageArchive, entry: Json, manifests: t.Dict[str, StoredManifest], blobs: t.Dict[str, Blob]
) -> None:
    """Parts before the whole, so that a registry never sees a manifest whose parts it lacks."""
    content = archive.read(_blob_path(entry["digest"]))
    document: Json = json.loads(content)
    media_type = document.get("mediaType") or entry.get("mediaType") or OCI_MANIFEST
    if media_type in _INDEXES:
        for part in document.get("manifests") or []:
            _collect(archive, part, manifests, blobs)
    else:
        for part in (document["config"], *document["layers"]):
            blobs[part["digest"]] = archive.blob(_blob_path(part["digest"]), part["digest"])
    manifests[entry["digest"]] = StoredManifest(media_type, entry["digest"], content)


def _blob_path(digest: str) -> str:
    return "blobs/" + digest.replace(":", "/", 1)


def _from_docker_save(archive: ImageArchive, name: str) -> StoredImage:
    """`docker save` has no manifest in the registry's sense: the same one is made each time."""
    entries = archive.read_json("manifest.json")
    entry = entries[_choose(archive.path, name, [e.get("RepoTags") or [] for e in entries])]
    config = archive.read(entry["Config"])
    config_blob = archive.blob(entry["Config"], "sha256:" + hashlib.sha256(config).hexdigest())
    diff_ids = json.loads(config)["rootfs"]["diff_ids"]
    if len(diff_ids) != len(entry["Layers"]):
        raise InputError(f"{archive.path} is not a complete image archive: {len(diff_ids)} layers are expected.")
    layers = [_layer(archive, path, diff_id) for path, diff_id in zip(entry["Layers"], diff_ids)]
    document = {
        "schemaVersion": 2,
        "mediaType": OCI_MANIFEST,
        "config": _descriptor(_OCI_CONFIG, config_blob),
        "layers": [_descriptor(kind, blob) for kind, blob in layers],
    }
    content = json.dumps(document, separators=(",", ":")).encode()
    root = StoredManifest(OCI_MANIFEST, "sha256:" + hashlib.sha256(content).hexdigest(), content)
    blobs = {blob.digest: blob for blob in (config_blob, *(blob for _kind, blob in layers))}
    return StoredImage(archive.path, (root,), tuple(blobs.values()))


def _layer(archive: ImageArchive, path: str, diff_id: str) -> t.Tuple[str, Blob]:
    """An uncompressed layer's digest is its diff id: nothing to compute (and the registry checks it)."""
    start = archive.starts(path)
    for magic, suffix in _COMPRESSIONS.items():
        if start.startswith(magic):
            return _OCI_LAYER + suffix, archive.blob(path, archive.digest(path))
    return _OCI_LAYER, archive.blob(path, diff_id)


def _descriptor(media_type: str, blob: Blob) -> Json:
    return {"mediaType": media_type, "digest": blob.digest, "size": blob.size}


def _choose(path: str, name: str, names: t.Sequence[t.Sequence[t.Optional[str]]]) -> int:
    """The entry with this name; a single entry needs none."""
    if len(names) == 1:
        return 0
    wanted = parse_reference(name)
    found = [[known for known in entry if known] for entry in names]
    for index, entry in enumerate(found):
        if any(_same(known, wanted.full, wanted.tag) for known in entry):
            return index
    there = ", ".join(sorted({known for entry in found for known in entry})) or "no named image"
    raise InputError(f"There is no image {name} in {path}: it has {there}.")


def _same(known: str, full: str, tag: t.Optional[str]) -> bool:
    """An OCI layout may name its images by their tag alone."""
    try:
        return known == tag or parse_reference(known).full == full
    except InputError:
        return False
