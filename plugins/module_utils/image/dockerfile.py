# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A Dockerfile as far as it decides what a build reads: its stages, the images that they come from, its arguments.
Pure. What RUN does is BuildKit's affair."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.image.dockerfile_text import (
    Instruction,
    Parser,
    directives,
)
from ansible_collections.slipway.deploy.plugins.module_utils.image.mounts import Mount, read_mounts
from ansible_collections.slipway.deploy.plugins.module_utils.image.variables import expand

SCRATCH = "scratch"
_FROM_WORDS = (1, 3)
_STAGE_NAME = re.compile(r"[a-z][a-z0-9-_.]*\Z")
_USUAL_FRONTENDS = ("docker/dockerfile", "docker/dockerfile-upstream")


@dataclass(frozen=True)
class Stage:
    """From one FROM to the next."""

    index: int
    line: int
    base: str
    name: t.Optional[str] = None
    platform: t.Optional[str] = None
    steps: t.Tuple[Instruction, ...] = ()

    @property
    def sources(self) -> t.Iterator[t.Tuple[int, str, str]]:
        """Line, keyword and name of each other image or stage that it copies from or mounts."""
        for step in self.steps:
            if step.keyword in ("COPY", "ADD") and step.flag("from"):
                yield step.line, step.keyword, step.flag("from") or ""
            for mount in mounts_of(step):
                if mount.source_name:
                    yield step.line, step.keyword, mount.source_name


def mounts_of(step: Instruction) -> t.List[Mount]:
    given = [value or "" for name, value in step.flags if name == "mount"] if step.keyword == "RUN" else []
    return read_mounts(given)


@dataclass(frozen=True)
class Argument:
    """ARG before the first FROM. The default as it is written: it may name other arguments."""

    line: int
    name: str
    default: t.Optional[str]


@dataclass(frozen=True)
class BaseImage:
    """An image that a build reads, the platform that is asked of it (None: the target's) and where it is named."""

    reference: str
    platform: t.Optional[str]
    line: int
    #: A stage begins with it: its environment and its ONBUILD triggers belong to the build.
    is_base: bool = False


@dataclass(frozen=True)
class Dockerfile:
    path: str
    syntax: t.Optional[str]
    escape: str
    stages: t.Tuple[Stage, ...]
    arguments: t.Tuple[Argument, ...] = ()
    text: str = ""

    @property
    def is_usual(self) -> bool:
        """Docker's own frontend reads it: then we know what it means."""
        if self.syntax is None:
            return True
        name = re.sub(r"@.*|:[^/]*\Z", "", self.syntax)
        return "/".join(name.split("/")[-2:]) in _USUAL_FRONTENDS

    def stage(self, target: t.Optional[str]) -> Stage:
        """By name or number; the last one without a target."""
        if not target:
            return self.stages[-1]
        named = self.named(target)
        if named is None and target.isdigit() and int(target) < len(self.stages):
            named = self.stages[int(target)]
        if named is None:
            names = ", ".join(stage.name or str(stage.index) for stage in self.stages)
            raise InputError(f"There is no stage {target!r} in {self.path}: it has {names}.")
        return named

    def named(self, name: str, before: t.Optional[int] = None) -> t.Optional[Stage]:
        """The last stage of that name, above number `before`; names know no case."""
        for stage in reversed(self.stages[:before]):
            if stage.name == name.lower():
                return stage
        return None

    def source(self, stage: Stage, line: int, keyword: str, name: str) -> t.Optional[Stage]:
        """The stage that COPY --from or a mount means; None for an image. COPY takes numbers, too."""
        found = self.named(name)
        if found is None and keyword == "COPY" and re.fullmatch(r"[+-]?\d+", name):
            if not 0 <= int(name) < len(self.stages):
                raise InputError(f"{self.path}:{line}: there is no stage number {name}.")
            found = self.stages[int(name)]
        if found is not None and found.index >= stage.index:
            raise InputError(f"{self.path}:{line}: stage {name} comes later: move it above, or copy from another one.")
        return found

    def base_images(
        self, target: t.Optional[str], values: t.Mapping[str, str], *, of_all: bool = False
    ) -> t.List[BaseImage]:
        """The images that this target is made of, or all stages are. `values`: build arguments and the platform's
        variables."""
        scope = self.scope(values)
        found: t.Dict[t.Tuple[str, t.Optional[str]], BaseImage] = {}
        for stage in self.stages if of_all else self.needed(target, scope):
            for image in self._images_of(stage, scope):
                key = (image.reference, image.platform)
                found[key] = image if key not in found or image.is_base else found[key]
        if self.syntax:
            found.setdefault((self.syntax, None), BaseImage(self.syntax, None, 1))
        return list(found.values())

    def scope(self, values: t.Mapping[str, str]) -> t.Dict[str, str]:
        """What FROM may use: the platform's variables, and arguments that are declared before it."""
        scope = {name: value for name, value in values.items() if is_platform(name)}
        for argument in self.arguments:
            if argument.name in values:
                scope[argument.name] = values[argument.name]
            elif argument.default is not None:
                scope[argument.name] = self._expand(argument.default, scope, argument.line)
        return scope

    def needed(self, target: t.Optional[str], scope: t.Mapping[str, str]) -> t.List[Stage]:
        """Stages that nothing leads to are not built, and cannot change the result. In their order."""
        last = self.stage(target)
        needed, todo = {last.index: last}, [last]
        while todo:
            stage = todo.pop()
            others = [self.source(stage, *one) for one in stage.sources]
            for other in (self.base_stage(stage, scope), *others):
                if other is not None and other.index not in needed:
                    needed[other.index] = other
                    todo.append(other)
        return [needed[index] for index in sorted(needed)]

    def base(self, stage: Stage, scope: t.Mapping[str, str]) -> str:
        base = self._expand(stage.base, scope, stage.line)
        if not base:
            raise InputError(
                f"{self.path}:{stage.line}: FROM {stage.base} is empty: give its argument a default or a value (args)."
            )
        return base

    def base_stage(self, stage: Stage, scope: t.Mapping[str, str]) -> t.Optional[Stage]:
        base = self.base(stage, scope)
        # BuildKit keeps names in small letters, and here does not make them small.
        return self.named(base, stage.index) if base == base.lower() else None

    def platform(self, stage: Stage, scope: t.Mapping[str, str]) -> t.Optional[str]:
        return self._expand(stage.platform, scope, stage.line) if stage.platform else None

    def _images_of(self, stage: Stage, scope: t.Mapping[str, str]) -> t.Iterator[BaseImage]:
        base = self.base(stage, scope)
        if base != SCRATCH and self.base_stage(stage, scope) is None:
            yield BaseImage(base, self.platform(stage, scope), stage.line, is_base=True)
        for line, keyword, name in stage.sources:
            if name != SCRATCH and self.source(stage, line, keyword, name) is None:
                yield BaseImage(name, None, line)

    def _expand(self, text: str, scope: t.Mapping[str, str], line: int) -> str:
        return expand(text, scope, f"{self.path}:{line}", self.escape)


def is_platform(name: str) -> bool:
    return name.startswith(("TARGET", "BUILD")) and name.endswith(("PLATFORM", "OS", "ARCH", "VARIANT"))


def parse_dockerfile(text: str, path: str = "Dockerfile", syntax: t.Optional[str] = None) -> Dockerfile:
    """`syntax` goes before what the Dockerfile says (build argument BUILDKIT_SYNTAX)."""
    found = directives(text, path)
    syntax = syntax or (found["syntax"].split(" ", maxsplit=1)[0] if "syntax" in found else None)
    escape = found.get("escape", "\\")
    arguments: t.List[Argument] = []
    stages: t.List[Stage] = []
    for step in Parser(text, path, escape, strict=syntax is None).instructions():
        if step.keyword == "FROM":
            stages.append(_stage(step, len(stages), path))
        elif step.keyword == "ARG" and not stages:
            arguments.extend(Argument(step.line, name, value) for name, value in pairs(step, path))
        elif stages:
            stages[-1] = _with_step(stages[-1], step, path)
        else:
            raise InputError(f"{path}:{step.line}: {step.keyword} stands before the first FROM: move it below.")
    if not stages:
        raise InputError(f"{path} has no FROM: name the image to start from (or 'scratch').")
    return Dockerfile(path, syntax, escape, tuple(stages), tuple(arguments), text)


def _stage(step: Instruction, index: int, path: str) -> Stage:
    words = step.words
    named = len(words) == _FROM_WORDS[1] and words[1].upper() == "AS"
    if len(words) != _FROM_WORDS[0] and not named:
        raise InputError(f"{path}:{step.line}: write FROM image, or FROM image AS name.")
    name = words[2].lower() if named else None
    if name is not None and not _STAGE_NAME.match(name):
        raise InputError(
            f"{path}:{step.line}: {words[2]!r} is no name for a stage: begin with a letter, then letters,"
            " digits, '-', '_' and '.'."
        )
    return Stage(index, step.line, words[0], name, step.flag("platform"))


def _with_step(stage: Stage, step: Instruction, path: str) -> Stage:
    if step.keyword in ("COPY", "ADD") and len(step.words) < _FEWEST_WORDS:
        raise InputError(f"{path}:{step.line}: {step.keyword} needs a source and a destination.")
    return Stage(stage.index, stage.line, stage.base, stage.name, stage.platform, (*stage.steps, step))


_FEWEST_WORDS = 2
_PAIR = re.compile(r"""(?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')+""")


def pairs(step: Instruction, path: str) -> t.List[t.Tuple[str, t.Optional[str]]]:
    """Names and values of ARG and ENV, unexpanded. `ENV name all the rest` is the old way."""
    words = _PAIR.findall(step.rest)
    if not words:
        raise InputError(f"{path}:{step.line}: {step.keyword} needs a name.")
    if step.keyword == "ENV" and "=" not in words[0]:
        name, *value = step.rest.split(maxsplit=1)
        if not value:
            raise InputError(f"{path}:{step.line}: ENV {name}: write name=value.")
        return [(name, value[0])]
    found: t.List[t.Tuple[str, t.Optional[str]]] = []
    for word in words:
        name, equals, value = word.partition("=")
        if step.keyword == "ENV" and not equals:
            raise InputError(f"{path}:{step.line}: ENV {word}: write name=value.")
        found.append((name, value if equals else None))
    return found
