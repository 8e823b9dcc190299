# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where the user wrote what a kustomization prints: read for an error's sake alone.

Kustomize prints objects without saying where they come from. Its files are few and named in it: the one that has the
same object, and the field that is wrong, is the one to mend. Patches come after what they patch.
"""

from __future__ import annotations

import os
import typing as t
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.manifests.fieldpath import node_at, reaches
from ansible_collections.slipway.deploy.plugins.module_utils.kube.manifests.yaml_text import parse_documents
from ansible_collections.slipway.deploy.plugins.module_utils.kube.sources.files import read_source

FILES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
_OBJECTS, _PATCHES = ("resources", "bases", "components"), ("patchesStrategicMerge", "patches")
#: Kustomizations may refer to each other; errors of that are Kustomize's to tell.
_DEPTH = 10


class _Found(t.NamedTuple):
    """A document that may be the object, and the file that it is in."""

    node: t.Any
    file: Path
    exact: bool


class KustomizationFiles:
    """The files of one kustomization, as `shown` to the user."""

    def __init__(self, shown: str, folder: Path) -> None:
        self._shown, self._folder = shown, folder

    def place(self, printed: t.Any, path: str) -> str:
        """`base/web.yaml:7` for a field of an object that was printed; empty where that is in no file."""
        kind, name = _text(printed, "kind"), _text(printed, "metadata", "name")
        found = [one for file in _files(self._folder, _DEPTH) for one in _documents(file, kind, name)]
        found = [one for one in found if one.exact] or found
        if not found:
            return ""
        best = next((one for one in reversed(found) if reaches(one.node, path)), found[0])
        line = node_at(best.node, path).start_mark.line + 1
        return f"{self._name(best.file)}:{line}"

    def _name(self, file: Path) -> str:
        return os.path.normpath(Path(self._shown, os.path.relpath(file, self._folder)))


def _files(folder: Path, depth: int) -> t.Iterator[Path]:
    """Those with objects, then those with patches."""
    settings = next((folder / name for name in FILES if (folder / name).is_file()), None)
    if settings is None or depth == 0:
        return
    said = next((value for value, _node in _read(settings) if isinstance(value, dict)), {})
    for entry in _strings(said, _OBJECTS):
        inner = folder / entry
        if inner.is_dir():
            yield from _files(inner, depth - 1)
        elif inner.is_file():
            yield inner
    yield from (folder / entry for entry in _strings(said, _PATCHES) if (folder / entry).is_file())


def _strings(said: t.Mapping[str, t.Any], keys: t.Sequence[str]) -> t.Iterator[str]:
    """Paths; a patch may stand in a mapping, or (which is no path) be written out."""
    for key in keys:
        entries = said.get(key)
        for entry in entries if isinstance(entries, list) else []:
            path = entry.get("path") if isinstance(entry, dict) else entry
            if isinstance(path, str) and "\n" not in path:
                yield path


def _documents(file: Path, kind: str, name: str) -> t.Iterator[_Found]:
    """Kustomize adds to names, at both ends."""
    for value, node in _read(file):
        if not isinstance(value, dict) or value.get("kind") != kind:
            continue
        own = _text(node, "metadata", "name")
        if own and own in name:
            yield _Found(node, file, own == name)


def _read(file: Path) -> t.List[t.Tuple[t.Any, t.Any]]:
    try:
        return [(document.value, document.node) for document in parse_documents(read_source(file), str(file))]
    except InputError:
        return []


def _text(node: t.Any, *keys: str) -> str:
    for key in keys:
        inner = {k.value: v for k, v in node.value} if node is not None and node.id == "mapping" else {}
        node = inner.get(key)
    return str(node.value) if node is not None and node.id == "scalar" else ""
