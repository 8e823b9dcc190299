# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Images by digest: what every node runs is the same, and a rollback means the same image again."""

from __future__ import annotations

import typing as t
from concurrent.futures import ThreadPoolExecutor

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.engine.cli import Engine
from ansible_collections.slipway.deploy.plugins.module_utils.image.reference import parse_reference
from ansible_collections.slipway.deploy.plugins.module_utils.registry.resolve import Registries

_AT_ONCE = 8
ALWAYS, CHANGED, NEVER = "always", "changed", "never"


def pin_images(
    images: t.Mapping[str, str],
    running: t.Mapping[str, str],
    mode: str,
    engine: Engine,
    env: t.Mapping[str, str],
) -> t.Dict[str, str]:
    """Image of the file -> image by digest. `running`: service -> image as it was pinned before."""
    known = {image: running[name] for name, image in images.items() if _same(image, running.get(name))}
    wanted = sorted(set(images.values()))
    if mode == NEVER:
        return {}
    if mode == CHANGED:
        wanted = [image for image in wanted if image not in known]
    if not wanted:
        return known
    info = engine.info()
    registries = Registries(env, info.mirrors, info.insecure)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        found = dict(zip(wanted, pool.map(lambda image: _pin(image, registries, info.platform), wanted)))
    for image, pinned in found.items():
        if isinstance(pinned, SlipwayError):
            using = ", ".join(sorted(name for name, one in images.items() if one == image))
            pinned.reword(f"services.{using}: {pinned.message}")
            raise pinned
    return {**known, **{image: pinned for image, pinned in found.items() if isinstance(pinned, str)}}


def _pin(image: str, registries: Registries, platform: str) -> t.Union[str, SlipwayError]:
    try:
        reference = parse_reference(image)
        if reference.digest:
            return image
        tagged = reference.tagged.familiar
        return f"{tagged}@{registries.resolve(reference, platform).digest}"
    except SlipwayError as exc:
        return exc


def _same(image: str, pinned: t.Optional[str]) -> bool:
    if pinned is None or "@" in image:
        return False
    reference = parse_reference(image)
    return pinned.partition("@")[0] == reference.tagged.familiar
