# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The images that a Dockerfile names, by what they stand for right now."""

from __future__ import annotations

import functools
import typing as t
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import (
    InputError,
    SlipwayError,
    TransportError,
)
from ansible_collections.slipway.deploy.plugins.module_utils.engine.cli import Engine
from ansible_collections.slipway.deploy.plugins.module_utils.image.dockerfile import BaseImage
from ansible_collections.slipway.deploy.plugins.module_utils.image.image_facts import make_facts, registry_facts
from ansible_collections.slipway.deploy.plugins.module_utils.image.needs import Facts, ImageFacts
from ansible_collections.slipway.deploy.plugins.module_utils.image.reference import ImageReference, parse_reference
from ansible_collections.slipway.deploy.plugins.module_utils.image.request import ALWAYS, MISSING
from ansible_collections.slipway.deploy.plugins.module_utils.registry.resolve import Registries, Resolved

_AT_ONCE = 8


@dataclass(frozen=True)
class Bases:
    """What each image (with its platform) stands for, and what a build is pinned to."""

    digests: t.Mapping[str, str]
    pins: t.Mapping[str, str]
    #: Of those that stages begin with, for one platform.
    facts: Facts = field(default_factory=dict)

    def with_more(self, other: Bases) -> Bases:
        return Bases({**self.digests, **other.digests}, {**self.pins, **other.pins})


@dataclass(frozen=True)
class _Found:
    resolved: Resolved
    facts: t.Optional[ImageFacts] = None
    #: In this host's engine.
    image_id: str = ""


def resolve_bases(
    images: t.Sequence[BaseImage],
    platform: str,
    dockerfile: str,
    engine: Engine,
    registries: Registries,
    pull: str = ALWAYS,
) -> Bases:
    """Ask for all at once; an image that no registry has may still be on this host. With `pull` MISSING a tag stands
    for what this host has under it, and a registry is asked only for what is not here."""
    one = functools.partial(
        _resolve_one, platform=platform, dockerfile=dockerfile, engine=engine, registries=registries, pull=pull
    )
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        found = list(pool.map(one, images))
    digests = {
        f"{image.reference} {image.platform or platform}": it.resolved.platform_digest
        for image, it in zip(images, found)
    }
    pins: t.Dict[str, str] = {}
    for image, it in zip(images, found):
        reference = parse_reference(image.reference)
        if it.resolved.digest and not reference.digest:
            pins[image.reference] = reference.with_digest(it.resolved.digest).full
    facts = {(image.reference, image.platform): it.facts for image, it in zip(images, found) if it.facts}
    return Bases(digests, pins, facts)


def _resolve_one(
    image: BaseImage, *, platform: str, dockerfile: str, engine: Engine, registries: Registries, pull: str
) -> _Found:
    try:
        reference = parse_reference(image.reference)
        here = _here(reference, image.platform or platform, engine) if pull == MISSING else None
        return here or _asked_for(image, reference, image.platform or platform, engine, registries, pull)
    except SlipwayError as exc:
        exc.reword(f"{dockerfile}:{image.line}: {exc.message}" if image.line else f"{dockerfile}: {exc.message}")
        raise


def _asked_for(
    image: BaseImage, reference: ImageReference, platform: str, engine: Engine, registries: Registries, pull: str
) -> _Found:
    try:
        resolved = registries.resolve(reference, platform)
    except (TransportError, InputError):
        found = _here(reference, "", engine)
        if found is None:
            raise
        # Nothing to pin: the engine takes its own.
        return replace(found, resolved=Resolved("", found.image_id))
    facts = registry_facts(registries, reference, resolved.platform_digest) if image.is_base else None
    # As a host that has the image knows it: that one asks nobody what is in an index.
    whole = Resolved(resolved.digest, resolved.digest)
    return _Found(whole if pull == MISSING else resolved, facts)


def _here(reference: ImageReference, platform: str, engine: Engine) -> t.Optional[_Found]:
    """What this host has under a name, for that platform (empty: for any)."""
    name = reference.tagged.familiar
    local = engine.images([name]).get(name)
    if local is None or not _same_platform(local.platform, platform):
        return None
    digest = local.digest_in(reference.familiar_name) or ""
    return _Found(Resolved(digest, digest or local.id), make_facts(local.env, local.onbuild), local.id)


def _same_platform(found: str, wanted: str) -> bool:
    """By system and architecture; what does not tell fits."""
    return not found or not wanted or found.split("/")[:2] == wanted.split("/")[:2]
