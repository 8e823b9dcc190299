# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The verb `docker_bake`: the targets of a bake definition, each decided as docker_build decides one image; those that
have to be built are built together."""

from __future__ import annotations

import fnmatch
import posixpath
import re
import typing as t
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import Runner, runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError, SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Params, Result, TaskContext
from ansible_collections.slipway.deploy.plugins.module_utils.engine import bake as definition
from ansible_collections.slipway.deploy.plugins.module_utils.engine.buildx import parse_failure
from ansible_collections.slipway.deploy.plugins.module_utils.engine.local import engine_of
from ansible_collections.slipway.deploy.plugins.module_utils.image.bake_make import carry_out_all
from ansible_collections.slipway.deploy.plugins.module_utils.image.bake_target import build_params
from ansible_collections.slipway.deploy.plugins.module_utils.image.build import result_of, take_out
from ansible_collections.slipway.deploy.plugins.module_utils.image.build_secrets import Secret, read_secrets
from ansible_collections.slipway.deploy.plugins.module_utils.image.capable import check_builder, require_buildx
from ansible_collections.slipway.deploy.plugins.module_utils.image.plan import (
    site_of,
)
from ansible_collections.slipway.deploy.plugins.module_utils.image.request import Request, parse_request
from ansible_collections.slipway.deploy.plugins.module_utils.image.target import Target, decide_target
from ansible_collections.slipway.deploy.plugins.module_utils.image.tell import with_told
from ansible_collections.slipway.deploy.plugins.module_utils.image.texts import texts
from ansible_collections.slipway.deploy.plugins.module_utils.registry.auth import given

#: Where buildx looks by itself; a Compose file's networks are none of a build's.
_DEFAULT_FILES = ("docker-bake.hcl", "docker-bake.json", "docker-bake.override.hcl", "docker-bake.override.json")
_OWN = ".network"
_NETWORK = re.compile(r"^\s*\"?network\"?\s*[=:]", re.MULTILINE)


def run(params: Params, context: TaskContext) -> Result:
    hidden = [params["registry_password"] or ""]
    try:
        return with_told(params, context, lambda told: _run(params, told, hidden))
    except SlipwayError as exc:
        take_out(exc, hidden)
        raise


def _run(params: Params, context: TaskContext, hidden: t.List[str]) -> Result:
    env = {**context.env, **texts("variables", params["variables"])}
    run_program = runner(env)
    found = _resolved(params, run_program, context.warn)
    own = {secret.id: secret for secret in read_secrets(params["secrets"], env)}
    requests = {
        name: parse_request(build_params(name, raw, params, wanted=name in found.wanted), env)
        for name, raw in found.targets.items()
    }
    secrets = {name: _secrets(name, raw, own, params["path"], env) for name, raw in found.targets.items()}
    hidden += [secret.value for some in secrets.values() for secret in some]
    credentials = given(params["registry_username"], params["registry_password"])
    domain = _one_registry(requests, found.wanted) if credentials else ""
    site = site_of(engine_of(run_program, context.env), context, domain, credentials)
    targets: t.Dict[str, Target] = {}
    for name, raw in found.targets.items():
        targets[name] = decide_target(
            name, raw, site, requests[name], secrets[name], targets, place=params["path"], wanted=name in found.wanted
        )
    todo = [targets[name] for name in found.wanted if targets[name].plan.builds]
    for target in todo:
        check_builder(target.job.request, site.info, run_program)
    if todo and not context.check_mode and params["packed"] and not params["packed"]["progress"]:
        return {"changed": False, "context_needed": True}
    made = carry_out_all([targets[name] for name in found.targets], found.wanted, params, env)
    results = {name: result_of(targets[name].job, targets[name].plan, made[name]) for name in found.wanted}
    return {
        "changed": any(result["changed"] for result in results.values()),
        "built": [name for name, result in results.items() if result["built"]],
        "targets": results,
        "diff": {side: "".join(result["diff"][side] for result in results.values()) for side in ("before", "after")},
    }


def _resolved(params: Params, run_program: Runner, warn: t.Callable[[str], None]) -> definition.Plan:
    """What the definition's files come to, as buildx itself reads them."""
    if not Path(params["path"]).is_dir():
        raise InputError(f"There is no directory {params['path']}: 'path' is where the bake files and contexts are.")
    overrides = tuple(
        f"{key}={value}"
        for key, values in (params["set"] or {}).items()
        if not key.endswith(_OWN)
        for value in (values if isinstance(values, list) else [values])
    )
    asked = tuple(params["targets"] or ())
    done = run_program(definition.Definition(tuple(params["files"] or ()), asked, overrides).argv(), cwd=params["path"])
    if not done.ok:
        require_buildx(run_program)
        why = parse_failure(done.err)
        where = "" if why.reason.startswith(tuple(params["files"] or ("docker-bake",))) else f" in {params['path']}"
        raise InputError(f"The bake definition{where} cannot be used: {why.reason}", log=list(why.log))
    return _with_networks(definition.parse_plan(done.out, asked), params, warn)


def _with_networks(plan: definition.Plan, params: Params, warn: t.Callable[[str], None]) -> definition.Plan:
    """buildx 0.13 heeds the network of a target, but neither prints it nor takes it by --set."""
    for key, value in (params["set"] or {}).items():
        for name in fnmatch.filter(plan.targets, key[: -len(_OWN)]) if key.endswith(_OWN) else ():
            plan.targets[name]["network"] = value
    if not any("network" in target for target in plan.targets.values()) and _names_a_network(params):
        warn(
            "docker_bake: this buildx does not tell the network that a target in the bake file names: it is left out. "
            "Say it by set (TARGET.network)."
        )
    return plan


def _names_a_network(params: Params) -> bool:
    files = [Path(params["path"], name) for name in params["files"] or _DEFAULT_FILES]
    texts_of = [file.read_text(encoding="utf-8", errors="replace") for file in files if file.is_file()]
    return any(_NETWORK.search(text) for text in texts_of)


def _one_registry(requests: t.Mapping[str, Request], wanted: t.Sequence[str]) -> str:
    domains = sorted({requests[name].repository.domain for name in wanted if requests[name].push})
    if len(domains) > 1:
        raise InputError(
            f"registry_username is for one registry, but the targets go to {' and '.join(domains)}: "
            "log in to them on the host (docker login)."
        )
    return domains[0] if domains else ""


def _secrets(
    name: str, raw: definition.Json, own: t.Mapping[str, Secret], place: str, env: t.Mapping[str, str]
) -> t.List[Secret]:
    """The task's own go before what the definition says of the same id."""
    found = []
    for one in map(definition.attributes, raw.get("secret") or []):
        secret_id = one.get("id") or ""
        if secret_id in own:
            found.append(own[secret_id])
            continue
        source = one.get("src") or one.get("source")
        kind = (
            {"type": "file", "src": posixpath.join(place, source)}
            if source
            else {"type": "env", "env": one.get("env") or secret_id}
        )
        try:
            found += read_secrets([{"id": secret_id, **kind}], env)
        except InputError as exc:
            exc.reword(f"Target {name!r}: {exc.message}")
            raise
    return found
