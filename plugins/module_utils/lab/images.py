# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The verb `lab_images`: the images of a lab, built once from small Dockerfiles and kept as archives."""

from __future__ import annotations

import shutil
import time
import typing as t
from dataclasses import dataclass
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import Runner, runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.common.files import exclusive
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Params, Result, TaskContext, Verb
from ansible_collections.slipway.deploy.plugins.module_utils.lab import rootfs
from ansible_collections.slipway.deploy.plugins.module_utils.lab.cache import Cache
from ansible_collections.slipway.deploy.plugins.module_utils.lab.certificates import only_extra
from ansible_collections.slipway.deploy.plugins.module_utils.lab.engine import Engine
from ansible_collections.slipway.deploy.plugins.module_utils.lab.inputs import tree_hash

#: Debian's own certificates as its package brings them: what a bundle has beyond these is extra.
_KNOWN_CERTIFICATES = Path("/usr/share/ca-certificates")
_BASE = "base"
#: Longer than all images take.
_LOCK_WAIT = 1800.0


@dataclass
class Workshop:
    """Where images are made, and from what."""

    engine: Engine
    run: Runner
    cache: Cache
    context: TaskContext
    repository: str
    directory: Path
    suite: str
    mirror: str
    base_image: str
    extra_certificates: t.Sequence[str]

    def reference(self, name: str) -> str:
        """Its tag is the hash of everything it is made from."""
        if name == _BASE:
            start = self.base_image or rootfs.archive_name(self.suite, self.mirror)
            tag = tree_hash(self.directory / name, start, *self.extra_certificates)
        else:
            tag = tree_hash(self.directory / name, self.reference(_BASE))
        return f"{self.repository}/{name}:{tag}"

    def archive(self, name: str) -> str:
        """Its archive's name in the cache."""
        return f"images/{name}-{self.reference(name).rpartition(':')[2]}.tar"

    def archive_path(self, name: str) -> str:
        return str(self.cache.path(self.archive(name)))

    def ensure(self, name: str, present: t.Container[str]) -> None:
        """In the engine and in the cache: from the archive where that is intact, else built."""
        reference = self.reference(name)
        if reference not in present:
            if self.cache.intact(self.archive(name)):
                self._timed(f"{name}: loaded from the cache", self._load, name)
            else:
                self._timed(f"{name}: built", self._build, name, present)
        if not self.cache.has(self.archive(name)):
            self.cache.add(self.archive(name), lambda path: self._save(reference, path))
            self.cache.remove(f"images/{name}-*.tar", keep=self.archive(name))

    def _timed(self, done: str, step: t.Callable[..., None], *arguments: t.Any) -> None:
        start = time.monotonic()
        step(*arguments)
        self.context.progress(f"{done} in {time.monotonic() - start:.0f} s")

    def _load(self, name: str) -> None:
        self.engine.call("load", "--quiet", "--input", str(self.cache.path(self.archive(name))))

    def _save(self, reference: str, path: Path) -> None:
        self.engine.call("save", "--output", str(path), reference)

    def _build(self, name: str, present: t.Container[str]) -> None:
        if name == _BASE:
            self._build_base()
            return
        base = self.reference(_BASE)
        if base not in present and not self.engine.succeeds("image", "inspect", base):
            self._timed(f"{_BASE}: built", self._build_base)
        self._docker_build(self.directory / name, self.reference(name), f"BASE={base}")

    def _build_base(self) -> None:
        start = self.base_image or self._root_image()
        context = self.cache.scratch()
        shutil.copytree(self.directory / _BASE, context / _BASE)
        extra = context / _BASE / "extra-ca"
        extra.mkdir()
        for number, certificate in enumerate(self.extra_certificates):
            (extra / f"extra-{number}.crt").write_text(certificate, encoding="utf-8")
        self._docker_build(context / _BASE, self.reference(_BASE), f"ROOTFS={start}")
        self.cache.discard(context)

    def _root_image(self) -> str:
        """Debian's minimal system as an image of one layer."""
        name = rootfs.archive_name(self.suite, self.mirror)
        if not self.cache.intact(name):
            self.context.progress(f"Debian {self.suite}: made by debootstrap (about a minute)")
            self.cache.add(name, lambda path: rootfs.make(self.run, self.cache, self.suite, self.mirror, path))
        return self.engine.call("import", str(self.cache.path(name)), f"{self.repository}/rootfs:{self.suite}").strip()

    def _docker_build(self, context: Path, reference: str, argument: str) -> None:
        self.engine.call("build", "--quiet", "--tag", reference, "--build-arg", argument, str(context))


def run(params: Params, context: TaskContext) -> Result:
    """Make what is missing."""
    workshop = _workshop(params, context)
    if params["state"] == "absent":
        return _remove(workshop)
    wanted = list(dict.fromkeys([*params["images"], *params["names"]]))
    missing = _missing(workshop, wanted)
    if missing and not context.check_mode:
        lock = workshop.cache.directory / "lock"
        with exclusive(lock, "the lab's images", wait=_LOCK_WAIT, progress=context.progress):
            missing = _make_missing(workshop, wanted)
    images = {name: {"reference": workshop.reference(name), "archive": workshop.archive_path(name)} for name in wanted}
    named = [{"name": other, "archive": workshop.archive_path(name)} for name, other in params["names"].items()]
    return {"changed": bool(missing), "images": images, "named": named, "made": missing}


def _missing(workshop: Workshop, wanted: t.Iterable[str]) -> t.List[str]:
    present = _present(workshop.engine, workshop.repository)
    return [name for name in wanted if not _is_ready(workshop, name, present)]


def _is_ready(workshop: Workshop, name: str, present: t.Container[str]) -> bool:
    return workshop.reference(name) in present and workshop.cache.has(workshop.archive(name))


def _make_missing(workshop: Workshop, wanted: t.Iterable[str]) -> t.List[str]:
    """With the lock held; what another run has made meanwhile is no longer missing."""
    workshop.cache.clear_scratch()
    missing = _missing(workshop, wanted)
    present = _present(workshop.engine, workshop.repository)
    for name in missing:
        workshop.ensure(name, present)
    return missing


def _present(engine: Engine, repository: str) -> t.Set[str]:
    listed = engine.call("images", "--filter", f"reference={repository}/*", "--format", "{{.Repository}}:{{.Tag}}")
    return set(listed.split())


def _remove(workshop: Workshop) -> Result:
    """All of the repository's tags, old ones too. The archives in the cache stay."""
    present = _present(workshop.engine, workshop.repository) if workshop.engine.answers() else set()
    if present and not workshop.context.check_mode:
        workshop.engine.call("rmi", "--force", *sorted(present))
    return {"changed": bool(present), "images": {}, "named": [], "made": []}


def _workshop(params: Params, context: TaskContext) -> Workshop:
    command = runner(context.env)
    directory = Path(params["directory"])
    for name in (_BASE, *params["images"], *params["names"]):
        if not (directory / name / "Dockerfile").is_file():
            raise InputError(f"There is no Dockerfile for the lab's image '{name}' in {directory / name}.")
    return Workshop(
        engine=Engine(command),
        run=command,
        cache=Cache(Path(params["cache_dir"]).expanduser().absolute(), command),
        context=context,
        repository=params["repository"],
        directory=directory,
        suite=params["suite"],
        mirror=params["mirror"],
        base_image=params["base_image"],
        extra_certificates=_extra_certificates(params["extra_ca_file"]),
    )


def _extra_certificates(bundle: str | None) -> t.List[str]:
    if not bundle:
        return []
    path = Path(bundle)
    if not path.is_file():
        raise InputError(f"The certificate file {path} is not there: correct extra_ca_file, or leave it empty.")
    known = (certificate.read_text(encoding="utf-8") for certificate in sorted(_KNOWN_CERTIFICATES.rglob("*.crt")))
    return only_extra(path.read_text(encoding="utf-8"), known)


VERB = Verb(
    name="lab_images",
    spec={
        "argument_spec": {
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "images": {"type": "list", "elements": "str", "default": []},
            "names": {"type": "dict", "default": {}},
            "directory": {"type": "path", "required": True},
            "repository": {"type": "str", "default": "slipway-lab"},
            "suite": {"type": "str", "default": "trixie"},
            "mirror": {"type": "str", "default": ""},
            "base_image": {"type": "str", "default": ""},
            "extra_ca_file": {"type": "path"},
            "cache_dir": {"type": "path", "default": "~/.cache/slipway/lab"},
        },
    },
    run=run,
)
