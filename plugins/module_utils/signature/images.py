# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the signature verbs share: images by digest, and cosign's words for their options."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.image.reference import ImageReference, parse_reference
from ansible_collections.slipway.deploy.plugins.module_utils.registry.resolve import ImageNotFound, Registries


def parse_images(texts: t.Sequence[str]) -> t.List[ImageReference]:
    if not texts:
        raise InputError("images is empty: name at least one.")
    return [parse_reference(text) for text in texts]


def by_digest(image: ImageReference, registries: Registries) -> ImageReference:
    """What the name stands for now: a tag can be moved between a look and a pull, a digest cannot."""
    client = registries.home(image.domain)
    found = client.head_manifest(image.path, image.version)
    if found is None:
        raise ImageNotFound(f"Image {image.familiar} was not found: registry {client.registry} has no such.")
    return image.with_digest(found.digest)


def with_parts(image: ImageReference, registries: Registries) -> t.List[ImageReference]:
    """The image, and those of its platforms."""
    manifest = registries.home(image.domain).get_manifest(image.path, image.version)
    entries = manifest.children if manifest is not None and manifest.is_index else []
    return [image, *(image.with_digest(entry.digest) for entry in entries if entry.platform)]


def annotation_words(values: t.Optional[t.Mapping[str, t.Any]]) -> t.List[str]:
    return [word for key, value in sorted((values or {}).items()) for word in ("-a", f"{key}={value}")]
