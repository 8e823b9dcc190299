# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a name in a registry stands for: a manifest, or an index with the manifests that it lists."""

from __future__ import annotations

import json
import typing as t
from dataclasses import dataclass

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.image.reference import ImageReference
from ansible_collections.slipway.deploy.plugins.module_utils.registry.client import RegistryClient
from ansible_collections.slipway.deploy.plugins.module_utils.registry.errors import BadContent
from ansible_collections.slipway.deploy.plugins.module_utils.registry.manifest import (
    Descriptor,
    Manifest,
    manifest_of,
    pick,
    platform_name,
    platforms_of,
)
from ansible_collections.slipway.deploy.plugins.module_utils.registry.resolve import ImageNotFound


@dataclass(frozen=True)
class Place:
    """A repository of a registry."""

    client: RegistryClient
    repository: str

    @property
    def name(self) -> str:
        return f"{self.client.registry}/{self.repository}"

    def get(self, version: str) -> t.Optional[Manifest]:
        return self.client.get_manifest(self.repository, version)

    def head(self, version: str) -> t.Optional[Manifest]:
        return self.client.head_manifest(self.repository, version)

    def digest(self, version: str) -> t.Optional[str]:
        found = self.head(version)
        return found.digest if found else None


def read_root(place: Place, reference: ImageReference, platforms: t.Sequence[str]) -> Manifest:
    """The manifest or index, with only these platforms where some are named."""
    root = place.get(reference.version)
    if root is None:
        raise ImageNotFound(f"Image {reference.familiar} was not found: registry {place.client.registry} has no such.")
    if not platforms:
        return root
    if root.is_index:
        return choose_platforms(root, platforms, reference.familiar)
    own = platform_of_image(place, root)
    if not any(own == wanted or own.startswith(f"{wanted}/") for wanted in platforms):
        raise InputError(f"Image {reference.familiar} is not made for {', '.join(platforms)}: it is for {own}.")
    return root


def choose_platforms(index: Manifest, platforms: t.Sequence[str], name: str) -> Manifest:
    """The index with the entries for these platforms, and what attests them. All of them: the index itself."""
    entries = index.children
    chosen: t.Set[str] = set()
    for platform in platforms:
        found = pick(entries, platform)
        if found is None:
            raise InputError(f"Image {name} is not made for platform {platform}: it has {platforms_of(entries)}.")
        chosen.add(found.digest)
    kept = [entry for entry in entries if entry.digest in chosen or entry.attests in chosen]
    if len(kept) == len(entries):
        return index
    return manifest_of(index.media_type, {**index.document, "manifests": [dict(entry.entry) for entry in kept]})


def platform_of_image(place: Place, image: Manifest) -> str:
    return platform_name(read_config(place, image)) or "none"


def read_config(place: Place, image: Manifest) -> t.Dict[str, t.Any]:
    """An image's configuration; empty for what is no image."""
    config = image.config
    if config is None or not config.media_type.endswith(("image.v1+json", "image.config.v1+json")):
        return {}
    try:
        document = json.loads(place.client.get_blob(place.repository, config.digest))
    except ValueError as exc:
        raise BadContent(f"The configuration of {place.name}@{image.digest} is not JSON: {exc}.") from exc
    return document if isinstance(document, dict) else {}


def read_parts(place: Place, root: Manifest) -> t.List[Manifest]:
    """What an index lists, each after what it lists itself."""
    found: t.List[Manifest] = []
    for entry in root.children if root.is_index else []:
        part = _part(place, root, entry)
        found.extend(read_parts(place, part))
        found.append(part)
    return found


def _part(place: Place, index: Manifest, entry: Descriptor) -> Manifest:
    part = place.get(entry.digest)
    if part is None:
        raise BadContent(
            f"{place.name}@{index.digest} lists {entry.digest} ({entry.platform or 'no platform'}), "
            "which that registry does not have: choose platforms that it has."
        )
    return part
