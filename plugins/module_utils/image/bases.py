# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The images that a Dockerfile names, by what they stand for right now."""

from __future__ import annotations

import functools
import typing as t
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import (
    InputError,
    SlipwayError,
    TransportError,
)
from ansible_collections.slipway.deploy.plugins.module_utils.engine.cli import Engine
from ansible_collections.slipway.deploy.plugins.module_utils.image.dockerfile import BaseImage
from ansible_collections.slipway.deploy.plugins.module_utils.image.image_facts import make_facts, registry_facts
from ansible_collections.slipway.deploy.plugins.module_utils.image.needs import Facts, ImageFacts
from ansible_collections.slipway.deploy.plugins.module_utils.image.reference import parse_reference
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


def resolve_bases(
    images: t.Sequence[BaseImage], platform: str, dockerfile: str, engine: Engine, registries: Registries
) -> Bases:
    """Ask for all at once; an image that no registry has may still be on this host."""
    one = functools.partial(
        _resolve_one, platform=platform, dockerfile=dockerfile, engine=engine, registries=registries
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


def _resolve_one(image: BaseImage, *, platform: str, dockerfile: str, engine: Engine, registries: Registries) -> _Found:
    where = f"{dockerfile}:{image.line}"
    try:
        reference = parse_reference(image.reference)
        try:
            resolved = registries.resolve(reference, image.platform or platform)
            facts = registry_facts(registries, reference, resolved.platform_digest) if image.is_base else None
            return _Found(resolved, facts)
        except TransportError as exc:
            error: SlipwayError = exc
        except InputError as exc:
            error = exc
        name = reference.familiar if reference.digest else reference.with_tag(reference.version).familiar
        local = engine.images([name]).get(name)
        if local is not None:
            # Nothing to pin: the engine takes its own.
            return _Found(Resolved("", local.id), make_facts(local.env, local.onbuild))
        raise error
    except SlipwayError as exc:
        exc.reword(f"{where}: {exc.message}")
        raise
