# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What `registry_image` is asked for, as values. Pure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.image.reference import ImageReference, parse_reference


@dataclass(frozen=True)
class WantedImage:
    """One entry of `images`."""

    #: Where the content comes from (present), or what is to go (absent).
    source: ImageReference
    #: Repository in which the tags are set or removed.
    target: ImageReference
    tags: t.Tuple[str, ...]
    present: bool
    platforms: t.Tuple[str, ...] = ()
    referrers: bool = False

    @property
    def title(self) -> str:
        return self.target.familiar_name + (f":{self.tags[0]}" if self.tags else f"@{self.source.digest}")


def parse_wanted(item: t.Mapping[str, t.Any]) -> WantedImage:
    target = parse_reference(item["name"])
    for tag in item["tags"]:
        target.with_tag(tag)
    if item["state"] == "absent":
        return _absent(item, target)
    return _present(item, target)


def _absent(item: t.Mapping[str, t.Any], target: ImageReference) -> WantedImage:
    for option in ("source", "platforms"):
        if item[option]:
            raise InputError(f"Image {item['name']}: {option} means nothing with state: absent.")
    tags = _tags(item, target)
    if target.digest and tags:
        raise InputError(
            f"Image {item['name']} names a digest and tags: a digest goes with all of its tags, so name one."
        )
    if not target.digest and not tags:
        raise InputError(f"Image {item['name']} has neither tag nor digest: say what of the repository is to go.")
    return WantedImage(target, target, tags, present=False, referrers=item["referrers"])


def _present(item: t.Mapping[str, t.Any], target: ImageReference) -> WantedImage:
    if item["source"]:
        source = parse_reference(item["source"])
        if target.digest:
            raise InputError(f"Image {item['name']}: the digest belongs to source, which says what is copied.")
        tags = _tags(item, target) or ((source.tag or "latest",) if not source.digest or source.tag else ())
        if not tags:
            raise InputError(f"Image {item['name']}: source is a digest, so say under which tag it is to be known.")
    else:
        source = target
        tags = _tags(item, target) if target.digest else tuple(dict.fromkeys(item["tags"]))
        if not tags:
            raise InputError(f"Image {item['name']}: give a source to copy from, or tags to set.")
    platforms = tuple(dict.fromkeys(item["platforms"]))
    for platform in platforms:
        if not 1 <= platform.count("/") <= 2 or not all(platform.split("/")):  # noqa: PLR2004  os/arch[/variant]
            raise InputError(f"Image {item['name']}: {platform!r} is not a platform: write os/architecture[/variant].")
    return WantedImage(source, target, tags, True, platforms, item["referrers"])


def _tags(item: t.Mapping[str, t.Any], target: ImageReference) -> t.Tuple[str, ...]:
    first = [target.tag] if target.tag else []
    return tuple(dict.fromkeys([*first, *item["tags"]]))


def parse_all(items: t.Sequence[t.Mapping[str, t.Any]]) -> t.List[WantedImage]:
    """Two entries that want a tag to be two things have no right order."""
    wanted = [parse_wanted(item) for item in items]
    claimed: t.Dict[t.Tuple[str, str], WantedImage] = {}
    for image in wanted:
        for tag in image.tags:
            other = claimed.setdefault((image.target.name, tag), image)
            if other is not image and (other.source, other.present, other.platforms) != (
                image.source,
                image.present,
                image.platforms,
            ):
                raise InputError(
                    f"{image.target.familiar_name}:{tag} is wanted twice, and not the same: keep one entry."
                )
    return wanted
