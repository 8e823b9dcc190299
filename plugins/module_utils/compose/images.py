# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which bytes an image's name stands for: resolved once, recorded in the release, run by digest."""

from __future__ import annotations

import functools
import typing as t
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError, SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.engine.cli import Engine, EngineInfo
from ansible_collections.slipway.deploy.plugins.module_utils.image.reference import parse_reference
from ansible_collections.slipway.deploy.plugins.module_utils.registry.resolve import Registries

MISSING, ALWAYS, NEVER, POLICY = "missing", "always", "never", "policy"
_AT_ONCE = 8
#: Compose's words for when to pull, in ours; times (`daily`) ask the registry each time.
_OF_FILE = {"missing": MISSING, "if_not_present": MISSING, "never": NEVER, "build": NEVER}
_STRICTEST = (NEVER, MISSING, ALWAYS)


@dataclass(frozen=True)
class Wanted:
    """An image that services name, and when the registry is asked for it."""

    name: str
    pull: str
    service: str
    platform: t.Optional[str] = None


def wanted_images(services: t.Mapping[str, t.Mapping[str, t.Any]], pull: str) -> t.List[Wanted]:
    """Each image once; where services differ, the one that asks most often decides."""
    found: t.Dict[str, Wanted] = {}
    for name, service in services.items():
        image = str(service["image"])
        said = service.get("pull_policy")
        how = pull if pull != POLICY else (_OF_FILE.get(str(said), ALWAYS) if said else MISSING)
        known = found.get(image)
        if known is None or _STRICTEST.index(how) > _STRICTEST.index(known.pull):
            found[image] = Wanted(image, how, name, service.get("platform"))
    return list(found.values())


@dataclass(frozen=True)
class ImageStore:
    """`recorded`: what the last release's names stood for. `info` is asked for only where a registry is."""

    engine: Engine
    info: t.Callable[[], EngineInfo]
    registries: t.Callable[[EngineInfo], Registries]
    recorded: t.Mapping[str, str]

    def pin(self, wanted: t.Sequence[Wanted], where: t.Callable[[str], str]) -> t.Dict[str, str]:
        """Name -> name@digest; `where` tells the place of a service's image."""
        known = {one.name: self._known(one) for one in wanted}
        open_ones = [one for one in wanted if known[one.name] is None]
        if open_ones:
            info = self.info()
            ask = functools.partial(self._ask, where=where, info=info, registries=self.registries(info))
            with ThreadPoolExecutor(_AT_ONCE) as pool:
                known.update(zip([one.name for one in open_ones], pool.map(ask, open_ones)))
        return {name: str(pinned) for name, pinned in known.items()}

    def _known(self, one: Wanted) -> t.Optional[str]:
        """Without asking a registry."""
        if "@" in one.name or one.name.startswith("sha256:"):
            return one.name
        if one.pull == ALWAYS:
            return None
        return self.recorded.get(one.name) or self._local(one.name)

    def _local(self, name: str) -> t.Optional[str]:
        reference = parse_reference(name)
        tagged = reference.tagged.familiar
        image = self.engine.images([tagged]).get(tagged)
        digest = image.digest_in(reference.familiar_name) if image else None
        return f"{reference.familiar_name}@{digest}" if digest else None

    def _ask(self, one: Wanted, where: t.Callable[[str], str], info: EngineInfo, registries: Registries) -> str:
        try:
            reference = parse_reference(one.name)
            if one.pull == NEVER:
                raise InputError(f"Image {one.name} is not on this host, and its pull policy is never.")
            found = registries.resolve(reference, one.platform or info.platform)
            return reference.with_digest(found.digest).familiar
        except SlipwayError as exc:
            here = self.engine.image_id(one.name) if one.pull != ALWAYS else None
            if here:  # made on this host, and in no registry
                return here
            exc.reword(f"{where(one.service)}{exc.message}")
            raise

    def missing(self, pinned: t.Iterable[str]) -> t.List[str]:
        """What must be pulled before containers can be made of it."""
        names = sorted({name for name in pinned if not name.startswith("sha256:")})
        there = self.engine.images([_plain(name) for name in names]) if names else {}
        return [name for name in names if _plain(name) not in there]


def _plain(name: str) -> str:
    """As the engine lists it: without the tag that a user may have left beside the digest."""
    reference = parse_reference(name)
    return reference.with_digest(reference.digest).familiar if reference.digest else reference.familiar
