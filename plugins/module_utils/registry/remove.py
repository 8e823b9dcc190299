# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Takes a tag or a manifest out of a repository, and nothing that another tag still names."""

from __future__ import annotations

import secrets
import typing as t
from dataclasses import dataclass

from ansible_collections.slipway.deploy.plugins.module_utils.registry.client import reason_of
from ansible_collections.slipway.deploy.plugins.module_utils.registry.connection import Response
from ansible_collections.slipway.deploy.plugins.module_utils.registry.errors import RegistryRefused
from ansible_collections.slipway.deploy.plugins.module_utils.registry.image_tree import Place
from ansible_collections.slipway.deploy.plugins.module_utils.registry.manifest import (
    OCI_CONFIG,
    OCI_MANIFEST,
    digest_of,
    manifest_of,
)
from ansible_collections.slipway.deploy.plugins.module_utils.registry.referrers import (
    Attached,
    attached_to,
    fallback_tag,
)
from ansible_collections.slipway.deploy.plugins.module_utils.registry.wanted import WantedImage

_GONE = (200, 202, 204)
_NOT_FOUND = 404
_NOT_ALLOWED = 405
#: What registries say that delete by digest alone.
_NO_TAGS = (400, 404, 405, 501)


@dataclass(frozen=True)
class RemovalPlan:
    """`previous` are the digests of the tags that are there; without a tag, `digest` goes with all that name it."""

    wanted: WantedImage
    target: Place
    previous: t.Mapping[str, str]
    digest: t.Optional[str] = None
    attached: t.Tuple[Attached, ...] = ()

    @property
    def changed(self) -> bool:
        return bool(self.previous or self.digest or self.attached)


def plan_removal(wanted: WantedImage, target: Place) -> RemovalPlan:
    previous: t.Dict[str, str] = {}
    digest: t.Optional[str] = None
    if wanted.source.digest:
        digest = target.digest(wanted.source.digest)
    for tag in wanted.tags:
        there = target.digest(tag)
        if there is not None:
            previous[tag] = there
    going = [digest] if digest else list(previous.values())
    attached = tuple(attached_to(target, going)) if wanted.referrers else ()
    return RemovalPlan(wanted, target, previous, digest, attached)


def remove(plan: RemovalPlan) -> None:
    """What refers to an image goes after it: half a removal leaves signatures of nothing, not images without."""
    if plan.digest:
        delete_digest(plan.target, plan.digest)
    for tag, digest in plan.previous.items():
        untag(plan.target, tag, digest)
    for one in reversed(plan.attached):
        delete_digest(plan.target, one.digest)
    for subject in {one.subject for one in plan.attached}:
        delete_list(plan.target, subject)


def delete_digest(place: Place, digest: str) -> None:
    """With the tags that name it. Gone already is as good."""
    answer = place.client.delete_manifest(place.repository, digest)
    if answer.status not in (*_GONE, _NOT_FOUND):
        _refuse(place, digest, answer)


def delete_list(place: Place, subject: str) -> None:
    """The tag under which clients kept what refers to an image that is gone."""
    there = place.digest(fallback_tag(subject))
    if there is not None:
        delete_digest(place, there)


def untag(place: Place, tag: str, digest: str) -> None:
    answer = place.client.delete_manifest(place.repository, tag)
    if answer.status in _GONE or place.digest(tag) is None:
        return
    if answer.status not in _NO_TAGS:
        _refuse(place, tag, answer)
    others = [other for other in place.client.tags(place.repository) or [] if other != tag]
    if any(place.digest(other) == digest for other in others):
        _move_away(place, tag)
    else:
        delete_digest(place, digest)


def _move_away(place: Place, tag: str) -> None:
    """Give the tag a manifest that nobody else has, and delete that: it takes the tag with it."""
    config = b"{}"
    if not place.client.has_blob(place.repository, digest_of(config)):
        target = place.client.start_upload(place.repository, digest_of(config))
        if target is not None:
            place.client.finish_upload(place.repository, target, digest_of(config), config)
    dummy = manifest_of(
        OCI_MANIFEST,
        {
            "schemaVersion": 2,
            "mediaType": OCI_MANIFEST,
            "config": {"mediaType": OCI_CONFIG, "digest": digest_of(config), "size": len(config)},
            "layers": [],
            "annotations": {"deploy.slipway.removes": f"{tag} {secrets.token_hex(8)}"},
        },
    )
    place.client.put_manifest(place.repository, tag, dummy)
    delete_digest(place, dummy.digest)


def _refuse(place: Place, version: str, answer: Response) -> None:
    if answer.status == _NOT_ALLOWED:
        raise RegistryRefused(
            f"Registry {place.client.registry} does not delete ({reason_of(answer)}): allow it there "
            "(distribution: storage.delete.enabled; a mirror never does).",
            answer.status,
        )
    place.client.check(answer, _GONE, f"the deletion of {place.repository} {version}")
