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
from ansible_collections.slipway.deploy.plugins.module_utils.image.variables import expand

_DIRECTIVE = re.compile(r"#\s*([A-Za-z][\w-]*)\s*=\s*(.+?)\s*\Z")
_HEREDOC = re.compile(r"<<(-?)\s*(['\"]?)([A-Za-z_]\w*)\2")
_FLAG = re.compile(r"--([a-z-]+)(?:=(\S*))?\s*")
_MOUNT_FROM = re.compile(r"(?:\A|,)from=([^,]+)")
_TAKES_HEREDOC = ("RUN", "COPY", "ADD")
_FROM_WORDS = (1, 3)


@dataclass(frozen=True)
class Instruction:
    """One instruction with its continuation lines joined."""

    line: int
    keyword: str
    flags: t.Tuple[t.Tuple[str, str], ...]
    rest: str

    def flag(self, name: str) -> t.Optional[str]:
        return dict(self.flags).get(name)


@dataclass(frozen=True)
class Stage:
    """From one FROM to the next. `sources` are the other images and stages it copies from or mounts."""

    index: int
    line: int
    base: str
    name: t.Optional[str] = None
    platform: t.Optional[str] = None
    sources: t.Tuple[t.Tuple[int, str], ...] = ()


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


@dataclass(frozen=True)
class Dockerfile:
    path: str
    syntax: t.Optional[str]
    stages: t.Tuple[Stage, ...]
    arguments: t.Tuple[Argument, ...] = ()

    def stage(self, target: t.Optional[str]) -> Stage:
        """By name or number; the last one without a target."""
        if not target:
            return self.stages[-1]
        found = self._find(target, len(self.stages))
        if found is None:
            names = ", ".join(stage.name or str(stage.index) for stage in self.stages)
            raise InputError(f"There is no stage {target!r} in {self.path}: it has {names}.")
        return found

    def _find(self, name: str, before: int) -> t.Optional[Stage]:
        """The last stage of that name above number `before`; names know no case."""
        for stage in reversed(self.stages[:before]):
            if name.lower() == (stage.name or "").lower() or name == str(stage.index):
                return stage
        return None

    def base_images(self, target: t.Optional[str], values: t.Mapping[str, str]) -> t.List[BaseImage]:
        """The images that this target is made of. `values`: build arguments and the platform's variables."""
        scope = self._scope(values)
        found: t.Dict[t.Tuple[str, t.Optional[str]], BaseImage] = {}
        for stage in self._needed(self.stage(target), scope):
            for line, name, platform in self._images_of(stage, scope):
                if name != "scratch" and self._find(name, stage.index) is None:
                    found.setdefault((name, platform), BaseImage(name, platform, line))
        if self.syntax:
            found.setdefault((self.syntax, None), BaseImage(self.syntax, None, 1))
        return list(found.values())

    def _scope(self, values: t.Mapping[str, str]) -> t.Dict[str, str]:
        """What FROM may use: the platform's variables, and arguments that are declared before it."""
        scope = {name: value for name, value in values.items() if _is_platform(name)}
        for argument in self.arguments:
            if argument.name in values:
                scope[argument.name] = values[argument.name]
            elif argument.default is not None:
                scope[argument.name] = _unquoted(argument.default, scope, f"{self.path}:{argument.line}")
        return scope

    def _needed(self, last: Stage, scope: t.Mapping[str, str]) -> t.List[Stage]:
        """Stages that nothing leads to are not built, and cannot change the result."""
        needed, todo = {last.index: last}, [last]
        while todo:
            stage = todo.pop()
            for _line, name, _platform in self._images_of(stage, scope):
                other = self._find(name, stage.index)
                if other is not None and other.index not in needed:
                    needed[other.index] = other
                    todo.append(other)
        return [needed[index] for index in sorted(needed)]

    def _images_of(self, stage: Stage, scope: t.Mapping[str, str]) -> t.Iterator[t.Tuple[int, str, t.Optional[str]]]:
        where = f"{self.path}:{stage.line}"
        platform = expand(stage.platform, scope, where) if stage.platform else None
        base = expand(stage.base, scope, where)
        if not base:
            raise InputError(f"{where}: FROM {stage.base} is empty: give its argument a default or a value (args).")
        yield stage.line, base, platform
        for line, source in stage.sources:
            yield line, source, None


def _is_platform(name: str) -> bool:
    return name.startswith(("TARGET", "BUILD")) and name.endswith(("PLATFORM", "OS", "ARCH", "VARIANT"))


def parse_dockerfile(text: str, path: str = "Dockerfile") -> Dockerfile:
    lines = text.lstrip("\ufeff").splitlines()
    directives = _directives(lines)
    arguments: t.List[Argument] = []
    stages: t.List[Stage] = []
    for step in _instructions(lines, directives.get("escape", "\\")):
        if step.keyword == "FROM":
            stages.append(_stage(step, len(stages), path))
        elif step.keyword == "ARG" and not stages:
            arguments.extend(_arguments(step))
        elif stages:
            stages[-1] = _with_sources(stages[-1], step)
        elif step.keyword != "ARG":
            raise InputError(f"{path}:{step.line}: {step.keyword} stands before the first FROM: move it below.")
    if not stages:
        raise InputError(f"{path} has no FROM: name the image to start from (or 'scratch').")
    return Dockerfile(path, directives.get("syntax"), tuple(stages), tuple(arguments))


def _directives(lines: t.Sequence[str]) -> t.Dict[str, str]:
    """`# syntax=`, `# escape=`: comments at the very top, before anything else."""
    found: t.Dict[str, str] = {}
    for number, line in enumerate(lines):
        if number == 0 and line.startswith("#!"):
            continue
        match = _DIRECTIVE.match(line.strip())
        if not match or match[1].lower() in found:
            break
        found[match[1].lower()] = match[2]
    return found


def _instructions(lines: t.Sequence[str], escape: str) -> t.Iterator[Instruction]:
    goes_on = re.compile(re.escape(escape) + r"[ \t]*\Z")
    number, count = 0, len(lines)
    while number < count:
        first, joined = 0, ""
        while number < count:
            line = lines[number]
            number += 1
            if line.lstrip().startswith("#") or (joined and not line.strip()):
                continue  # comments and empty lines stand between continuation lines too
            first = first or number
            joined += goes_on.sub("", line)
            if not goes_on.search(line):
                break
        step = _instruction(first, joined.strip())
        if step is not None:
            if step.keyword in _TAKES_HEREDOC:
                number = _after_heredocs(lines, number, step.rest)
            yield step


def _instruction(line: int, text: str) -> t.Optional[Instruction]:
    keyword, _space, rest = text.replace("\t", " ").partition(" ")
    if not keyword:
        return None
    rest, flags = rest.strip(), []
    match = _FLAG.match(rest)
    while match:
        flags.append((match[1], match[2] or ""))
        rest = rest[match.end() :]
        match = _FLAG.match(rest)
    return Instruction(line, keyword.upper(), tuple(flags), rest)


def _after_heredocs(lines: t.Sequence[str], number: int, text: str) -> int:
    """The number of the first line behind the here-documents that this instruction begins."""
    for dash, _quote, word in _HEREDOC.findall(text):
        for index in range(number, len(lines)):
            line = lines[index].lstrip("\t") if dash else lines[index]
            if line == word:
                number = index + 1
                break
    return number


def _stage(step: Instruction, index: int, path: str) -> Stage:
    words = step.rest.split()
    named = len(words) == _FROM_WORDS[1] and words[1].upper() == "AS"
    if len(words) != _FROM_WORDS[0] and not named:
        raise InputError(f"{path}:{step.line}: write FROM image, or FROM image AS name.")
    return Stage(index, step.line, words[0], words[2] if named else None, step.flag("platform"))


def _arguments(step: Instruction) -> t.Iterator[Argument]:
    for word in re.findall(r"""(?:[^\s"']|"[^"]*"|'[^']*')+""", step.rest):
        name, equals, default = word.partition("=")
        yield Argument(step.line, name, default if equals else None)


def _unquoted(text: str, scope: t.Mapping[str, str], where: str) -> str:
    """Single quotes keep what is in them from being expanded."""
    parts = re.findall(r"""'([^']*)'|"([^"]*)"|([^'"]+)""", text)
    return "".join(single or expand(double or plain, scope, where) for single, double, plain in parts)


def _with_sources(stage: Stage, step: Instruction) -> Stage:
    keyword, flags = step.keyword, step.flags
    sources = [value for name, value in flags if keyword in ("COPY", "ADD") and name == "from"]
    mounts = [value for name, value in flags if keyword == "RUN" and name == "mount"]
    sources += [source for mount in mounts for source in _MOUNT_FROM.findall(mount)]
    if not sources:
        return stage
    added = tuple((step.line, source) for source in sources)
    return Stage(stage.index, stage.line, stage.base, stage.name, stage.platform, stage.sources + added)
