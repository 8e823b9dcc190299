# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Carries a plan out: builds or fetches the image, then moves the tags. The tag that remembers the inputs comes
first and the image's own tags last, so that a killed run never leaves a tag on something half done."""

from __future__ import annotations

import os
import typing as t
from dataclasses import dataclass, field, replace
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.private_folder import private_folder
from ansible_collections.slipway.deploy.plugins.module_utils.engine.cli import Engine
from ansible_collections.slipway.deploy.plugins.module_utils.engine.local import engine_of
from ansible_collections.slipway.deploy.plugins.module_utils.engine.login import environment_with_login
from ansible_collections.slipway.deploy.plugins.module_utils.image.compile import Built, compiler
from ansible_collections.slipway.deploy.plugins.module_utils.image.decide import BUILD, REGISTRY, Known, Plan
from ansible_collections.slipway.deploy.plugins.module_utils.image.job import Job
from ansible_collections.slipway.deploy.plugins.module_utils.image.outputs import (
    FileOutput,
    clear_stage,
    identity,
    place,
    remember,
)
from ansible_collections.slipway.deploy.plugins.module_utils.image.portrait import manifests_of
from ansible_collections.slipway.deploy.plugins.module_utils.image.publish import publish
from ansible_collections.slipway.deploy.plugins.module_utils.image.space import space_for_builds
from ansible_collections.slipway.deploy.plugins.module_utils.image.tell import telling
from ansible_collections.slipway.deploy.plugins.module_utils.registry.errors import RegistryRefused
from ansible_collections.slipway.deploy.plugins.module_utils.registry.manifest import Manifest


@dataclass(frozen=True)
class Made:
    """What the tags point to in the end; in check mode as far as it can be known before."""

    changed: bool
    image_id: t.Optional[str] = None
    digest: t.Optional[str] = None
    manifests: t.Mapping[str, str] = field(default_factory=dict)
    before: str = ""
    after: str = ""


@dataclass
class _Moves:
    before: t.List[str] = field(default_factory=list)
    after: t.List[str] = field(default_factory=list)

    def add(self, where: str, old: t.Optional[str], new: t.Optional[str]) -> None:
        self.before.append(f"{where} {old or 'absent'}\n")
        self.after.append(f"{where} {new or '(to be built)'}\n")


def carry_out(job: Job, plan: Plan, known: Known) -> Made:
    if job.context.check_mode:
        return _predict(job, plan, known)
    if not plan.changes:
        return _settled(job, plan, _Moves(), known.local.get(job.inputs_tag))
    with (
        space_for_builds(),
        private_folder(f"slipway-build-{os.geteuid()}-") as folder,
        telling(job.request.progress_token, job.context, folder) as say,
    ):
        environment = environment_with_login(
            job.context.env, job.request.repository.domain, job.credentials, folder / "docker"
        )
        telling_job = replace(job, progress=say)
        builds = compiler(telling_job, environment, folder) if plan.builds else None
        built = builds.image() if builds and plan.source == BUILD else None
        return settle(telling_job, plan, known, environment, built, builds.file if builds else None)


def settle(
    job: Job,
    plan: Plan,
    known: Known,
    environment: t.Mapping[str, str],
    built: t.Optional[Built],
    stage: t.Optional[t.Callable[[FileOutput], None]],
) -> Made:
    """Bring what was built, or is there already, to where it belongs. `stage` builds a file to where it is staged."""
    engine, moves = engine_of(runner(environment), environment), _Moves()
    image_id = known.local.get(job.inputs_tag)
    if built:
        image_id = _take_in(job, engine, built)
    elif plan.pull:
        engine.pull(job.name(job.inputs_tag), job.platforms[0] if len(job.platforms) == 1 else None)
        image_id = engine.images([job.name(job.inputs_tag)])[job.name(job.inputs_tag)].id
    for index in plan.outputs:
        if stage:
            _make_file(job, job.request.options.outputs[index], stage, built, moves)
    for tag in plan.local_tags:
        if image_id and known.local.get(tag) != image_id:
            engine.tag(image_id, job.name(tag))
            moves.add(f"{job.name(tag)} (host)", known.local.get(tag), image_id)
    if job.request.push:
        if built and built.archive:
            publish(job, built.archive, [known.remote.get(image.tag or "") for image in job.request.images])
        elif plan.push or built:
            engine.push(job.name(job.inputs_tag))
        _move_remote(job, plan, known, moves)
    return _settled(job, plan, moves, image_id)


def _take_in(job: Job, engine: Engine, built: Built) -> t.Optional[str]:
    """The image's id in the engine, under the tag of its inputs."""
    name = job.name(job.inputs_tag)
    if built.image_id:
        engine.tag(built.image_id, name)
        return built.image_id
    if not job.request.loads:
        return None
    engine.load(str(built.archive))
    return engine.images([name])[name].id


def _make_file(
    job: Job,
    output: FileOutput,
    stage: t.Callable[[FileOutput], None],
    built: t.Optional[Built],
    moves: _Moves,
) -> None:
    if output.type == "oci" and built and built.archive:
        clear_stage(output)
        _copy(built.archive, output.staged)
    else:
        stage(output)
    name = job.request.repository.full
    old, new = identity(output, output.dest, name), identity(output, output.staged, name)
    if old and old == new:
        clear_stage(output)
        remember(output, job.fingerprint.digest)
    else:
        place(output, job.fingerprint.digest)
        moves.add(str(output.dest), old, new)


def _copy(source: Path, target: Path) -> None:
    with source.open("rb") as stream, target.open("wb") as copy:
        for block in iter(lambda: stream.read(1024 * 1024), b""):
            copy.write(block)


def _move_remote(job: Job, plan: Plan, known: Known, moves: _Moves) -> None:
    """A tag is a name for a manifest: putting the manifest again under it moves no layer."""
    client, path = job.registries.home(job.request.repository.domain), job.request.repository.path
    manifest = _remote_manifest(job)
    for tag in plan.remote_tags:
        if known.remote.get(tag) != manifest.digest:
            client.put_manifest(path, tag, manifest)
            moves.add(f"{job.name(tag)} (registry)", known.remote.get(tag), manifest.digest)


def _remote_manifest(job: Job) -> Manifest:
    client, path = job.registries.home(job.request.repository.domain), job.request.repository.path
    manifest = client.get_manifest(path, job.inputs_tag)
    if manifest is None:
        message = f"Registry {client.registry} does not have {path}:{job.inputs_tag}, which was just pushed there."
        raise RegistryRefused(message, 404)
    return manifest


def _settled(job: Job, plan: Plan, moves: _Moves, local_id: t.Optional[str]) -> Made:
    """Read what the tag of the inputs points to now."""
    found = _identity(job, local_id, remote=job.request.push or plan.source == REGISTRY)
    return replace(found, changed=bool(moves.after), before="".join(moves.before), after="".join(moves.after))


def _identity(job: Job, local_id: t.Optional[str], *, remote: bool) -> Made:
    if remote:
        manifest = _remote_manifest(job)
        images = {platform or job.platforms[0]: digest for platform, digest in manifests_of(manifest).items()}
        config = manifest.document.get("config") or {}
        return Made(False, local_id or config.get("digest"), manifest.digest, images)
    name = job.name(job.inputs_tag)
    local = job.engine.images([name]).get(name) if local_id else None
    return Made(False, local_id, local.digest_in(job.request.repository.familiar_name) if local else None)


def _predict(job: Job, plan: Plan, known: Known) -> Made:
    """Nothing is touched; reading is allowed."""
    moves = _Moves()
    local = known.local.get(job.inputs_tag) if plan.source != BUILD else None
    remote = known.remote.get(job.inputs_tag) if plan.source != BUILD else None
    for index in plan.outputs:
        output = job.request.options.outputs[index]
        moves.add(str(output.dest), identity(output, output.dest, job.request.repository.full), None)
    for tag in plan.local_tags:
        moves.add(f"{job.name(tag)} (host)", known.local.get(tag), local or remote)
    for tag in plan.remote_tags:
        moves.add(f"{job.name(tag)} (registry)", known.remote.get(tag), remote)
    found = Made(False) if plan.source == BUILD else _identity(job, local, remote=remote is not None)
    return replace(found, changed=plan.changes, before="".join(moves.before), after="".join(moves.after))
