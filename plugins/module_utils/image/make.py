# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Carries a plan out: builds or fetches the image, then moves the tags. The tag that remembers the inputs comes
first and the image's own tags last, so that a killed run never leaves a tag on something half done."""

from __future__ import annotations

import json
import os
import typing as t
from dataclasses import dataclass, field
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.private_folder import private_folder
from ansible_collections.slipway.deploy.plugins.module_utils.engine.cli import Engine
from ansible_collections.slipway.deploy.plugins.module_utils.engine.login import environment_with_login
from ansible_collections.slipway.deploy.plugins.module_utils.image.compile import build_image
from ansible_collections.slipway.deploy.plugins.module_utils.image.decide import BUILD, REGISTRY, Known, Plan
from ansible_collections.slipway.deploy.plugins.module_utils.image.job import Job
from ansible_collections.slipway.deploy.plugins.module_utils.registry.errors import RegistryRefused
from ansible_collections.slipway.deploy.plugins.module_utils.registry.manifest import Manifest


@dataclass(frozen=True)
class Made:
    """What the tags point to in the end; in check mode as far as it can be known before."""

    changed: bool
    image_id: t.Optional[str] = None
    digest: t.Optional[str] = None
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
    if plan.source != BUILD and not plan.changes:
        return _settled(job, plan, _Moves(), known.local.get(job.inputs_tag))
    with private_folder(f"slipway-build-{os.geteuid()}-") as folder:
        environment = environment_with_login(
            job.context.env, job.request.repository.domain, job.credentials, folder / "docker"
        )
        return _act(job, plan, known, environment, folder)


def _act(job: Job, plan: Plan, known: Known, environment: t.Mapping[str, str], folder: Path) -> Made:
    engine, moves = Engine(runner(environment)), _Moves()
    image_id = known.local.get(job.inputs_tag)
    if plan.source == BUILD:
        image_id = build_image(job, environment, folder)
        engine.tag(image_id, job.name(job.inputs_tag))
    elif plan.pull:
        engine.pull(job.name(job.inputs_tag), job.platform)
        image_id = engine.images([job.name(job.inputs_tag)])[job.name(job.inputs_tag)].id
    for tag in plan.local_tags:
        if image_id and known.local.get(tag) != image_id:
            engine.tag(image_id, job.name(tag))
            moves.add(f"{job.name(tag)} (host)", known.local.get(tag), image_id)
    if job.request.push:
        if plan.push or plan.source == BUILD:
            engine.push(job.name(job.inputs_tag))
        _move_remote(job, plan, known, moves)
    return _settled(job, plan, moves, image_id)


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
    image_id, digest = _identity(job, local_id, remote=job.request.push or plan.source == REGISTRY)
    return Made(bool(moves.after), image_id, digest, "".join(moves.before), "".join(moves.after))


def _identity(job: Job, local_id: t.Optional[str], *, remote: bool) -> t.Tuple[t.Optional[str], t.Optional[str]]:
    if remote:
        manifest = _remote_manifest(job)
        config = json.loads(manifest.content).get("config") or {}
        return local_id or config.get("digest"), manifest.digest
    name, prefix = job.name(job.inputs_tag), job.request.repository.familiar_name + "@"
    local = job.engine.images([name]).get(name)
    digests = [one[len(prefix) :] for one in local.digests if one.startswith(prefix)] if local else []
    return local_id, (digests[0] if digests else None)


def _predict(job: Job, plan: Plan, known: Known) -> Made:
    """Nothing is touched; reading is allowed."""
    moves = _Moves()
    local = known.local.get(job.inputs_tag) if plan.source != BUILD else None
    remote = known.remote.get(job.inputs_tag) if plan.source != BUILD else None
    for tag in plan.local_tags:
        moves.add(f"{job.name(tag)} (host)", known.local.get(tag), local or remote)
    for tag in plan.remote_tags:
        moves.add(f"{job.name(tag)} (registry)", known.remote.get(tag), remote)
    image_id, digest = (None, None)
    if plan.source != BUILD:
        image_id, digest = _identity(job, local, remote=remote is not None)
    return Made(plan.changes, image_id, digest, "".join(moves.before), "".join(moves.after))
