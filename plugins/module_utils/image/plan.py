# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decides one build: what the image is made of, what is there already, and what is left to do. Reads only."""

from __future__ import annotations

import functools
import typing as t
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import TransportError
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import TaskContext
from ansible_collections.slipway.deploy.plugins.module_utils.engine.cli import Engine, EngineInfo
from ansible_collections.slipway.deploy.plugins.module_utils.image.bases import Bases, resolve_bases
from ansible_collections.slipway.deploy.plugins.module_utils.image.build_secrets import Secret
from ansible_collections.slipway.deploy.plugins.module_utils.image.decide import NOWHERE, Known, Plan, decide
from ansible_collections.slipway.deploy.plugins.module_utils.image.dockerfile import (
    SCRATCH,
    BaseImage,
    Dockerfile,
    parse_dockerfile,
)
from ansible_collections.slipway.deploy.plugins.module_utils.image.file_digests import cache_folder
from ansible_collections.slipway.deploy.plugins.module_utils.image.fingerprint import Fingerprint
from ansible_collections.slipway.deploy.plugins.module_utils.image.inputs import Origin
from ansible_collections.slipway.deploy.plugins.module_utils.image.job import Job
from ansible_collections.slipway.deploy.plugins.module_utils.image.named_contexts import ContextReader, ContextSource
from ansible_collections.slipway.deploy.plugins.module_utils.image.needs import Reading, read_needs
from ansible_collections.slipway.deploy.plugins.module_utils.image.outputs import is_current
from ansible_collections.slipway.deploy.plugins.module_utils.image.reach import ReachNeededError
from ansible_collections.slipway.deploy.plugins.module_utils.image.reaches import Reaches, find_reaches, whole_name
from ansible_collections.slipway.deploy.plugins.module_utils.image.reference import DOCKER_HUB
from ansible_collections.slipway.deploy.plugins.module_utils.image.remotes import resolve_remotes
from ansible_collections.slipway.deploy.plugins.module_utils.image.request import Request
from ansible_collections.slipway.deploy.plugins.module_utils.image.variables import platform_values
from ansible_collections.slipway.deploy.plugins.module_utils.registry.auth import Credentials
from ansible_collections.slipway.deploy.plugins.module_utils.registry.resolve import Registries

_AT_ONCE = 8


@dataclass(frozen=True)
class Site:
    """Where images are built, as one task sees it."""

    engine: Engine
    info: EngineInfo
    registries: Registries
    context: TaskContext
    credentials: t.Optional[Credentials]


class DescribeError(Exception):
    """The controller has to describe these parts of its contexts."""

    def __init__(self, reaches: Reaches) -> None:
        super().__init__()
        self.reaches = reaches


def site_of(engine: Engine, context: TaskContext, domain: str, credentials: t.Optional[Credentials]) -> Site:
    """`domain` is the registry that the credentials are for."""
    info = engine.info()
    own = {domain: credentials} if credentials else {}
    return Site(engine, info, Registries(context.env, info.mirrors, info.insecure, own), context, credentials)


def plan_job(
    site: Site,
    request: Request,
    origin: Origin,
    dockerfile: Dockerfile,
    secrets: t.Sequence[Secret],
    sources: t.Sequence[ContextSource] = (),
) -> Job:
    """Everything that the image is made of, by content."""
    platforms = request.platforms or (site.info.platform,)
    names = [source.name for source in sources]
    bases, readings = _read(site, request, dockerfile, platforms, names)
    reaches = find_reaches(dockerfile, readings, names)
    try:
        inputs = origin.select(reaches.own, cache_folder(site.context.env))
        contexts = [source.select(reaches.named[source.name], dockerfile.path) for source in sources]
    except ReachNeededError as exc:
        raise DescribeError(reaches) from exc
    bases = Bases({f"context {context.name}": context.digest for context in contexts}, {}).with_more(bases)
    remotes = {remote.url: remote for reading in readings for remote in reading.remotes}
    fingerprint = Fingerprint(
        [reading.recipe for reading in readings],
        inputs.context,
        ",".join(platforms),
        {name: value for reading in readings for name, value in reading.args.items()},
        request.labels,
        tuple(sorted(secret.id for secret in secrets)),
        bases.digests,
        resolve_remotes(list(remotes.values()), dockerfile.path, site.context.env),
        request.options.inputs(),
    )
    return Job(
        request,
        inputs,
        site.engine,
        site.info,
        site.registries,
        site.context,
        site.credentials,
        secrets,
        platforms,
        bases,
        fingerprint,
        tuple(contexts),
    )


def read_dockerfile(origin: Origin, request: Request) -> Dockerfile:
    """Raises where the target is not in it."""
    dockerfile = parse_dockerfile(origin.dockerfile, origin.name, request.args.get("BUILDKIT_SYNTAX"))
    dockerfile.stage(request.target)
    return dockerfile


def _read(
    site: Site,
    request: Request,
    dockerfile: Dockerfile,
    platforms: t.Sequence[str],
    names: t.Sequence[str],
) -> t.Tuple[Bases, t.List[Reading]]:
    """The base images of each platform (and the one that makes the SBOM), and what is read for it. `names` stand for
    something else than images."""
    own, readings = site.info.platform, []
    named = {whole_name(name) for name in names}

    def is_named(image: BaseImage) -> bool:
        return whole_name(image.reference) in named

    def resolve(images: t.Sequence[BaseImage], platform: str) -> Bases:
        return resolve_bases(images, platform, dockerfile.path, site.engine, site.registries, request.pull)

    found = Bases({}, {})
    for platform in platforms:
        values = {**platform_values(platform, own), **request.args}
        images = [one for one in dockerfile.base_images(request.target, values) if not is_named(one)]
        bases = resolve(images, platform)
        reading = read_needs(dockerfile, request.target, values, bases.facts, platform_known=True)
        if reading.triggers_take:
            images = dockerfile.base_images(request.target, values, of_all=True)
            known = {SCRATCH, *(image.reference for image in images)}
            images += [BaseImage(name, None, 0) for name in reading.named if name not in known and "$" not in name]
            bases = bases.with_more(resolve([one for one in images if not is_named(one)], platform))
        readings.append(reading)
        found = found.with_more(bases)
    if request.options.generator:
        generator = [BaseImage(request.options.generator, own, 0)]
        bases = resolve_bases(generator, own, "sbom_generator", site.engine, site.registries, request.pull)
        found = found.with_more(bases)
    return found, readings


def reader_of(site: Site, request: Request, place: str, where: t.Callable[[str], str]) -> ContextReader:
    """Of what a task's or a target's named contexts stand for."""

    def resolve(image: str, where: str) -> t.Tuple[str, str]:
        digests, pinned = "", image
        for platform in request.platforms or (site.info.platform,):
            one = [BaseImage(image, None, 0)]
            bases = resolve_bases(one, platform, where, site.engine, site.registries, request.pull)
            digests += "".join(bases.digests.values())
            pinned = bases.pins.get(image, image)
        return digests, pinned

    return ContextReader(place, where, resolve, site.context.env, cache_folder(site.context.env))


def decide_job(job: Job) -> t.Tuple[Plan, Known]:
    request, digest = job.request, job.fingerprint.digest
    stale = tuple(
        index
        for index, output in enumerate(request.options.outputs)
        if request.nocache or not is_current(output, digest)
    )
    if not job.wants_image:
        return Plan(NOWHERE, outputs=stale), Known()
    known = _known(job)
    tags = [image.tag or "" for image in request.images]
    load = False if not request.loads else request.load
    plan = decide(known, job.inputs_tag, tags, push=request.push, nocache=request.nocache, load=load)
    return replace(plan, outputs=stale), known


def _known(job: Job) -> Known:
    """Where the tags point to, as far as it matters."""
    request, repository = job.request, job.request.repository
    tags = [job.inputs_tag, *(image.tag or "" for image in request.images)]
    local = _known_here(job, tags) if request.loads else {}
    if not request.push and (job.inputs_tag in local or repository.domain == DOCKER_HUB or job.through_archive):
        return Known(local)  # no wish to push, and nothing in a registry that an engine could bring here whole
    client = job.registries.home(repository.domain)
    head = functools.partial(client.head_manifest, repository.path)
    try:
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            manifests = dict(zip(tags, pool.map(head, tags)))
    except TransportError:
        if request.push:
            raise
        return Known(local)
    return Known(local, {tag: manifest.digest for tag, manifest in manifests.items() if manifest})


def _known_here(job: Job, tags: t.Sequence[str]) -> t.Dict[str, str]:
    found = job.engine.images([job.name(tag) for tag in tags])
    return {tag: found[name].id for tag in tags if (name := job.name(tag)) in found}
