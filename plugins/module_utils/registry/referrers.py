# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What refers to an image: signatures, SBOMs, attestations. Found by the registry's own list (OCI 1.1), by the tag that
stands in for it where the registry has none, and by cosign's tags."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.slipway.deploy.plugins.module_utils.registry.image_tree import Place
from ansible_collections.slipway.deploy.plugins.module_utils.registry.manifest import (
    OCI_INDEX,
    Descriptor,
    Manifest,
    manifest_of,
)

_COSIGN = ("sig", "att", "sbom")
#: Who signs a signature's signature has to be satisfied.
_DEEPEST = 4


@dataclass(frozen=True)
class Attached:
    """One manifest that refers to another. `tag` where it is found by a tag of its own (cosign's)."""

    subject: str
    digest: str
    tag: t.Optional[str] = None

    @property
    def version(self) -> str:
        return self.tag or self.digest


def fallback_tag(digest: str) -> str:
    """Under which clients keep the list where the registry does not (OCI distribution 1.1)."""
    return digest.replace(":", "-", 1)


def cosign_tags(digest: str) -> t.List[str]:
    return [f"{fallback_tag(digest)}.{kind}" for kind in _COSIGN]


def belongs_to(tag: str) -> t.Optional[str]:
    """The digest that such a tag speaks of; None for a tag that people gave."""
    head, _dot, kind = tag.partition(".")
    algorithm, _dash, value = head.partition("-")
    if algorithm not in ("sha256", "sha512") or len(value) not in (64, 128) or (kind and kind not in _COSIGN):
        return None
    return f"{algorithm}:{value}"


def attached_to(place: Place, digests: t.Iterable[str]) -> t.List[Attached]:
    """All that refers to these, and what refers to that."""
    found: t.Dict[t.Tuple[str, t.Optional[str]], Attached] = {}
    todo = list(dict.fromkeys(digests))
    for _depth in range(_DEEPEST):
        fresh = [one for digest in todo for one in _attached(place, digest) if (one.digest, one.tag) not in found]
        found.update({(one.digest, one.tag): one for one in fresh})
        todo = [one.digest for one in fresh]
    return list(found.values())


def _attached(place: Place, digest: str) -> t.Iterator[Attached]:
    for entry in listed(place, digest):
        yield Attached(digest, entry.digest)
    for tag in cosign_tags(digest):
        there = place.digest(tag)
        if there:
            yield Attached(digest, there, tag)


def listed(place: Place, digest: str) -> t.List[Descriptor]:
    index = place.client.referrers(place.repository, digest)
    if index is None:
        index = place.get(fallback_tag(digest))
    return index.children if index is not None and index.is_index else []


def with_referrer(index: t.Optional[Manifest], referrer: Manifest) -> t.Optional[Manifest]:
    """The list under the fallback tag with one more; None where it is there already."""
    entries = [dict(entry.entry) for entry in index.children] if index is not None and index.is_index else []
    if any(entry["digest"] == referrer.digest for entry in entries):
        return None
    document, config = referrer.document, referrer.config
    kind = document.get("artifactType") or (config.media_type if config else "")
    entry = {
        "mediaType": referrer.media_type,
        "digest": referrer.digest,
        "size": len(referrer.content),
        **({"artifactType": kind} if kind else {}),
        **({"annotations": document["annotations"]} if document.get("annotations") else {}),
    }
    return manifest_of(OCI_INDEX, {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": [*entries, entry]})
