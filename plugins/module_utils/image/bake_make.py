# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Carries the plans of several targets out: one run of bake for all that have to be built, then each one's tags."""

from __future__ import annotations

import contextlib
import functools
import json
import os
import re
import typing as t
from dataclasses import dataclass, field, replace
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import runner, streamer
from ansible_collections.slipway.deploy.plugins.module_utils.common.private_folder import private_folder
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Params
from ansible_collections.slipway.deploy.plugins.module_utils.engine.bake import bake_argv, links
from ansible_collections.slipway.deploy.plugins.module_utils.engine.buildx import BuildCommand
from ansible_collections.slipway.deploy.plugins.module_utils.engine.local import engine_of
from ansible_collections.slipway.deploy.plugins.module_utils.engine.login import environment_with_login
from ansible_collections.slipway.deploy.plugins.module_utils.image.build_secrets import Secret, redact
from ansible_collections.slipway.deploy.plugins.module_utils.image.compile import (
    Built,
    archive_output,
    command_of,
    failed,
    file_output,
    image_id,
    load_output,
    unattested,
    warn_of_caches,
)
from ansible_collections.slipway.deploy.plugins.module_utils.image.decide import BUILD
from ansible_collections.slipway.deploy.plugins.module_utils.image.make import Made, carry_out, settle
from ansible_collections.slipway.deploy.plugins.module_utils.image.outputs import FileOutput, clear_stage
from ansible_collections.slipway.deploy.plugins.module_utils.image.space import space_for_builds
from ansible_collections.slipway.deploy.plugins.module_utils.image.stream_build import stream_build
from ansible_collections.slipway.deploy.plugins.module_utils.image.target import Target
from ansible_collections.slipway.deploy.plugins.module_utils.image.tell import telling

#: bake puts the target's name before the stage's.
_OF_TARGET = re.compile(r"\[(\S+) ")


@dataclass
class Kitchen:
    """What the runs of bake for one task share: each target that they need, from a copy of its context."""

    targets: t.Mapping[str, Target]
    folder: Path
    environment: t.Mapping[str, str]
    progress: t.Callable[[str], None]
    builder: t.Optional[str]
    _commands: t.Dict[str, BuildCommand] = field(default_factory=dict)

    def images(self, names: t.Sequence[str]) -> t.Dict[str, Built]:
        """All in one run."""
        if not names:
            return {}
        archives = {name: self.folder / name / "image.tar" for name in names if self.targets[name].job.through_archive}
        outputs = {
            name: archive_output(self.targets[name].job, archives[name])
            if name in archives
            else load_output(self.targets[name].job)
            for name in names
        }
        left = self._run(outputs)
        environment = self._environment()
        engine = engine_of(runner(environment), environment)
        return {
            name: Built(archive=archives[name])
            if name in archives
            else Built(image_id=image_id(left.get(name) or {}, engine))
            for name in names
        }

    def file(self, name: str, output: FileOutput) -> None:
        clear_stage(output)
        self._run({name: file_output(self.targets[name].job, output)}, output)

    def _run(self, outputs: t.Mapping[str, str], single: t.Optional[FileOutput] = None) -> t.Dict[str, t.Any]:
        """Returns what buildx says of each result."""
        described = {name: self._described(name, outputs, single) for name in self._needed(outputs)}
        file, metadata = self.folder / "bake.json", self.folder / "bake-metadata.json"
        file.write_text(json.dumps({"target": described}), encoding="utf-8")
        hidden = [secret.value for secret in self._secrets()]
        environment = self._environment()
        done, progress = stream_build(
            streamer(environment),
            runner(environment),
            lambda kind: bake_argv(str(file), str(metadata), list(outputs), progress=kind, builder=self.builder),
            lambda line: self.progress(redact(line, hidden)),
        )
        if not done.ok:
            why = progress.failure()
            raise failed(_guilty(self.targets, why.step, list(outputs)).job, why)
        warn_of_caches(progress, self.targets[next(iter(outputs))].job, hidden)
        found: t.Dict[str, t.Any] = json.loads(metadata.read_text(encoding="utf-8"))
        # What follows is the same result: from the cache.
        self._commands = {key: replace(one, nocache=False, cache_to=()) for key, one in self._commands.items()}
        return found

    def _described(self, name: str, outputs: t.Mapping[str, str], single: t.Optional[FileOutput]) -> t.Dict[str, t.Any]:
        target = self.targets[name]
        if name not in self._commands:
            (self.folder / name).mkdir()
            self._commands[name] = command_of(target.job, self.folder / name)
        command = self._commands[name]
        command = unattested(command, single) if single else command
        described = replace(command, output=outputs.get(name, "type=cacheonly")).bake_target()
        filters = target.raw.get("no-cache-filter")
        return {**described, **({"no-cache-filter": filters} if filters else {})}

    def _needed(self, names: t.Iterable[str]) -> t.List[str]:
        """With the targets that they are made from."""
        found: t.Set[str] = set()
        todo = list(names)
        while todo:
            name = todo.pop()
            if name not in found:
                found.add(name)
                todo += links(self.targets[name].raw).values()
        return [name for name in self.targets if name in found]

    def _secrets(self) -> t.List[Secret]:
        return [secret for target in self.targets.values() for secret in target.job.secrets]

    def _environment(self) -> t.Dict[str, str]:
        values = {key: value for secret in self._secrets() for key, value in secret.environment.items()}
        return {**self.environment, **values}


def carry_out_all(
    targets: t.Sequence[Target], wanted: t.Sequence[str], params: Params, env: t.Mapping[str, str]
) -> t.Dict[str, Made]:
    """`targets` are all that the wanted ones are made from, in their order."""
    by_name = {target.name: target for target in targets}
    asked = [by_name[name] for name in wanted]
    first = asked[0].job
    if first.context.check_mode or not any(target.plan.builds for target in asked):
        return {target.name: carry_out(target.job, target.plan, target.known) for target in asked}
    token = (params["packed"] or {}).get("progress")
    pushed = [target.job.request.repository.domain for target in asked if target.job.request.push]
    with contextlib.ExitStack() as stack:
        stack.enter_context(space_for_builds())
        folder = stack.enter_context(private_folder(f"slipway-build-{os.geteuid()}-"))
        say = stack.enter_context(telling(token, first.context, folder))
        environment = environment_with_login(env, pushed[0] if pushed else "", first.credentials, folder / "docker")
        told = {name: replace(one, job=replace(one.job, progress=say)) for name, one in by_name.items()}
        kitchen = Kitchen(told, folder, environment, say, params["builder"])
        built = kitchen.images([target.name for target in asked if target.plan.source == BUILD])
        return {name: _settle(kitchen, told[name], built.get(name)) for name in wanted}


def _settle(kitchen: Kitchen, target: Target, built: t.Optional[Built]) -> Made:
    if not target.plan.changes:
        return carry_out(target.job, target.plan, target.known)
    stage = functools.partial(kitchen.file, target.name)
    return settle(target.job, target.plan, target.known, kitchen.environment, built, stage)


def _guilty(targets: t.Mapping[str, Target], step: t.Optional[str], todo: t.Sequence[str]) -> Target:
    match = _OF_TARGET.match(step or "")
    return targets.get(match[1] if match else "") or targets[todo[0]]
