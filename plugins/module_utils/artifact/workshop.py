# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Makes products out of what a component's build gave: files, archives, layers, images."""

from __future__ import annotations

import contextlib
import gzip
import os
import shutil
import tarfile
import typing as t
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.artifact import oci, toolchain
from ansible_collections.slipway.deploy.plugins.module_utils.artifact.cache import Cache
from ansible_collections.slipway.deploy.plugins.module_utils.artifact.gobuild import GoBuilder, environment
from ansible_collections.slipway.deploy.plugins.module_utils.artifact.programs import Programs, Say
from ansible_collections.slipway.deploy.plugins.module_utils.artifact.recipe import (
    CBuild,
    Component,
    DebianTree,
    GoBuild,
    Product,
    digest_of_recipe,
)
from ansible_collections.slipway.deploy.plugins.module_utils.artifact.rootfs import debian_layer

Made = t.Dict[str, Path]


class Workshop:
    """Builds for one run of `gather`, on the controller. Toolchains are looked for when the first build needs them."""

    def __init__(self, home: Path, cache: Cache, env: t.Mapping[str, str], say: Say, *, jobs: int, arch: str) -> None:
        self._home = home
        self._cache = cache
        self._scratch = cache.scratch()
        self._programs = Programs(env, say, self._scratch)
        self._jobs = jobs or len(os.sched_getaffinity(0))
        self._arch = arch
        self._own_arch = toolchain.machine_arch(os.uname().machine)
        self._count = 0
        self._go: t.Optional[Path] = None
        self._compiler = ""

    def room(self) -> Path:
        """A folder of its own for each piece of work."""
        self._count += 1
        folder = self._scratch / str(self._count)
        folder.mkdir()
        return folder

    def programs_of(self, component: Component, wanted: t.Collection[str]) -> Made:
        """Build what the component's missing products are made of."""
        build = component.build
        label = f"{component.name} {component.version}"
        if isinstance(build, GoBuild):
            return self._builder(build.cgo).build(build, wanted, label, self.room())
        if isinstance(build, CBuild):
            return self._compile(build)
        return {}

    def ask_kubeadm(self, kubeadm: Path, version: str) -> str:
        """Which images this kubeadm wants; nothing where it is for another machine."""
        if self._arch != self._own_arch:
            return ""
        program = self.room() / "kubeadm"
        shutil.copyfile(kubeadm, program)
        program.chmod(0o755)
        argv = [str(program), "config", "images", "list", "--kubernetes-version", version]
        return self._programs.run(argv, "asking kubeadm for its images")

    def product(self, product: Product, made: Made, layers: t.Mapping[str, DebianTree]) -> t.Tuple[Path, str]:
        """The finished file and, of an image, the digest."""
        target = self.room() / "product"
        if product.kind == "image":
            return target, self._image(product, made, target, layers)
        if product.kind == "archive":
            _archive({name: made[program] for name, program in product.content.items()}, target)
        else:
            shutil.copyfile(made[next(iter(product.content.values()))], target)
        return target, ""

    def _image(self, product: Product, made: Made, target: Path, layers: t.Mapping[str, DebianTree]) -> str:
        image = product.image
        if image is None:
            raise ValueError(f"{product.path} is no image")
        files = [
            oci.Entry(path, source=made[program], bind_low_ports=program in image.bind_low_ports)
            for path, program in image.files.items()
        ]
        stack = [self._layer(image.base, layers[image.base])] if image.base else []
        stack.append(oci.write_layer([*oci.SKELETON, *files], self.room() / "layer"))
        configuration = oci.config(
            stack, self._arch, entrypoint=image.entrypoint, command=image.command, user=image.user
        )
        return oci.write_image(target, image.reference, stack, configuration, self._arch)

    def _layer(self, name: str, want: DebianTree) -> oci.Layer:
        """From the cache, or made and kept there for the next image."""
        fingerprint = digest_of_recipe([name, want.packages, dict(want.links)])
        if self._cache.valid(name, fingerprint) is None:
            room = self.room()
            entries = debian_layer(self._programs, want, self._arch, room, self._home / "apt")
            made = oci.write_layer(entries, room / "layer")
            self._cache.put(name, made.path, fingerprint, "build")
        return oci.read_layer(self._cache.path(name))

    def _builder(self, cgo: bool) -> GoBuilder:
        self._go = self._go or toolchain.find_go(self._programs, self._home)
        compiler = self._c_compiler() if cgo else ""
        return GoBuilder(self._programs, self._go, environment(self._home, self._go, self._arch, compiler), self._jobs)

    def _c_compiler(self) -> str:
        self._compiler = self._compiler or toolchain.find_compiler(
            self._programs, self._home, self.room(), self._arch, self._own_arch
        )
        return self._compiler

    def _compile(self, build: CBuild) -> Made:
        room = self.room()
        _gomod, folder = self._builder(cgo=False).module_folder(build.module, build.version, room)
        sources = [folder / build.folder / f"{build.program}.c"]
        out = room / build.program
        toolchain.compile_c(self._programs, self._c_compiler(), sources, out, build.defines)
        return {build.program: out}


def _archive(files: t.Mapping[str, Path], target: Path) -> None:
    """A .tar.gz without dates and owners."""
    with contextlib.ExitStack() as stack:
        handle = stack.enter_context(target.open("wb"))
        packed = stack.enter_context(gzip.GzipFile("", "wb", 1, handle, mtime=0))
        archive = stack.enter_context(tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT))
        for name in sorted(files):
            info = tarfile.TarInfo(name)
            info.size, info.mode = files[name].stat().st_size, 0o755
            with files[name].open("rb") as content:
                archive.addfile(info, content)
