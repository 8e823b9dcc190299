# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One target of a bake definition: what it is made of (files, images, other targets), and what is left to do."""

from __future__ import annotations

import posixpath
import typing as t
from dataclasses import dataclass
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.engine.bake import Json, links
from ansible_collections.slipway.deploy.plugins.module_utils.image.bases import resolve_bases
from ansible_collections.slipway.deploy.plugins.module_utils.image.build_secrets import Secret
from ansible_collections.slipway.deploy.plugins.module_utils.image.context import list_context
from ansible_collections.slipway.deploy.plugins.module_utils.image.context_digest import digest_context
from ansible_collections.slipway.deploy.plugins.module_utils.image.decide import NOWHERE, Known, Plan
from ansible_collections.slipway.deploy.plugins.module_utils.image.dockerfile import BaseImage
from ansible_collections.slipway.deploy.plugins.module_utils.image.dockerignore import Ignore
from ansible_collections.slipway.deploy.plugins.module_utils.image.file_digests import FileDigests
from ansible_collections.slipway.deploy.plugins.module_utils.image.inputs import read_inline, read_inputs
from ansible_collections.slipway.deploy.plugins.module_utils.image.job import Job
from ansible_collections.slipway.deploy.plugins.module_utils.image.outputs import check_place
from ansible_collections.slipway.deploy.plugins.module_utils.image.plan import (
    Site,
    decide_job,
    plan_job,
    read_dockerfile,
)
from ansible_collections.slipway.deploy.plugins.module_utils.image.request import Request

_IMAGE = "docker-image://"


@dataclass(frozen=True)
class Target:
    """`contexts` is what its named contexts are in the build."""

    name: str
    raw: Json
    job: Job
    contexts: t.Mapping[str, str]
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
    digests, contexts = _contexts(name, raw, site, request, others, place)
    job = plan_job(site, request, inputs, dockerfile, secrets, digests)
    if not wanted:
        return Target(name, raw, job, contexts, Plan(NOWHERE), Known())
    for output in request.options.outputs:
        check_place(output)
    plan, known = decide_job(job)
    return Target(name, raw, job, contexts, plan, known)


def _contexts(
    name: str, raw: Json, site: Site, request: Request, others: t.Mapping[str, Target], place: str
) -> t.Tuple[t.Dict[str, str], t.Dict[str, str]]:
    """Of each named context a digest of what it holds, and how the build gets it."""
    digests: t.Dict[str, str] = {}
    sources: t.Dict[str, str] = {}
    linked = links(raw)
    for context, source in sorted((raw.get("contexts") or {}).items()):
        sources[context] = source
        if context in linked:
            digests[context] = others[linked[context]].job.fingerprint.digest
        elif source.startswith(_IMAGE):
            image = source[len(_IMAGE) :]
            platforms = request.platforms or (site.info.platform,)
            where = f"Target {name!r}, context {context}"
            for platform in platforms:
                bases = resolve_bases([BaseImage(image, None, 0)], platform, where, site.engine, site.registries)
                digests[context] = digests.get(context, "") + "".join(bases.digests.values())
                sources[context] = _IMAGE + bases.pins.get(image, image)
        elif "://" in source:
            raise InputError(
                f"Target {name!r}: the content of context {context} ({source}) is not known: use a directory."
            )
        else:
            sources[context], digests[context] = _folder(name, context, Path(posixpath.join(place, source)))
    return digests, sources


def _folder(name: str, context: str, folder: Path) -> t.Tuple[str, str]:
    if not folder.is_dir():
        raise InputError(f"Target {name!r}: there is no directory {folder} for context {context}.")
    return str(folder), digest_context(list_context(folder, Ignore()), FileDigests(folder).of)
