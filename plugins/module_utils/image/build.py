# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The verb `docker_build`: an image from a Dockerfile and a context, unless it has been built from the same before."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Params, Result, TaskContext
from ansible_collections.slipway.deploy.plugins.module_utils.engine.local import engine_of
from ansible_collections.slipway.deploy.plugins.module_utils.image.build_secrets import Secret, read_secrets, redact
from ansible_collections.slipway.deploy.plugins.module_utils.image.capable import check_builder
from ansible_collections.slipway.deploy.plugins.module_utils.image.decide import Plan
from ansible_collections.slipway.deploy.plugins.module_utils.image.inputs import (
    Inputs,
    Origin,
    PackedInputs,
    packed_source,
    read_inputs,
)
from ansible_collections.slipway.deploy.plugins.module_utils.image.job import Job
from ansible_collections.slipway.deploy.plugins.module_utils.image.make import Made, carry_out
from ansible_collections.slipway.deploy.plugins.module_utils.image.named_contexts import (
    ContextSource,
    packed_context,
    where_of,
)
from ansible_collections.slipway.deploy.plugins.module_utils.image.outputs import check_place
from ansible_collections.slipway.deploy.plugins.module_utils.image.plan import (
    DescribeError,
    Site,
    decide_job,
    plan_job,
    read_dockerfile,
    reader_of,
    site_of,
)
from ansible_collections.slipway.deploy.plugins.module_utils.image.request import Request, parse_request
from ansible_collections.slipway.deploy.plugins.module_utils.image.tell import with_told
from ansible_collections.slipway.deploy.plugins.module_utils.registry.auth import given


def run(params: Params, context: TaskContext) -> Result:
    secrets = read_secrets(params["secrets"], context.env)
    hidden = [secret.value for secret in secrets] + [params["registry_password"] or ""]
    try:
        return with_told(params, context, lambda told: _run(params, told, secrets))
    except SlipwayError as exc:
        take_out(exc, hidden)
        raise


def take_out(exc: SlipwayError, hidden: t.Sequence[str]) -> None:
    """No secret leaves by what is said of an error."""
    exc.reword(redact(exc.message, hidden))
    exc.details = {key: _redacted(value, hidden) for key, value in exc.details.items()}


def _redacted(value: t.Any, hidden: t.Sequence[str]) -> t.Any:
    if isinstance(value, (list, tuple)):
        return [_redacted(item, hidden) for item in value]
    return redact(value, hidden) if isinstance(value, str) else value


def _run(params: Params, context: TaskContext, secrets: t.Sequence[Secret]) -> Result:
    request = parse_request(params, context.env)
    origin = _origin(request, params["packed"])
    dockerfile = read_dockerfile(origin, request)
    credentials = given(params["registry_username"], params["registry_password"])
    run_program = runner(context.env)
    site = site_of(engine_of(run_program, context.env), context, request.repository.domain, credentials)
    try:
        job = plan_job(site, request, origin, dockerfile, secrets, _contexts(site, request, params["packed"]))
    except DescribeError as needed:
        return {"changed": False, "reach_needed": needed.reaches.as_json()}
    for output in request.options.outputs:
        check_place(output)
    plan, known = decide_job(job)
    if plan.builds:
        check_builder(request, job.info, run_program)
        if not context.check_mode and _wants_more(params["packed"], job.inputs):
            return {"changed": False, "context_needed": True}
    made = carry_out(job, plan, known)
    return result_of(job, plan, made)


def _wants_more(packed: t.Optional[t.Mapping[str, t.Any]], inputs: Inputs) -> bool:
    """The action plugin asks first whether there is something to build, and comes again with what that needs."""
    if isinstance(inputs, PackedInputs):
        return not inputs.archive
    return bool(packed) and not (packed or {}).get("progress")


def _origin(request: Request, packed: t.Optional[t.Mapping[str, t.Any]]) -> Origin:
    if packed and packed["context"]:
        return packed_source(packed)
    return read_inputs(request.path, request.dockerfile)


def _contexts(site: Site, request: Request, packed: t.Optional[t.Mapping[str, t.Any]]) -> t.List[ContextSource]:
    """Those of the controller are described; it is the host that asks for images and pages."""
    described = (packed or {}).get("contexts") or {}
    reader = reader_of(site, request, request.path, where_of)
    return [
        packed_context(name, described[name]) if name in described else reader.read(name, source)
        for name, source in sorted(request.contexts.items())
    ]


def result_of(job: Job, plan: Plan, made: Made) -> Result:
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
        "base_images": dict(job.bases.digests),
        "diff": {"before": made.before, "after": made.after},
    }
