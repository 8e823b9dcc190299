# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An image as an OCI layout in one tar file, byte for byte the same for the same files. No engine, no root."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import tarfile
import typing as t
from dataclasses import dataclass
from pathlib import Path

_BLOCK = 1024 * 1024
#: Programs are big and read once on each host: the fastest level takes off two thirds.
_LEVEL = 1
_LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"
_CONFIG = "application/vnd.oci.image.config.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
_INDEX = "application/vnd.oci.image.index.v1+json"
#: cap_net_bind_service, effective and permitted (struct vfs_cap_data, version 2), as the kernel stores it.
_BIND_LOW_PORTS = bytes((1, 0, 0, 2, 0, 4)) + bytes(14)


@dataclass(frozen=True)
class Entry:
    """A file (`source`), a link (`target`) or a folder of a layer."""

    path: str
    source: t.Optional[Path] = None
    content: bytes = b""
    target: str = ""
    mode: int = 0o755
    folder: bool = False
    bind_low_ports: bool = False


@dataclass(frozen=True)
class Layer:
    """A compressed layer on disk. `diff_id` is the digest of what is in the compression."""

    path: Path
    digest: str
    diff_id: str
    size: int


#: What every image has below its programs.
SKELETON: t.Tuple[Entry, ...] = (
    Entry(
        "etc/passwd",
        content=b"root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532::/:/sbin/nologin\n",
        mode=0o644,
    ),
    Entry("etc/group", content=b"root:x:0:\nnonroot:x:65532:\n", mode=0o644),
    Entry("tmp", folder=True, mode=0o1777),
)


class _Hashing(io.RawIOBase):
    """Counts and hashes what passes through."""

    def __init__(self, below: t.IO[bytes]) -> None:
        super().__init__()
        self._below = below
        self._hash = hashlib.sha256()
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: t.Any) -> int:
        self._hash.update(data)
        self.size += len(data)
        return self._below.write(data)

    @property
    def digest(self) -> str:
        return "sha256:" + self._hash.hexdigest()


def write_layer(entries: t.Iterable[Entry], path: Path) -> Layer:
    """Folders that are not given are made. The order of entries does not matter."""
    with path.open("wb") as handle:
        outer = _Hashing(handle)
        with gzip.GzipFile(filename="", mode="wb", compresslevel=_LEVEL, fileobj=outer, mtime=0) as packed:
            inner = _Hashing(packed)  # type: ignore[arg-type]
            with tarfile.open(fileobj=inner, mode="w|", format=tarfile.PAX_FORMAT) as archive:
                for entry in _with_folders(entries):
                    _add(archive, entry)
    return Layer(path, outer.digest, inner.digest, outer.size)


def read_layer(path: Path) -> Layer:
    """A layer that was written before."""
    outer = hashlib.sha256()
    with path.open("rb") as handle:
        for block in iter(lambda: handle.read(_BLOCK), b""):
            outer.update(block)
    inner = hashlib.sha256()
    with gzip.open(path, "rb") as unpacked:
        for block in iter(lambda: unpacked.read(_BLOCK), b""):
            inner.update(block)
    return Layer(path, f"sha256:{outer.hexdigest()}", f"sha256:{inner.hexdigest()}", path.stat().st_size)


def _with_folders(entries: t.Iterable[Entry]) -> t.List[Entry]:
    known = {entry.path: entry for entry in entries}
    for path in list(known):
        for parent in Path(path).parents:
            if str(parent) != "." and str(parent) not in known:
                known[str(parent)] = Entry(str(parent), folder=True)
    return [known[path] for path in sorted(known)]


def _add(archive: tarfile.TarFile, entry: Entry) -> None:
    info = tarfile.TarInfo(entry.path)
    info.mode = entry.mode
    if entry.bind_low_ports:
        info.pax_headers = {"SCHILY.xattr.security.capability": _BIND_LOW_PORTS.decode("ascii")}
    if entry.folder:
        info.type = tarfile.DIRTYPE
        archive.addfile(info)
    elif entry.target:
        info.type, info.linkname, info.mode = tarfile.SYMTYPE, entry.target, 0o777
        archive.addfile(info)
    elif entry.source is not None:
        info.size = entry.source.stat().st_size
        with entry.source.open("rb") as handle:
            archive.addfile(info, handle)
    else:
        info.size = len(entry.content)
        archive.addfile(info, io.BytesIO(entry.content))


def config(
    layers: t.Sequence[Layer], arch: str, *, entrypoint: t.Sequence[str], command: t.Sequence[str] = (), user: str = ""
) -> bytes:
    """The image's configuration. No dates: they would make each build another image."""
    run: t.Dict[str, t.Any] = {
        "Env": ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
        "WorkingDir": "/",
    }
    if entrypoint:
        run["Entrypoint"] = list(entrypoint)
    if command:
        run["Cmd"] = list(command)
    if user:
        run["User"] = user
    return _json(
        {
            "architecture": arch,
            "config": run,
            "os": "linux",
            "rootfs": {"diff_ids": [layer.diff_id for layer in layers], "type": "layers"},
        }
    )


def write_image(path: Path, reference: str, layers: t.Sequence[Layer], configuration: bytes, arch: str) -> str:
    """Write the layout and return the manifest's digest."""
    manifest = _json(
        {
            "config": _descriptor(_CONFIG, configuration),
            "layers": [{"digest": one.digest, "mediaType": _LAYER, "size": one.size} for one in layers],
            "mediaType": MANIFEST,
            "schemaVersion": 2,
        }
    )
    blobs: t.Dict[str, t.Union[bytes, Path]] = {layer.digest: layer.path for layer in layers}
    return write_layout(path, reference, arch, manifest, blobs={**blobs, _digest(configuration): configuration})


def write_layout(
    path: Path,
    reference: str,
    arch: str,
    manifest: bytes,
    *,
    blobs: t.Mapping[str, t.Union[bytes, Path]],
    media_type: str = MANIFEST,
) -> str:
    """An OCI layout of one image. containerd and the registry push take the name from the index."""
    entry = {
        **_descriptor(media_type, manifest),
        "annotations": {
            "io.containerd.image.name": reference,
            "org.opencontainers.image.ref.name": reference.rpartition(":")[2],
        },
        "platform": {"architecture": arch, "os": "linux"},
    }
    index = _json({"manifests": [entry], "mediaType": _INDEX, "schemaVersion": 2})
    members = [
        Entry("oci-layout", content=_json({"imageLayoutVersion": "1.0.0"}), mode=0o644),
        Entry("index.json", content=index, mode=0o644),
    ]
    for digest, blob in {**blobs, _digest(manifest): manifest}.items():
        where = "blobs/" + digest.replace(":", "/")
        source = blob if isinstance(blob, Path) else None
        members.append(Entry(where, source=source, content=blob if isinstance(blob, bytes) else b"", mode=0o644))
    with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as archive:
        for member in _with_folders(members):
            _add(archive, member)
    return _digest(manifest)


def tree(root: Path) -> t.List[Entry]:
    """All files below a folder as entries. Only what is in it counts, not who owns it or when it was written."""
    found: t.List[Entry] = []
    for folder, folders, files in os.walk(root):
        for name in folders + files:
            path = Path(folder, name)
            inside = str(path.relative_to(root))
            if path.is_symlink():
                found.append(Entry(inside, target=os.readlink(path)))  # noqa: PTH115  3.9 has it, as Path
            elif path.is_dir():
                found.append(Entry(inside, folder=True, mode=path.stat().st_mode & 0o7777))
            elif path.is_file():
                found.append(Entry(inside, source=path, mode=path.stat().st_mode & 0o7777))
    return found


def _descriptor(media_type: str, content: bytes) -> t.Dict[str, t.Any]:
    return {"digest": _digest(content), "mediaType": media_type, "size": len(content)}


def _digest(content: bytes) -> str:
    return "sha256:" + hashlib.sha256(content).hexdigest()


def _json(value: t.Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
