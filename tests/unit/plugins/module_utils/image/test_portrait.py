# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.image.portrait import Portrait, manifests_of, portrait
from ansible_collections.slipway.deploy.plugins.module_utils.registry.manifest import Manifest, digest_of

SLSA = "https://slsa.dev/provenance/v0.2"


def digest(word: object) -> str:
    return digest_of(str(word).encode())


def image(arch: str = "amd64", content: int = 1) -> dict[str, t.Any]:
    return {"digest": digest(content), "platform": {"os": "linux", "architecture": arch}}


def look(*entries: dict[str, t.Any], predicate: dict[str, t.Any] | None = None, time: int = 1) -> Portrait:
    """An index with these images and provenance for the first, made at `time`."""
    claim = {"digest": digest(f"claim {time}"), "annotations": {"vnd.docker.reference.digest": entries[0]["digest"]}}
    parts = [*entries, claim] if predicate is not None else [*entries]
    layer = {"digest": digest("layer"), "annotations": {"in-toto.io/predicate-type": SLSA}}
    return portrait(
        Manifest("", digest(f"index {time}"), json.dumps({"manifests": parts}).encode()),
        lambda _digest: json.dumps({"layers": [layer]}).encode(),
        lambda _digest: json.dumps({"predicate": {**(predicate or {}), "at": time}}).encode(),
    )


def test_when_it_was_built_is_no_part_of_it() -> None:
    assert look(image(), predicate={}, time=1) == look(image(), predicate={}, time=2)


def test_what_it_is_and_which_claims_it_has_are() -> None:
    plain = look(image(), predicate={})
    others = [
        look(image(content=2), predicate={}),
        look(image(), image("arm64"), predicate={}),
        look(image()),
        look(image(), predicate={"buildConfig": {}}),
        look(image(), predicate={"buildDefinition": {"internalParameters": {"buildConfig": {}}}}),
    ]
    assert plain not in others
    assert others[3] == others[4]
    assert len({one.digest for one in (plain, *others)}) == len(others)


def test_the_digest_of_each_platform() -> None:
    index = json.dumps({"manifests": [image(), image("arm64", 2)]}).encode()
    assert manifests_of(Manifest("", "i", index)) == {"linux/amd64": digest(1), "linux/arm64": digest(2)}
    assert manifests_of(Manifest("", "m", b'{"config": {}}')) == {"": "m"}
