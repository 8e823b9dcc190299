# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The verb `docker_build`: an image from a Dockerfile and a context, unless it has been built from the same before."""

from __future__ import annotations

import functools
import typing as t
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import (
    InputError,
    SlipwayError,
    TransportError,
)
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Params, Result, TaskContext
from ansible_collections.slipway.deploy.plugins.module_utils.engine.cli import Engine, EngineInfo
from ansible_collections.slipway.deploy.plugins.module_utils.image.build_secrets import Secret, read_secrets, redact
from ansible_collections.slipway.deploy.plugins.module_utils.image.decide import BUILD, Known, Plan, decide
from ansible_collections.slipway.deploy.plugins.module_utils.image.dockerfile import BaseImage, parse_dockerfile
from ansible_collections.slipway.deploy.plugins.module_utils.image.fingerprint import Fingerprint
from ansible_collections.slipway.deploy.plugins.module_utils.image.inputs import Inputs, PackedInputs, read_inputs
from ansible_collections.slipway.deploy.plugins.module_utils.image.job import Job
from ansible_collections.slipway.deploy.plugins.module_utils.image.make import Made, carry_out
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
    request = parse_request(params)
    inputs = _inputs(request, params["packed"])
    dockerfile = parse_dockerfile(inputs.dockerfile, inputs.name)
    dockerfile.stage(request.target)
    engine = Engine(runner(context.env))
    info = engine.info()
    credentials = given(params["registry_username"], params["registry_password"])
    registries = _registries(request, info, credentials, context)
    platform = request.platform or info.platform
    images = dockerfile.base_images(request.target, {**platform_values(platform, info.platform), **request.args})
    bases = _resolve(images, platform, inputs.name, engine, registries)
    fingerprint = Fingerprint(
        inputs.dockerfile,
        inputs.context,
        platform,
        request.target,
        request.args,
        request.labels,
        tuple(sorted(secret.id for secret in secrets)),
        bases.digests,
    )
    job = Job(
        request, inputs, engine, info, registries, context, credentials, secrets, platform, bases.pins, fingerprint.tag
    )
    known = _known(request, fingerprint.tag, engine, registries)
    tags = [image.tag or "" for image in request.images]
    plan = decide(known, fingerprint.tag, tags, push=request.push, nocache=request.nocache)
    if plan.source == BUILD and not context.check_mode and isinstance(inputs, PackedInputs) and not inputs.archive:
        return {"changed": False, "context_needed": True}
    made = carry_out(job, plan, known)
    return _result(job, plan, made, fingerprint, bases)


def _inputs(request: Request, packed: t.Optional[t.Mapping[str, t.Any]]) -> Inputs:
    if packed:
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


def _known(request: Request, inputs_tag: str, engine: Engine, registries: Registries) -> Known:
    repository = request.repository
    tags = [inputs_tag, *(image.tag or "" for image in request.images)]
    found = engine.images([repository.with_tag(tag).familiar for tag in tags])
    local = {tag: found[name].id for tag in tags if (name := repository.with_tag(tag).familiar) in found}
    if not request.push and (inputs_tag in local or repository.domain == DOCKER_HUB):
        return Known(local)  # a name without a registry, and no wish to push: the image lives on this host alone
    client = registries.home(repository.domain)
    head = functools.partial(client.head_manifest, repository.path)
    try:
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            manifests = dict(zip(tags, pool.map(head, tags)))
    except TransportError:
        if request.push:
            raise
        return Known(local)
    return Known(local, {tag: manifest.digest for tag, manifest in manifests.items() if manifest})


def _result(job: Job, plan: Plan, made: Made, fingerprint: Fingerprint, bases: Bases) -> Result:
    repository = job.request.repository
    pinned = repository.with_digest(made.digest) if made.digest else repository.with_tag(fingerprint.tag)
    return {
        "changed": made.changed,
        "built": plan.source == BUILD and not job.context.check_mode,
        "name": repository.familiar_name,
        "tags": [image.tag for image in job.request.images],
        "image_id": made.image_id,
        "digest": made.digest,
        "reference": pinned.familiar if made.image_id else None,
        "fingerprint": fingerprint.digest,
        "base_images": dict(bases.digests),
        "diff": {"before": made.before, "after": made.after},
    }
