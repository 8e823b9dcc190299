# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One image from a name to another: what that takes, and doing it. Tags move last."""

from __future__ import annotations

import threading
import typing as t
from dataclasses import dataclass

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.registry.carry import Carrier
from ansible_collections.slipway.deploy.plugins.module_utils.registry.errors import BadContent, RegistryRefused
from ansible_collections.slipway.deploy.plugins.module_utils.registry.image_tree import (
    Place,
    read_parts,
    read_root,
)
from ansible_collections.slipway.deploy.plugins.module_utils.registry.manifest import Manifest
from ansible_collections.slipway.deploy.plugins.module_utils.registry.referrers import (
    Attached,
    attached_to,
    fallback_tag,
    with_referrer,
)
from ansible_collections.slipway.deploy.plugins.module_utils.registry.resolve import ImageNotFound
from ansible_collections.slipway.deploy.plugins.module_utils.registry.wanted import WantedImage

#: A list under a tag is read, made longer and written: one at a time.
_LISTS = threading.Lock()


@dataclass(frozen=True)
class CopyPlan:
    """`previous` are the digests of the tags as they are, `attached` what is still missing of signatures and the
    like. `root` is read only where something has to be done."""

    wanted: WantedImage
    source: Place
    target: Place
    digest: str
    previous: t.Mapping[str, t.Optional[str]]
    attached: t.Tuple[Attached, ...] = ()
    root: t.Optional[Manifest] = None

    @property
    def moved(self) -> t.List[str]:
        return [tag for tag, before in self.previous.items() if before != self.digest]

    @property
    def changed(self) -> bool:
        return bool(self.moved or self.attached)


def plan_copy(wanted: WantedImage, source: Place, target: Place) -> CopyPlan:
    """Reads, and changes nothing."""
    root: t.Optional[Manifest] = None
    if wanted.platforms or wanted.referrers:
        root = read_root(source, wanted.source, wanted.platforms)
    found = root or source.head(wanted.source.version)
    if found is None:
        raise ImageNotFound(
            f"Image {wanted.source.familiar} was not found: registry {source.client.registry} has no such."
        )
    previous = {tag: target.digest(tag) for tag in wanted.tags}
    attached = _missing(source, target, root) if wanted.referrers and root else ()
    if root is None and any(before != found.digest for before in previous.values()):
        root = read_root(source, wanted.source.with_digest(found.digest), ())
    return CopyPlan(wanted, source, target, found.digest, previous, attached, root)


def _missing(source: Place, target: Place, root: Manifest) -> t.Tuple[Attached, ...]:
    """What refers to the image or a part of it at its source, and not yet at its target."""
    if (source.client, source.repository) == (target.client, target.repository):
        return ()
    digests = [root.digest, *(entry.digest for entry in (root.children if root.is_index else []))]
    there = {(one.subject, one.version): one.digest for one in attached_to(target, digests)}
    return tuple(one for one in attached_to(source, digests) if _is_missing(source, target, one, there))


def _is_missing(source: Place, target: Place, one: Attached, there: t.Mapping[t.Tuple[str, str], str]) -> bool:
    known = there.get((one.subject, one.version))
    if known is None or known == one.digest:
        return known is None
    # One manifest holds all signatures of an image, as layers.
    ours, theirs = _layers(source, one.digest), _layers(target, known)
    if not ours <= theirs and not theirs <= ours:
        raise RegistryRefused(
            f"{source.name}:{one.version} and {target.name}:{one.version} each have what the other lacks: "
            "sign the copy instead of copying signatures, or remove one of the two.",
            409,
        )
    return not ours <= theirs


def _layers(place: Place, digest: str) -> t.Set[str]:
    manifest = place.get(digest)
    return {layer.digest for layer in manifest.layers} if manifest else set()


def carry_out(plan: CopyPlan, carrier: Carrier) -> None:
    """Parts, the image, what refers to it, and then its tags."""
    root, target = plan.root, plan.target
    if root is None:
        return
    if plan.moved:
        for part in read_parts(plan.source, root):
            carrier.carry(plan.source, target, part)
        carrier.carry(plan.source, target, root)
    for one in plan.attached:
        _carry_attached(plan, carrier, one)
    for tag in plan.moved:
        target.client.put_manifest(target.repository, tag, root)
        _verify(target, tag, plan.digest)


def _carry_attached(plan: CopyPlan, carrier: Carrier, one: Attached) -> None:
    manifest = plan.source.get(one.digest)
    if manifest is None:
        raise BadContent(f"{plan.source.name} lists {one.digest} as referring to {one.subject}, but has it not.")
    target = plan.target
    for part in read_parts(plan.source, manifest):
        carrier.carry(plan.source, target, part)
    carrier.carry(plan.source, target, manifest)
    if one.tag:
        target.client.put_manifest(target.repository, one.tag, manifest)
    elif target.client.referrers(target.repository, one.subject) is None:
        _list_by_tag(target, one.subject, manifest)


def _list_by_tag(target: Place, subject: str, referrer: Manifest) -> None:
    """This registry keeps no list of what refers to what: the tag is ours to write."""
    tag = fallback_tag(subject)
    with _LISTS:
        longer = with_referrer(target.get(tag), referrer)
        if longer is not None:
            target.client.put_manifest(target.repository, tag, longer)


def _verify(target: Place, tag: str, digest: str) -> None:
    there = target.digest(tag)
    if there != digest:
        raise SlipwayError(
            f"{target.name}:{tag} is {there or 'not there'} after it was set to {digest}: "
            "something else moves this tag, or the registry changes what it is given."
        )
