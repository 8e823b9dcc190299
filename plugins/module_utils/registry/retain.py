# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Retention of one repository: its images read, the choice made, what goes removed with its parts and signatures."""

from __future__ import annotations

import time
import typing as t
from concurrent.futures import Executor
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.registry.image_tree import Place, read_config
from ansible_collections.slipway.deploy.plugins.module_utils.registry.manifest import Manifest
from ansible_collections.slipway.deploy.plugins.module_utils.registry.referrers import attached_to, belongs_to
from ansible_collections.slipway.deploy.plugins.module_utils.registry.remove import delete_digest, delete_list
from ansible_collections.slipway.deploy.plugins.module_utils.registry.retention import (
    Choice,
    Rule,
    TaggedImage,
    choose,
    timestamp,
)


@dataclass(frozen=True)
class Retention:
    """One entry of `retention`, decided."""

    rule: Rule
    place: Place
    choice: Choice

    @property
    def changed(self) -> bool:
        return bool(self.choice.removed)


def plan_retention(rule: Rule, place: Place, pool: Executor) -> Retention:
    tags = [tag for tag in place.client.tags(place.repository) or [] if belongs_to(tag) is None]
    by_digest: t.Dict[str, t.List[str]] = {}
    for tag, digest in zip(tags, pool.map(place.digest, tags)):
        if digest is not None:
            by_digest.setdefault(digest, []).append(tag)
    images = list(pool.map(lambda one: _read(place, rule, *one), by_digest.items()))
    if rule.by == "pushed" and images and all(image.time is None for image in images):
        raise InputError(
            f"Registry {place.client.registry} does not say when images were pushed (no Last-Modified): "
            "use by: created."
        )
    return Retention(rule, place, choose(images, rule, time.time()))


def _read(place: Place, rule: Rule, digest: str, tags: t.Sequence[str]) -> TaggedImage:
    manifest = place.get(digest)
    parts: t.FrozenSet[str] = frozenset()
    moment: t.Optional[float] = None
    if manifest is not None:
        parts = frozenset(entry.digest for entry in manifest.children) if manifest.is_index else parts
        moment = _pushed(place, digest) if rule.by == "pushed" else created(place, manifest)
    return TaggedImage(digest, tuple(sorted(tags)), moment, parts)


def _pushed(place: Place, digest: str) -> t.Optional[float]:
    text = place.client.pushed_at(place.repository, digest)
    return parsedate_to_datetime(text).timestamp() if text else None


def created(place: Place, manifest: Manifest) -> t.Optional[float]:
    """When it was made; of an index, when the newest of its images was."""
    if not manifest.is_index:
        return timestamp(read_config(place, manifest).get("created"))
    parts = [place.get(entry.digest) for entry in manifest.children if entry.platform]
    times = [created(place, part) for part in parts if part is not None]
    return max((one for one in times if one is not None), default=None)


def prune(retention: Retention, say: t.Callable[[str], None]) -> None:
    """An image, then what only it listed, then what refers to either."""
    place, choice = retention.place, retention.choice
    needed = {digest for image in choice.kept for digest in (image.digest, *image.parts)}
    for number, image in enumerate(choice.removed, 1):
        going = [image.digest, *sorted(image.parts - needed)]
        attached = attached_to(place, going)
        for digest in (*going, *(one.digest for one in reversed(attached))):
            delete_digest(place, digest)
        for subject in {one.subject for one in attached}:
            delete_list(place, subject)
        say(f"{place.name}: {number} of {len(choice.removed)} removed ({', '.join(image.tags)})")
