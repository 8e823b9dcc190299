# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a cluster's artifacts are made of: values only. `catalog.py` lists them, `workshop.py` makes them."""

from __future__ import annotations

import hashlib
import json
import typing as t
from dataclasses import asdict, dataclass, field

#: Counts up when the way of building changes so that what lies in caches must be made anew.
_RECIPES = 1


@dataclass(frozen=True)
class GoBuild:
    """Programs out of modules of the Go module proxy. `programs`: file name -> package."""

    modules: t.Mapping[str, str]
    programs: t.Mapping[str, str]
    ldflags: str = ""
    #: Version for the modules which the first one asks for at v0.0.0 (Kubernetes' staging modules).
    staging: str = ""
    #: Needs a C compiler that can link statically.
    cgo: bool = False


@dataclass(frozen=True)
class CBuild:
    """One static program out of the C files of a folder in a Go module."""

    module: str
    version: str
    folder: str
    program: str
    defines: t.Tuple[str, ...] = ()


@dataclass(frozen=True)
class DebianTree:
    """The files of some Debian packages and of all that they depend on."""

    packages: t.Tuple[str, ...]
    #: Links that the packages' own scripts would have made: path -> target.
    links: t.Mapping[str, str] = field(default_factory=dict)


Build = t.Union[GoBuild, CBuild]


@dataclass(frozen=True)
class Image:
    """An image out of built files: `files` maps a path in the image to a program."""

    reference: str
    files: t.Mapping[str, str]
    entrypoint: t.Tuple[str, ...] = ()
    command: t.Tuple[str, ...] = ()
    user: str = ""
    #: The layer below, by its artifact path.
    base: str = ""
    #: Programs that may bind ports below 1024 without being root.
    bind_low_ports: t.Tuple[str, ...] = ()


@dataclass(frozen=True)
class Product:
    """One file of the cache. `path` is its address on the official site, without the scheme."""

    kind: str  # file, archive, image or layer
    path: str
    #: file and archive: name in the archive (or of the file) -> program.
    content: t.Mapping[str, str] = field(default_factory=dict)
    image: t.Optional[Image] = None
    #: Appended to the path, gives the site's own checksum file.
    checksum_suffix: str = ".sha256"

    @property
    def label(self) -> str:
        return self.image.reference if self.image else self.path.rpartition("/")[2]

    def programs(self) -> t.Set[str]:
        """What must be built for it."""
        return set((self.image.files if self.image else self.content).values())


@dataclass(frozen=True)
class Component:
    """What one build gives."""

    name: str
    version: str
    #: None: its images are their base layer and nothing else.
    build: t.Optional[Build]
    products: t.Tuple[Product, ...]
    #: What the build takes for it, where that is not what `version` says.
    note: str = ""
    #: Not part of a cluster: gathered only when it is asked for by name.
    tool: bool = False

    def fingerprint(self, product: Product) -> str:
        """Equal as long as the product would be made of the same things in the same way."""
        build = asdict(self.build) if self.build else {}
        return digest_of_recipe([self.version, build, asdict(product)])


def digest_of_recipe(recipe: t.Any) -> str:
    return hashlib.sha256(json.dumps([_RECIPES, recipe], sort_keys=True).encode()).hexdigest()
