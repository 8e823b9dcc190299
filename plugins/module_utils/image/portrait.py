# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an image is, without what only says when it was built: provenance has times in it, so that an index gets a
new digest by each build. Two images with the same portrait are the same."""

from __future__ import annotations

import hashlib
import json
import typing as t
from dataclasses import dataclass, field

from ansible_collections.slipway.deploy.plugins.module_utils.image.archive import StoredImage, read_blob
from ansible_collections.slipway.deploy.plugins.module_utils.registry.manifest import Manifest

_PREDICATE = "in-toto.io/predicate-type"
_PROVENANCE = "https://slsa.dev/provenance/"
#: Only complete provenance (mode=max) tells each step: version 0.2 at the top, version 1 in its own part.
_STEPS = "buildConfig"
_STEPS_V1 = ("buildDefinition", "internalParameters")


@dataclass(frozen=True)
class Portrait:
    """platform -> digest of its manifest (one manifest alone has no platform), and the kinds of attestations."""

    images: t.Mapping[str, str]
    claims: t.FrozenSet[str] = frozenset()
    annotations: t.Mapping[str, str] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """The image's own where it is one manifest; else one of all that it is."""
        if list(self.images) == [""]:
            return self.images[""]
        content = json.dumps([self.images, sorted(self.claims), self.annotations], sort_keys=True)
        return "sha256:" + hashlib.sha256(content.encode()).hexdigest()


def portrait(root: Manifest, read_manifest: t.Callable[[str], bytes], read_blob: t.Callable[[str], bytes]) -> Portrait:
    """Parts are read only where there are attestations."""
    attestations = [child.digest for child in root.children if child.attests]
    claims = {claim for one in attestations for claim in _claims(Manifest("", one, read_manifest(one)), read_blob)}
    return Portrait(manifests_of(root), frozenset(claims), root.document.get("annotations") or {})


def portrait_of(image: StoredImage) -> Portrait:
    """Of an image in an archive."""
    manifests = {manifest.digest: manifest.content for manifest in image.manifests}
    blobs = {blob.digest: blob for blob in image.blobs}
    root = Manifest(image.root.media_type, image.root.digest, image.root.content)
    return portrait(root, manifests.__getitem__, lambda one: read_blob(image, blobs[one]))


def manifests_of(root: Manifest) -> t.Dict[str, str]:
    """platform -> digest; a manifest that is no index is the only one, and does not say its platform."""
    if "manifests" not in root.document:
        return {"": root.digest}
    return {child.platform: child.digest for child in root.children if not child.attests}


def _claims(attestation: Manifest, read_blob: t.Callable[[str], bytes]) -> t.Iterator[str]:
    for layer in attestation.layers:
        kind = (layer.entry.get("annotations") or {}).get(_PREDICATE, "")
        yield f"{kind} complete" if kind.startswith(_PROVENANCE) and _complete(read_blob(layer.digest)) else kind


def _complete(statement: bytes) -> bool:
    predicate = json.loads(statement).get("predicate") or {}
    inner = predicate
    for key in _STEPS_V1:
        inner = inner.get(key) or {}
    return _STEPS in predicate or _STEPS in inner
