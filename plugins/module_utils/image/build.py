# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The verb `docker_build`: an image from a Dockerfile and a context, unless it has been built from the same before."""

from __future__ import annotations

import functools
import typing as t
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import (
    InputError,
    SlipwayError,
    TransportError,
)
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Params, Result, TaskContext
from ansible_collections.slipway.deploy.plugins.module_utils.engine.cli import Engine, EngineInfo
from ansible_collections.slipway.deploy.plugins.module_utils.image.build_secrets import Secret, read_secrets, redact
from ansible_collections.slipway.deploy.plugins.module_utils.image.capable import check_builder
from ansible_collections.slipway.deploy.plugins.module_utils.image.decide import NOWHERE, Known, Plan, decide
from ansible_collections.slipway.deploy.plugins.module_utils.image.dockerfile import (
    BaseImage,
    Dockerfile,
    parse_dockerfile,
)
from ansible_collections.slipway.deploy.plugins.module_utils.image.fingerprint import Fingerprint
from ansible_collections.slipway.deploy.plugins.module_utils.image.inputs import Inputs, PackedInputs, read_inputs
from ansible_collections.slipway.deploy.plugins.module_utils.image.job import Job
from ansible_collections.slipway.deploy.plugins.module_utils.image.make import Made, carry_out
from ansible_collections.slipway.deploy.plugins.module_utils.image.outputs import check_place, is_current
from ansible_collections.slipway.deploy.plugins.module_utils.image.reference import DOCKER_HUB, parse_reference
from ansible_collections.slipway.deploy.plugins.module_utils.image.request import Request, parse_request
from ansible_collections.slipway.deploy.plugins.module_utils.image.variables import platform_values
from ansible_collections.slipway.deploy.plugins.module_utils.registry.auth import Credentials, given
from ansible_collections.slipway.deploy.plugins.module_utils.registry.resolve import Registries, Resolved

_AT_ONCE = 8


@dataclass(frozen=True)
class Bases:
    """The images that the Dockerfile names: what they stand for, and what a build is pinned to."""

    digests: t.Mapping[str, str]
    pins: t.Mapping[str, str]

    def with_more(self, other: Bases) -> Bases:
        return Bases({**self.digests, **other.digests}, {**self.pins, **other.pins})


def run(params: Params, context: TaskContext) -> Result:
    secrets = read_secrets(params["secrets"], context.env)
    hidden = [secret.value for secret in secrets] + [params["registry_password"] or ""]
    try:
        return _run(params, context, secrets)
    except SlipwayError as exc:
        exc.reword(redact(exc.message, hidden))
        exc.details = {key: _redacted(value, hidden) for key, value in exc.details.items()}
        raise


def _redacted(value: t.Any, hidden: t.Sequence[str]) -> t.Any:
    if isinstance(value, (list, tuple)):
        return [_redacted(item, hidden) for item in value]
    return redact(value, hidden) if isinstance(value, str) else value


def _run(params: Params, context: TaskContext, secrets: t.Sequence[Secret]) -> Result:
    request = parse_request(params, context.env)
    inputs = _inputs(request, params["packed"])
    credentials = given(params["registry_username"], params["registry_password"])
    run = runner(context.env)
    engine = Engine(run)
    job, bases = plan_job(request, inputs, engine, context, credentials, secrets)
    for output in request.options.outputs:
        check_place(output)
    plan, known = decide_job(job)
    if plan.builds:
        check_builder(request, job.info, run)
        if not context.check_mode and _wants_more(params["packed"], inputs):
            return {"changed": False, "context_needed": True}
    made = carry_out(job, plan, known)
    return result_of(job, plan, made, bases)


def _wants_more(packed: t.Optional[t.Mapping[str, t.Any]], inputs: Inputs) -> bool:
    """The action plugin asks first whether there is something to build, and comes again with what that needs."""
    if isinstance(inputs, PackedInputs):
        return not inputs.archive
    return bool(packed) and not (packed or {}).get("progress")


def plan_job(
    request: Request,
    inputs: Inputs,
    engine: Engine,
    context: TaskContext,
    credentials: t.Optional[Credentials],
    secrets: t.Sequence[Secret],
) -> t.Tuple[Job, Bases]:
    """Everything that the image is made of, by content."""
    dockerfile = parse_dockerfile(inputs.dockerfile, inputs.name)
    dockerfile.stage(request.target)
    info = engine.info()
    registries = _registries(request, info, credentials, context)
    platforms = request.platforms or (info.platform,)
    bases = _bases(request, dockerfile, platforms, info, engine, registries)
    fingerprint = Fingerprint(
        inputs.dockerfile,
        inputs.context,
        ",".join(platforms),
        request.target,
        request.args,
        request.labels,
        tuple(sorted(secret.id for secret in secrets)),
        bases.digests,
        request.options.inputs(),
    )
    job = Job(
        request, inputs, engine, info, registries, context, credentials, secrets, platforms, bases.pins, fingerprint
    )
    return job, bases


def _bases(
    request: Request,
    dockerfile: Dockerfile,
    platforms: t.Sequence[str],
    info: EngineInfo,
    engine: Engine,
    registries: Registries,
) -> Bases:
    """Those of each platform, and the image that makes the SBOM."""
    found = Bases({}, {})
    for platform in platforms:
        images = dockerfile.base_images(request.target, {**platform_values(platform, info.platform), **request.args})
        found = found.with_more(_resolve(images, platform, dockerfile.path, engine, registries))
    if request.options.generator:
        generator = [BaseImage(request.options.generator, info.platform, 0)]
        found = found.with_more(_resolve(generator, info.platform, "sbom_generator", engine, registries))
    return found


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


def _inputs(request: Request, packed: t.Optional[t.Mapping[str, t.Any]]) -> Inputs:
    if packed and packed["context"]:
        return PackedInputs(packed["dockerfile"], packed["name"], packed["context"], packed["archive"])
    return read_inputs(request.path, request.dockerfile)


def _registries(
    request: Request, info: EngineInfo, credentials: t.Optional[Credentials], context: TaskContext
) -> Registries:
    own = {request.repository.domain: credentials} if credentials else {}
    return Registries(context.env, info.mirrors, info.insecure, own)


def _resolve(
    images: t.Sequence[BaseImage], platform: str, dockerfile: str, engine: Engine, registries: Registries
) -> Bases:
    """Ask for all at once; an image that no registry has may still be on this host."""
    one = functools.partial(
        _resolve_one, platform=platform, dockerfile=dockerfile, engine=engine, registries=registries
    )
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        found = list(pool.map(one, images))
    digests = {
        f"{image.reference} {image.platform or platform}": it.platform_digest for image, it in zip(images, found)
    }
    pins: t.Dict[str, str] = {}
    for image, it in zip(images, found):
        reference = parse_reference(image.reference)
        if it.digest and not reference.digest:
            pins[image.reference] = reference.with_digest(it.digest).full
    return Bases(digests, pins)


def _resolve_one(
    image: BaseImage, *, platform: str, dockerfile: str, engine: Engine, registries: Registries
) -> Resolved:
    where = f"{dockerfile}:{image.line}"
    try:
        reference = parse_reference(image.reference)
        try:
            return registries.resolve(reference, image.platform or platform)
        except TransportError as exc:
            error: SlipwayError = exc
        except InputError as exc:
            error = exc
        name = reference.familiar if reference.digest else reference.with_tag(reference.version).familiar
        local = engine.images([name]).get(name)
        if local is not None:
            return Resolved("", local.id)  # nothing to pin: the engine takes its own
        raise error
    except SlipwayError as exc:
        exc.reword(f"{where}: {exc.message}")
        raise


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


def result_of(job: Job, plan: Plan, made: Made, bases: Bases) -> Result:
    repository, there = job.request.repository, made.image_id or made.digest
    pinned = repository.with_digest(made.digest) if made.digest else repository.with_tag(job.inputs_tag)
    return {
        "changed": made.changed,
        "built": plan.builds and not job.context.check_mode,
        "name": repository.familiar_name,
        "tags": [image.tag for image in job.request.images],
        "image_id": made.image_id,
        "digest": made.digest,
        "manifests": dict(made.manifests),
        "reference": pinned.familiar if there else None,
        "fingerprint": job.fingerprint.digest,
        "base_images": dict(bases.digests),
        "diff": {"before": made.before, "after": made.after},
    }
