# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One build by BuildKit, from files to an image in this host's engine, an archive, or files."""

from __future__ import annotations

import json
import typing as t
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import Streamer, runner, streamer
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError, sentence
from ansible_collections.slipway.deploy.plugins.module_utils.engine.build_progress import BuildProgress
from ansible_collections.slipway.deploy.plugins.module_utils.engine.buildx import (
    BuildCommand,
    BuildFailure,
    progress_kind,
)
from ansible_collections.slipway.deploy.plugins.module_utils.engine.cli import Engine, EngineError
from ansible_collections.slipway.deploy.plugins.module_utils.image.build_secrets import redact
from ansible_collections.slipway.deploy.plugins.module_utils.image.capable import require_buildx
from ansible_collections.slipway.deploy.plugins.module_utils.image.job import Job
from ansible_collections.slipway.deploy.plugins.module_utils.image.outputs import FileOutput, clear_stage

_CREATED = "org.opencontainers.image.created"
_NOW = "now"
_ARCHIVES = ("oci", "docker")
_CACHE_EXPORT = "exporting cache"
#: What the kernel says to a program of another architecture.
_FOREIGN = "exec format error"


class BuildError(SlipwayError):
    """BuildKit could not build the image."""


@dataclass(frozen=True)
class Built:
    """What a build left: an image in the engine, or an archive with one."""

    image_id: t.Optional[str] = None
    archive: t.Optional[Path] = None


@dataclass
class Compiler:
    """One job's builds: all from the same copy of the context."""

    job: Job
    folder: Path
    command: BuildCommand
    stream: Streamer
    engine: Engine

    def image(self) -> Built:
        """The image, which has no tag yet in the engine."""
        if self.job.through_archive:
            archive = self.folder / "image.tar"
            self.build(f"type=oci,dest={archive},{_names(self.job)}{self._times()}")
            return Built(archive=archive)
        self.build("type=docker" + self._times())
        return Built(image_id=_image_id(Path(self.command.metadata_file), self.engine))

    def file(self, output: FileOutput) -> None:
        """To where `output` is staged. Attestations belong to images: in a folder they would be strange files."""
        clear_stage(output)
        command = self.command
        if output.type not in _ARCHIVES:
            command = replace(self.command, provenance="false", sbom="false")
        names = f",{_names(self.job)}" if output.type in _ARCHIVES else ""
        self.build(f"type={output.type},dest={output.staged}{names}{self._times()}", command)

    def build(self, output: str, command: t.Optional[BuildCommand] = None) -> None:
        hidden = [secret.value for secret in self.job.secrets]
        progress = BuildProgress(lambda line: self.job.progress(redact(line, hidden)))
        argv = replace(command or self.command, output=output).argv()
        done = self.stream(argv, progress.feed, progress.still_running)
        progress.finish()
        # What follows (an output as a file) is the same result: from the cache.
        self.command = replace(self.command, nocache=False, cache_to=())
        if not done.ok:
            raise _failed(self.job, progress.failure())
        for trouble in progress.troubles():
            if trouble.startswith(_CACHE_EXPORT):
                self.job.context.warn(redact(f"The cache could not be written, the image could: {trouble}", hidden))

    def _times(self) -> str:
        return ",rewrite-timestamp=true" if self.job.request.options.source_date_epoch is not None else ""


def compiler(job: Job, environment: t.Mapping[str, str], folder: Path) -> Compiler:
    values = {name: value for secret in job.secrets for name, value in secret.environment.items()}
    run = runner({**environment, **values})
    kind = progress_kind(require_buildx(run))
    context, dockerfile = job.inputs.snapshot(folder)
    command = _command(job, context, dockerfile, folder / "metadata.json", kind)
    return Compiler(job, folder, command, streamer({**environment, **values}), Engine(run))


def _command(job: Job, context: Path, dockerfile: Path, metadata: Path, kind: str) -> BuildCommand:
    request, options = job.request, job.request.options
    epoch = options.source_date_epoch
    return BuildCommand(
        context=str(context),
        dockerfile=str(dockerfile),
        metadata_file=str(metadata),
        platforms=job.platforms,
        progress=kind,
        args={**request.args, **({"SOURCE_DATE_EPOCH": str(epoch)} if epoch is not None else {})},
        labels={**_oci_labels(job), **request.labels},
        pins=job.usable_pins,
        annotations=options.annotations,
        secrets=tuple(f"id={secret.id},{secret.source}" for secret in job.secrets),
        ssh=tuple(f"{name}={paths}" for name, paths in options.ssh.items()),
        cache_from=options.cache_from,
        cache_to=options.cache_to,
        provenance="false" if options.provenance == "none" else f"mode={options.provenance}",
        sbom=_sbom(job),
        etc_hosts=options.etc_hosts,
        ulimits=options.ulimits,
        network=options.network,
        shm_size=options.shm_size,
        target=request.target,
        builder=request.builder,
        pull=request.pull,
        nocache=request.nocache,
    )


def _oci_labels(job: Job) -> t.Dict[str, str]:
    labels, epoch = dict(job.request.options.oci_labels), job.request.options.source_date_epoch
    if labels.get(_CREATED) == _NOW:
        moment = datetime.now(timezone.utc) if epoch is None else datetime.fromtimestamp(epoch, timezone.utc)
        labels[_CREATED] = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    return labels


def _sbom(job: Job) -> str:
    generator = job.request.options.generator
    return f"generator={job.bases.pins.get(generator, generator)}" if generator else "false"


def _names(job: Job) -> str:
    """One option of several names; the task's own first."""
    names = [image.full for image in job.request.images]
    names.append(job.request.repository.with_tag(job.inputs_tag).full)
    return f'"name={",".join(dict.fromkeys(names))}"'


def _image_id(metadata: Path, engine: Engine) -> str:
    """Engines differ in what they call an image's id: the configuration's digest, or the manifest's."""
    data = json.loads(metadata.read_text(encoding="utf-8"))
    names = [data.get("containerimage.config.digest"), data.get("containerimage.digest")]
    for name in filter(None, names):
        found = engine.image_id(name)
        if found:
            return found
    raise EngineError("The image was built, but the engine does not have it: does the builder belong to this engine?")


def _failed(job: Job, why: BuildFailure) -> BuildError:
    where = f"{job.inputs.name}:{why.line}" if why.line else job.inputs.name
    what = why.instruction or why.step
    reason, log = why.reason, "\n".join(why.log)
    if _FOREIGN in log or _FOREIGN in reason:
        reason = sentence(reason) + (
            f" The builder cannot run programs of {', '.join(job.platforms)}: build there (builder), "
            "or install emulators (binfmt)."
        )
    return BuildError(
        f"Building {job.request.repository.familiar_name} failed at {where}{f' ({what})' if what else ''}: {reason}"
        + (f"\n{log}" if log else ""),
        step=why.step,
        line=why.line,
        log=list(why.log),
    )
