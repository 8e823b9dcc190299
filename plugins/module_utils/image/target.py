# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One target of a bake definition: what it is made of (files, images, other targets), and what is left to do."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.slipway.deploy.plugins.module_utils.engine.bake import Json, links
from ansible_collections.slipway.deploy.plugins.module_utils.image.build_secrets import Secret
from ansible_collections.slipway.deploy.plugins.module_utils.image.decide import NOWHERE, Known, Plan
from ansible_collections.slipway.deploy.plugins.module_utils.image.inputs import read_inline, read_inputs
from ansible_collections.slipway.deploy.plugins.module_utils.image.job import Job
from ansible_collections.slipway.deploy.plugins.module_utils.image.named_contexts import ContextSource, elsewhere
from ansible_collections.slipway.deploy.plugins.module_utils.image.outputs import check_place
from ansible_collections.slipway.deploy.plugins.module_utils.image.plan import (
    Site,
    decide_job,
    plan_job,
    read_dockerfile,
    reader_of,
)
from ansible_collections.slipway.deploy.plugins.module_utils.image.request import Request


@dataclass(frozen=True)
class Target:
    name: str
    raw: Json
    job: Job
    plan: Plan
    known: Known


def decide_target(
    name: str,
    raw: Json,
    site: Site,
    request: Request,
    secrets: t.Sequence[Secret],
    others: t.Mapping[str, Target],
    *,
    place: str,
    wanted: bool,
) -> Target:
    inline = raw.get("dockerfile-inline")
    inputs = (
        read_inline(request.path, inline, f"the Dockerfile of target {name}")
        if inline
        else read_inputs(request.path, request.dockerfile)
    )
    dockerfile = read_dockerfile(inputs, request)
    contexts = _contexts(name, raw, site, request, others, place)
    job = plan_job(site, request, inputs, dockerfile, secrets, contexts)
    if not wanted:
        return Target(name, raw, job, Plan(NOWHERE), Known())
    for output in request.options.outputs:
        check_place(output)
    plan, known = decide_job(job)
    return Target(name, raw, job, plan, known)


def _contexts(
    name: str, raw: Json, site: Site, request: Request, others: t.Mapping[str, Target], place: str
) -> t.List[ContextSource]:
    linked, reader = links(raw), reader_of(site, request, place, lambda context: f"Target {name!r}, context {context}")
    return [
        elsewhere(context, others[linked[context]].job.fingerprint.digest, source)
        if context in linked
        else reader.read(context, source)
        for context, source in sorted((raw.get("contexts") or {}).items())
    ]
