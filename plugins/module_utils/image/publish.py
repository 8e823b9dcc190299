# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Brings a built archive into the registry under the tag of its inputs: the image that a tag of the task points to
already where that is the same one, so that equal results keep their digest whatever their provenance says."""

from __future__ import annotations

import functools
import typing as t
from dataclasses import replace
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.image.archive import StoredImage, read_image
from ansible_collections.slipway.deploy.plugins.module_utils.image.job import Job
from ansible_collections.slipway.deploy.plugins.module_utils.image.portrait import Portrait, portrait, portrait_of
from ansible_collections.slipway.deploy.plugins.module_utils.registry.client import RegistryClient
from ansible_collections.slipway.deploy.plugins.module_utils.registry.errors import RegistryRefused
from ansible_collections.slipway.deploy.plugins.module_utils.registry.manifest import Manifest
from ansible_collections.slipway.deploy.plugins.module_utils.registry.push import push_stored


def publish(job: Job, archive: Path, present: t.Sequence[t.Optional[str]]) -> None:
    """`present` are the digests that the task's tags have in the registry."""
    client, path = job.registries.home(job.request.repository.domain), job.request.repository.path
    image = read_image(str(archive), job.request.repository.with_tag(job.inputs_tag).full)
    same = _same(client, path, image, [digest for digest in present if digest])
    if same:
        client.put_manifest(path, job.inputs_tag, same)
    else:
        push_stored(client, replace(job.context, progress=job.progress), path, job.inputs_tag, image)


def _same(client: RegistryClient, path: str, image: StoredImage, digests: t.Sequence[str]) -> t.Optional[Manifest]:
    ours = portrait_of(image)
    for digest in dict.fromkeys(digests):
        manifest = client.get_manifest(path, digest)
        if manifest and _portrait_there(client, path, manifest) == ours:
            return manifest
    return None


def _portrait_there(client: RegistryClient, path: str, manifest: Manifest) -> t.Optional[Portrait]:
    """None where a part of it is gone."""
    try:
        return portrait(manifest, functools.partial(_content, client, path), functools.partial(client.get_blob, path))
    except RegistryRefused:
        return None


def _content(client: RegistryClient, path: str, digest: str) -> bytes:
    found = client.get_manifest(path, digest)
    if found is None:
        raise RegistryRefused(f"Registry {client.registry} does not have {path}@{digest}.", 404)
    return found.content
