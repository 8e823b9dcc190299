# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which images of a repository stay, and why. Pure."""

from __future__ import annotations

import datetime
import fnmatch
import re
import typing as t
from dataclasses import dataclass, field

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.image.reference import ImageReference, parse_reference

_DAY = 86400.0
#: Times before the first container image are what reproducible builds write instead of one: they say nothing.
_FIRST_IMAGE = 1_300_000_000.0
_DIGEST = re.compile(r"sha(?:256:[0-9a-f]{64}|512:[0-9a-f]{128})\Z")


@dataclass(frozen=True)
class TaggedImage:
    """What one or more tags of a repository name. `parts` are the digests that it lists itself, `time` is seconds
    since 1970, None where nobody knows."""

    digest: str
    tags: t.Tuple[str, ...]
    time: t.Optional[float] = None
    parts: t.FrozenSet[str] = frozenset()


@dataclass(frozen=True)
class Rule:
    """One entry of `retention`. An image stays where any part of the rule keeps it."""

    repository: ImageReference
    #: Only images all of whose tags match one of these may go.
    tags: t.Tuple[str, ...] = ("*",)
    keep_newest: t.Optional[int] = None
    min_age: t.Optional[float] = None
    keep_tags: t.Tuple[str, ...] = ()
    keep_digests: t.FrozenSet[str] = frozenset()
    keep_names: t.FrozenSet[str] = frozenset()
    by: str = "created"


@dataclass(frozen=True)
class Choice:
    """`kept` and `removed` are all images of the repository, newest first; `why` says what keeps one."""

    kept: t.Tuple[TaggedImage, ...]
    removed: t.Tuple[TaggedImage, ...]
    why: t.Mapping[str, str] = field(default_factory=dict)


def parse_rule(item: t.Mapping[str, t.Any]) -> Rule:
    name = item["repository"]
    repository = parse_reference(name)
    if repository.tag or repository.digest:
        raise InputError(f"retention: {name!r} names one image: write the repository, without tag and digest.")
    if item["keep_newest"] is None and item["min_age_days"] is None:
        raise InputError(f"retention of {name}: say keep_newest or min_age_days, or every image would go.")
    for option in ("keep_newest", "min_age_days"):
        if item[option] is not None and item[option] < 0:
            raise InputError(f"retention of {name}: {option} is {item[option]}: write 0 or more.")
    digests, names = _in_use(item["keep_images"], repository)
    return Rule(
        repository,
        tuple(item["tags"]),
        item["keep_newest"],
        None if item["min_age_days"] is None else item["min_age_days"] * _DAY,
        tuple(item["keep_tags"]),
        digests,
        names,
        item["by"],
    )


def _in_use(texts: t.Sequence[str], repository: ImageReference) -> t.Tuple[t.FrozenSet[str], t.FrozenSet[str]]:
    """Digests wherever they come from (what runs may have been pulled by another name), tags of this repository."""
    digests: t.Set[str] = set()
    names: t.Set[str] = set()
    for text in texts:
        bare = text.partition("://")[2] or text  # docker-pullable://name@digest, as some kubelets write it
        if _DIGEST.match(bare):
            digests.add(bare)
            continue
        reference = parse_reference(bare)
        if reference.digest:
            digests.add(reference.digest)
        elif reference.name == repository.name:
            names.add(reference.version)
    return frozenset(digests), frozenset(names)


def choose(images: t.Sequence[TaggedImage], rule: Rule, now: float) -> Choice:
    """An image that a kept index lists stays too: without it the index would be broken."""
    ordered = sorted(images, key=_newest_first)
    why: t.Dict[str, str] = {}
    candidates: t.List[TaggedImage] = []
    for image in ordered:
        reason = _kept_by_name(image, rule)
        if reason:
            why[image.digest] = reason
        else:
            candidates.append(image)
    for place, image in enumerate(candidates):
        reason = _kept_by_time(image, place, rule, now)
        if reason:
            why[image.digest] = reason
    _keep_parts(ordered, why)
    kept = tuple(image for image in ordered if image.digest in why)
    return Choice(kept, tuple(image for image in ordered if image.digest not in why), why)


def _kept_by_name(image: TaggedImage, rule: Rule) -> str:
    if rule.keep_digests & {image.digest, *image.parts}:
        return "in use"
    for tag in image.tags:
        if tag in rule.keep_names:
            return "in use"
        if _matches(tag, rule.keep_tags):
            return f"tag {tag} is kept"
        if not _matches(tag, rule.tags):
            return f"tag {tag} is not asked for"
    return ""


def _kept_by_time(image: TaggedImage, place: int, rule: Rule, now: float) -> str:
    if image.time is None:
        return f"nobody knows when it was {rule.by}"
    if rule.keep_newest is not None and place < rule.keep_newest:
        return f"one of the {rule.keep_newest} newest"
    if rule.min_age is not None and now - image.time < rule.min_age:
        return f"younger than {rule.min_age / _DAY:g} days"
    return ""


def _keep_parts(images: t.Sequence[TaggedImage], why: t.Dict[str, str]) -> None:
    grown = True
    while grown:
        needed = {part: image.tags[0] for image in images if image.digest in why for part in image.parts}
        fresh = {
            image.digest: f"part of {needed[image.digest]}"
            for image in images
            if image.digest in needed and image.digest not in why
        }
        why.update(fresh)
        grown = bool(fresh)


def _matches(tag: str, patterns: t.Sequence[str]) -> bool:
    return any(fnmatch.fnmatchcase(tag, pattern) for pattern in patterns)


def _newest_first(image: TaggedImage) -> t.Tuple[float, t.List[t.Tuple[int, int, str]], str]:
    """What was made at the same second (reproducible builds say one time for all) goes by its tags, as versions."""
    highest = max((version_key(tag) for tag in image.tags), default=[])
    return (-(image.time or 0.0), [(-kind, -number, _reversed(text)) for kind, number, text in highest], image.digest)


def version_key(tag: str) -> t.List[t.Tuple[int, int, str]]:
    """1.10 comes after 1.9, and 1.9 after 1.9-rc1."""
    parts = re.findall(r"\d+|[A-Za-z]+", tag)
    return [(2, int(part), "") if part.isdigit() else (0, 0, part) for part in parts] + [(1, 0, "")]


def _reversed(text: str) -> str:
    """Sorts the other way round."""
    return "".join(chr(0x10FFFF - ord(char)) for char in text)


def timestamp(text: t.Optional[str]) -> t.Optional[float]:
    """RFC 3339, with as many digits of a second as the builder liked."""
    match = re.match(r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.\d+)?([Zz]|[+-]\d\d:?\d\d)?\Z", text or "")
    if not match:
        return None
    zone = "+0000" if match[3] in (None, "Z", "z") else match[3].replace(":", "")
    try:
        seconds = datetime.datetime.strptime(f"{match[1]} {match[2]} {zone}", "%Y-%m-%d %H:%M:%S %z").timestamp()
    except ValueError:
        return None
    return seconds if seconds > _FIRST_IMAGE else None
