# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One build by BuildKit, from files to an image id on this host."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import Completed, runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import MissingDependencyError, SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.engine.buildx import BuildCommand, parse_failure
from ansible_collections.slipway.deploy.plugins.module_utils.engine.cli import Engine, EngineError
from ansible_collections.slipway.deploy.plugins.module_utils.image.job import Job


class BuildError(SlipwayError):
    """BuildKit could not build the image."""


def build_image(job: Job, environment: t.Mapping[str, str], folder: Path) -> str:
    """The id of the image, which has no tag yet."""
    values = {name: value for secret in job.secrets for name, value in secret.environment.items()}
    run = runner({**environment, **values})
    if not run(["docker", "buildx", "version"]).ok:
        raise MissingDependencyError(
            "Docker on this host has no buildx: install docker-buildx (Debian) or docker-buildx-plugin (Docker)."
        )
    context, dockerfile = job.inputs.snapshot(folder)
    metadata = folder / "metadata.json"
    done = run(_command(job, context, dockerfile, metadata).argv())
    if not done.ok:
        raise _failed(job, done)
    return _image_id(metadata, Engine(run))


def _command(job: Job, context: Path, dockerfile: Path, metadata: Path) -> BuildCommand:
    request = job.request
    return BuildCommand(
        context=str(context),
        dockerfile=str(dockerfile),
        metadata_file=str(metadata),
        platform=job.platform,
        args=request.args,
        labels=request.labels,
        pins=job.usable_pins,
        secrets=tuple(f"id={secret.id},{secret.source}" for secret in job.secrets),
        target=request.target,
        builder=request.builder,
        pull=request.pull,
        nocache=request.nocache,
    )


def _image_id(metadata: Path, engine: Engine) -> str:
    """Engines differ in what they call an image's id: the configuration's digest, or the manifest's."""
    data = json.loads(metadata.read_text(encoding="utf-8"))
    names = [data.get("containerimage.config.digest"), data.get("containerimage.digest")]
    for name in filter(None, names):
        found = engine.image_id(name)
        if found:
            return found
    raise EngineError("The image was built, but the engine does not have it: does the builder belong to this engine?")


def _failed(job: Job, done: Completed) -> BuildError:
    why = parse_failure(done.err or done.out)
    where = f"{job.inputs.name}:{why.line}" if why.line else job.inputs.name
    what = why.instruction or why.step
    log = "\n".join(why.log)
    return BuildError(
        f"Building {job.request.repository.familiar_name} failed at {where}{f' ({what})' if what else ''}: {why.reason}"
        + (f"\n{log}" if log else ""),
        step=why.step,
        line=why.line,
        log=list(why.log),
    )
