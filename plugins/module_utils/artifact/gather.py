# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The verb `artifacts`: see to it that the controller's cache holds everything that a cluster is made of."""

from __future__ import annotations

import time
import typing as t
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.artifact import catalog, download, imagepull
from ansible_collections.slipway.deploy.plugins.module_utils.artifact.cache import Cache, Record
from ansible_collections.slipway.deploy.plugins.module_utils.artifact.recipe import Component, Product
from ansible_collections.slipway.deploy.plugins.module_utils.artifact.work_lock import work_lock
from ansible_collections.slipway.deploy.plugins.module_utils.artifact.workshop import Workshop
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError, SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Params, Result, TaskContext, Verb

#: What a component takes at most, with the compiled packages.
_SPACE = 2**30

SPEC: t.Dict[str, t.Any] = {
    "argument_spec": {
        "cache_dir": {"type": "path", "default": "~/.cache/slipway"},
        "versions": {"type": "dict", "default": {}},
        "checksums": {"type": "dict", "default": {}},
        "arch": {"type": "str", "default": "amd64", "choices": list(catalog.ARCHITECTURES)},
        "only": {"type": "list", "elements": "str", "default": []},
        "source": {"type": "str", "default": "auto", "choices": ["auto", "download", "build"]},
        "jobs": {"type": "int", "default": 0},
        "rehash": {"type": "bool", "default": False},
    },
}


class _Gathering:
    """One run: what is wanted, what the cache has of it, and the way to the rest."""

    def __init__(self, params: Params, context: TaskContext) -> None:
        self.params = params
        self.context = context
        self.home = Path(params["cache_dir"]).expanduser()
        self.all = catalog.components(params["versions"], params["arch"])
        self.wanted = _selected(self.all, params["only"])
        self.cache = Cache(self.home / "artifacts")
        self.made: t.Set[str] = set()

    def have(self, rehash: bool = False) -> t.Dict[str, Record]:
        found = {}
        for component in self.wanted:
            for product in component.products:
                record = self.cache.valid(product.path, component.fingerprint(product), rehash)
                if record is not None:
                    found[product.path] = record
        return found

    def run(self) -> Result:
        have = self.have(self.params["rehash"])
        moved = [name for name in have if self.cache.moved(name)]
        if (self._missing(have) or moved) and not self.context.check_mode:
            have = self._fill(moved)
        return self._result(have)

    def _missing(self, have: t.Mapping[str, Record]) -> t.List[Component]:
        return [one for one in self.wanted if any(product.path not in have for product in one.products)]

    def _fill(self, moved: t.Sequence[str]) -> t.Dict[str, Record]:
        with work_lock(self.cache.lock_file, self.cache.progress_file, self.context.progress) as say:
            self.cache.reload()
            missing = self._missing(self.have())
            if missing:
                self._make_all(missing, say)
            have = self.have()
            for name in moved:
                self.cache.touch(name)  # what was read once need not be read by the next run
            return have

    def _make_all(self, missing: t.Sequence[Component], say: t.Callable[[str], None]) -> None:
        download.enough_space(self.cache.folder, _SPACE * len(missing))
        shop = Workshop(
            self.home, self.cache, self.context.env, say, jobs=self.params["jobs"], arch=self.params["arch"]
        )
        sites = self._sites(missing, say)
        cached = len(self.wanted) - len(missing)
        for done, component in enumerate(missing):
            place = f"[{cached + done + 1}/{len(self.wanted)}] {component.name} {component.version}"
            say(f"{place} (cached: {cached}, left: {len(missing) - done})")
            start = time.monotonic()
            how = self._make(component, shop, sites, say)
            say(f"{place}: {how} in {time.monotonic() - start:.0f} s")
            if component.name == "kubernetes":
                self._ask_kubeadm(component, shop)
        self.cache.clear_scratch()

    def _ask_kubeadm(self, kubernetes: Component, shop: Workshop) -> None:
        """The pinned versions of etcd, CoreDNS and pause must be those of this Kubernetes."""
        path = next(self.cache.path(one.path) for one in kubernetes.products if one.path.endswith("/kubeadm"))
        listing = shop.ask_kubeadm(path, kubernetes.version)
        images = [one.image.reference for part in self.all for one in part.products if one.image]
        catalog.compare_with_kubeadm(listing, images)

    def _sites(self, missing: t.Sequence[Component], say: t.Callable[[str], None]) -> t.Set[str]:
        if self.params["source"] == "build":
            return set()
        sites = {download.site_of(product) for component in missing for product in component.products}
        found = sites if self.params["source"] == "download" else download.reachable(sites)
        silent = sorted(sites - found)
        if silent:
            say(f"not reachable: {', '.join(silent)}; what they offer is built from the Go module proxy")
        return found

    def _make(self, component: Component, shop: Workshop, sites: t.Set[str], say: t.Callable[[str], None]) -> str:
        """Download what can be, build the rest in one go."""
        have = self.have()
        todo = [product for product in component.products if product.path not in have]
        offered = [product for product in todo if download.site_of(product) in sites]
        left = [product for product in todo if product not in offered]
        for product in offered:
            if not self._download(component, product, shop, say):
                left.append(product)
        if left:
            self._build(component, left, shop)
        self.made.update(product.path for product in todo)
        return "built" if len(left) == len(todo) else "downloaded" if not left else "downloaded and built"

    def _download(self, component: Component, product: Product, shop: Workshop, say: t.Callable[[str], None]) -> bool:
        """False where the site fails and the product can be built instead."""
        target, digest = shop.room() / "download", ""
        pinned = self.params["checksums"].get(product.path, "")
        try:
            if product.image:
                digest = imagepull.pull(product.image.reference, self.params["arch"], target, pinned)
            else:
                download.fetch(product, target, pinned)
        except download.ChecksumError:
            raise
        except SlipwayError as exc:
            if self.params["source"] == "download":
                raise
            say(f"{exc.message} It is built instead.")
            return False
        self.cache.put(product.path, target, component.fingerprint(product), "download", digest)
        return True

    def _build(self, component: Component, products: t.Sequence[Product], shop: Workshop) -> None:
        programs = set().union(*(product.programs() for product in products))
        made = shop.programs_of(component, programs)
        layers = catalog.layers(self.params["arch"])
        for product in products:
            finished, digest = shop.product(product, made, layers)
            self.cache.put(product.path, finished, component.fingerprint(product), "build", digest)

    def _result(self, have: t.Mapping[str, Record]) -> Result:
        products = [product for component in self.wanted for product in component.products]
        missing = [product.path for product in products if product.path not in have]
        return {
            "changed": bool(self.made or missing),
            "directory": str(self.cache.folder),
            "files": [_file(one, have[one.path]) for one in products if not one.image and one.path in have],
            "images": [self._image(one, have[one.path]) for one in products if one.image and one.path in have],
            "missing": missing,
            "made": sorted(self.made),
        }

    def _image(self, product: Product, record: Record) -> t.Dict[str, str]:
        name = product.image.reference if product.image else ""
        archive = str(self.cache.path(product.path))
        return {"name": name, "archive": archive, "digest": record.digest, "source": record.source}


def _file(product: Product, record: Record) -> t.Dict[str, t.Any]:
    return {"path": product.path, "sha256": record.sha256, "size": record.size, "source": record.source}


def _selected(components: t.Sequence[Component], only: t.Sequence[str]) -> t.List[Component]:
    names = [component.name for component in components]
    unknown = sorted(set(only) - set(names))
    if unknown:
        raise InputError(f"artifacts: only names {', '.join(unknown)}, which is not known: use {', '.join(names)}.")
    return [one for one in components if (one.name in only if only else not one.tool)]


def run(params: Params, context: TaskContext) -> Result:
    return _Gathering(params, context).run()


VERB = Verb(name="artifacts", spec=SPEC, run=run)
