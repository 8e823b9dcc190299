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

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import Runner, Streamer, runner, streamer
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError, sentence
from ansible_collections.slipway.deploy.plugins.module_utils.engine.build_progress import BuildProgress
from ansible_collections.slipway.deploy.plugins.module_utils.engine.buildx import (
    BuildCommand,
    BuildFailure,
)
from ansible_collections.slipway.deploy.plugins.module_utils.engine.cli import Engine, EngineError
from ansible_collections.slipway.deploy.plugins.module_utils.engine.local import engine_of
from ansible_collections.slipway.deploy.plugins.module_utils.image.build_secrets import redact
from ansible_collections.slipway.deploy.plugins.module_utils.image.job import Job
from ansible_collections.slipway.deploy.plugins.module_utils.image.outputs import FileOutput, clear_stage
from ansible_collections.slipway.deploy.plugins.module_utils.image.stream_build import stream_build

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
    run: Runner
    engine: Engine

    def image(self) -> Built:
        """The image, which has no tag yet in the engine."""
        if self.job.through_archive:
            archive = self.folder / "image.tar"
            self.build(archive_output(self.job, archive))
            return Built(archive=archive)
        self.build(load_output(self.job))
        left = json.loads(Path(self.command.metadata_file).read_text(encoding="utf-8"))
        return Built(image_id=image_id(left, self.engine))

    def file(self, output: FileOutput) -> None:
        """To where `output` is staged."""
        clear_stage(output)
        self.build(file_output(self.job, output), unattested(self.command, output))

    def build(self, output: str, command: t.Optional[BuildCommand] = None) -> None:
        hidden = [secret.value for secret in self.job.secrets]
        wanted = replace(command or self.command, output=output)
        done, progress = stream_build(
            self.stream,
            self.run,
            lambda kind: replace(wanted, progress=kind).argv(),
            lambda line: self.job.progress(redact(line, hidden)),
        )
        # What follows (an output as a file) is the same result: from the cache.
        self.command = replace(self.command, nocache=False, cache_to=())
        if not done.ok:
            raise failed(self.job, progress.failure())
        warn_of_caches(progress, self.job, hidden)


def archive_output(job: Job, archive: Path) -> str:
    return f"type=oci,dest={archive},{_names(job)}{_times(job)}"


def load_output(job: Job) -> str:
    return f"type=docker{_times(job)}"


def file_output(job: Job, output: FileOutput) -> str:
    names = f",{_names(job)}" if output.type in _ARCHIVES else ""
    return f"type={output.type},dest={output.staged}{names}{_times(job)}"


def unattested(command: BuildCommand, output: FileOutput) -> BuildCommand:
    """Attestations belong to images: in a folder they would be strange files."""
    return command if output.type in _ARCHIVES else replace(command, provenance="false", sbom="false")


def _times(job: Job) -> str:
    return ",rewrite-timestamp=true" if job.request.options.source_date_epoch is not None else ""


def warn_of_caches(progress: BuildProgress, job: Job, hidden: t.Sequence[str]) -> None:
    for trouble in progress.troubles():
        if trouble.startswith(_CACHE_EXPORT):
            job.context.warn(redact(f"The cache could not be written, the image could: {trouble}", hidden))


def compiler(job: Job, environment: t.Mapping[str, str], folder: Path) -> Compiler:
    values = {name: value for secret in job.secrets for name, value in secret.environment.items()}
    run = runner({**environment, **values})
    stream = streamer({**environment, **values})
    return Compiler(job, folder, command_of(job, folder), stream, run, engine_of(run, environment))


def command_of(job: Job, folder: Path) -> BuildCommand:
    """From a copy of the context, which is made here."""
    named = {one.name: one.place(folder / f"named-{number}") for number, one in enumerate(job.contexts)}
    context, dockerfile = job.inputs.snapshot(folder, [one.shape for one in named.values()])
    request, options = job.request, job.request.options
    epoch = options.source_date_epoch
    return BuildCommand(
        context=str(context),
        dockerfile=str(dockerfile),
        metadata_file=str(folder / "metadata.json"),
        platforms=job.platforms,
        args={**request.args, **({"SOURCE_DATE_EPOCH": str(epoch)} if epoch is not None else {})},
        labels={**_oci_labels(job), **request.labels},
        pins=job.usable_pins,
        contexts={name: one.source for name, one in named.items()},
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
        pull=job.asks_buildkit_to_pull,
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


def image_id(data: t.Mapping[str, t.Any], engine: Engine) -> str:
    """By what buildx says of the result. Engines differ in what they call an image's id: the configuration's digest,
    or the manifest's."""
    names = [data.get("containerimage.config.digest"), data.get("containerimage.digest")]
    for name in filter(None, names):
        found = engine.image_id(name)
        if found:
            return found
    raise EngineError("The image was built, but the engine does not have it: does the builder belong to this engine?")


def failed(job: Job, why: BuildFailure) -> BuildError:
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
