# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a build reads, found by going through the stages that its target needs: paths of the context, named contexts,
what is fetched from elsewhere, and the recipe itself without anything that cannot change the result. Pure."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, field

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.image.dockerfile import (
    SCRATCH,
    Dockerfile,
    Stage,
    is_platform,
    mounts_of,
    pairs,
)
from ansible_collections.slipway.deploy.plugins.module_utils.image.dockerfile_text import Instruction, Parser
from ansible_collections.slipway.deploy.plugins.module_utils.image.reach import Asked, Reach
from ansible_collections.slipway.deploy.plugins.module_utils.image.variables import BadWord, Lexer

#: Flags of COPY and ADD whose meaning is known; with another one, everything may be read.
_KNOWN_FLAGS = frozenset(("from", "chown", "chmod", "link", "checksum", "keep-git-dir", "unpack", "parents", "exclude"))
_REMOTE = re.compile(r"https?://|git://|ssh://|[\w-]+@[\w.-]+:", re.IGNORECASE)
#: Arguments by which BuildKit itself is told something; they count whether or not they are declared.
_ALWAYS = ("BUILDKIT_", "SOURCE_DATE_EPOCH")


def is_remote(source: str) -> bool:
    """Whether it is a page or a repository, and no path."""
    return bool(_REMOTE.match(source))


@dataclass(frozen=True)
class ImageFacts:
    """What a base image brings into a build beside its files."""

    env: t.Mapping[str, str] = field(default_factory=dict)
    onbuild: t.Tuple[str, ...] = ()


@dataclass(frozen=True)
class Remote:
    """ADD of a URL or a git repository."""

    url: str
    line: int
    checksum: t.Optional[str] = None


@dataclass
class Part:
    """What is read of one context, as a Reach has it."""

    asked: t.List[Asked] = field(default_factory=list)
    everything: bool = False
    modes: bool = False

    @property
    def reach(self) -> Reach:
        return Reach(tuple(self.asked), self.everything, self.modes)


@dataclass
class Reading(Part):
    """Of the build's own context, and of all else."""

    #: What is read of other images and named contexts, by the names that the Dockerfile has for them.
    named: t.Dict[str, Part] = field(default_factory=dict)
    #: A name may stand for any of them.
    names_unknown: bool = False
    #: A trigger takes from a stage or an image that nothing else needs.
    triggers_take: bool = False
    remotes: t.List[Remote] = field(default_factory=list)
    recipe: t.List[t.Any] = field(default_factory=list)
    args: t.Dict[str, str] = field(default_factory=dict)

    def part(self, name: str) -> Part:
        self.names_unknown |= "$" in name
        return self.named.setdefault(name, Part())


@dataclass
class _State:
    """A stage as far as it has been read."""

    env: t.Dict[str, str]
    known: bool
    onbuild: t.Tuple[str, ...] = ()


#: By reference and the platform that FROM asks for.
Facts = t.Mapping[t.Tuple[str, t.Optional[str]], ImageFacts]


class NoSurprises(t.Dict[t.Tuple[str, t.Optional[str]], ImageFacts]):
    """What a controller takes base images for, which it does not ask for: the host corrects it where they are more."""

    def get(self, _key: t.Any, _default: t.Any = None) -> ImageFacts:
        return ImageFacts()


def read_needs(
    dockerfile: Dockerfile, target: t.Optional[str], values: t.Mapping[str, str], facts: Facts, *, platform_known: bool
) -> Reading:
    """`values`: build arguments and the platform's variables. `facts`: of base images, by reference and platform."""
    reading = Reading(args={name: value for name, value in values.items() if name.startswith(_ALWAYS)})
    if not dockerfile.is_usual:
        reading.everything = reading.names_unknown = True
        reading.args = {name: value for name, value in values.items() if not is_platform(name)}
        reading.recipe = [dockerfile.text, target]
        return reading
    _Reader(dockerfile, values, facts, reading, platform_known=platform_known).read(target)
    return reading


class _Reader:
    def __init__(
        self,
        dockerfile: Dockerfile,
        values: t.Mapping[str, str],
        facts: Facts,
        reading: Reading,
        *,
        platform_known: bool,
    ) -> None:
        self._file = dockerfile
        self._values = values
        self._facts = facts
        self._reading = reading
        self._platform_known = platform_known
        self._scope = dockerfile.scope(values)
        self._states: t.Dict[int, _State] = {}
        self._numbers: t.Mapping[int, int] = {}
        self._stage = dockerfile.stages[0]

    def read(self, target: t.Optional[str]) -> None:
        needed = self._file.needed(target, self._scope)
        numbers = {stage.index: number for number, stage in enumerate(needed)}
        self._numbers = numbers
        self._reading.recipe.append(self._file.escape)
        for stage in needed:
            self._stage = stage
            base, state = self._begin(stage, numbers)
            self._reading.recipe.append(["FROM", base, self._file.platform(stage, self._scope), stage.name])
            for trigger in state.onbuild:
                self._trigger(trigger, stage, state)
            state.onbuild = ()
            for step in stage.steps:
                self._step(step, state)
            self._states[stage.index] = state
        self._reading.recipe.append(["TARGET", numbers[self._file.stage(target).index]])

    def _begin(self, stage: Stage, numbers: t.Mapping[int, int]) -> t.Tuple[t.Union[str, int], _State]:
        base = self._file.base(stage, self._scope)
        other = self._file.base_stage(stage, self._scope)
        if other is not None:
            before = self._states[other.index]
            return numbers[other.index], _State(dict(before.env), before.known, before.onbuild)
        if base == SCRATCH:
            return base, _State({}, known=True)
        self._reading.part(base).everything = True
        facts = self._facts.get((base, self._file.platform(stage, self._scope)))
        if facts is None:
            self._reading.everything = True  # its triggers could read anything
            return base, _State({}, known=False)
        return base, _State(dict(facts.env), known=True, onbuild=facts.onbuild)

    def _trigger(self, text: str, stage: Stage, state: _State) -> None:
        """ONBUILD of the base image."""
        for step in Parser(text, f"{self._file.path}:{stage.line}: ONBUILD", "\\", strict=False).instructions():
            if step.flag("from") or any(mount.source_name for mount in mounts_of(step)):
                self._take_all()
            self._step(step, state, line=stage.line)

    def _take_all(self) -> None:
        """Any stage may be needed then: everything that is written counts."""
        reading = self._reading
        reading.everything = reading.names_unknown = reading.triggers_take = True
        reading.args.update({name: value for name, value in self._values.items() if not is_platform(name)})
        reading.recipe.append(["ALL", self._file.text])

    def _step(self, step: Instruction, state: _State, line: t.Optional[int] = None) -> None:
        written: t.List[t.Any] = [step.keyword, [list(flag) for flag in step.flags], step.rest]
        written.append([[doc.name, doc.expand, doc.content] for doc in step.heredocs])
        line = line or step.line
        if step.keyword == "ARG":
            written.append(self._argument(step, state))
        elif step.keyword == "ENV":
            new = [(name, self._expand(value or "", state, line)) for name, value in pairs(step, self._file.path)]
            for name, value in new:
                state.env.pop(name, None)
                state.env.update({name: value} if value is not None else {})
        elif step.keyword in ("COPY", "ADD"):
            written.append(self._number_of(step))
            self._copy(step, state, line)
        elif step.keyword == "RUN":
            self._mounts(step, state, line)
        elif step.keyword == "ONBUILD":
            state.onbuild = (*state.onbuild, step.rest)
            if step.heredocs:
                self._take_all()
        self._reading.recipe.append(written)

    def _number_of(self, step: Instruction) -> t.Optional[int]:
        """COPY may name a stage by its number in the file: what counts is which of the needed ones that is."""
        name = step.flag("from")
        stage = self._file.source(self._stage, step.line, step.keyword, name) if name else None
        return self._numbers.get(stage.index) if stage else None

    def _argument(self, step: Instruction, state: _State) -> t.List[t.List[t.Optional[str]]]:
        """The values that the arguments have here."""
        found: t.Dict[str, t.Optional[str]] = {}
        for name, default in pairs(step, self._file.path):
            value = self._values.get(name) if not is_platform(name) or self._platform_known else None
            if value is None and default is not None:
                value = self._expand(default, state, step.line)
            found[name] = value if value is not None else self._scope.get(name)
        state.env.update({name: value for name, value in found.items() if value is not None})
        return [[name, value] for name, value in found.items()]

    def _expand(self, text: str, state: _State, line: int) -> t.Optional[str]:
        """None where a variable is in it that the base image may have set, or the platform that is not known yet."""
        lexer = Lexer(text, state.env, self._file.escape)
        try:
            value = lexer.read()
        except BadWord as exc:
            if not state.known:
                return None
            raise InputError(f"{self._file.path}:{line}: {text}: {exc}.") from exc
        if lexer.unknown and not (state.known and self._platform_known):
            return None
        return value

    def _copy(self, step: Instruction, state: _State, line: int) -> None:
        part = self._part(step, step.flag("from"))
        names = {doc.name for doc in step.heredocs}
        *sources, _target = step.words
        if not {name for name, _value in step.flags} <= _KNOWN_FLAGS:
            part.everything = True
        part.modes |= step.flag("parents") is not None or ("parents", None) in step.flags
        for written in sources:
            if written.lstrip("0123456789").startswith("<<") and names:
                continue
            source = self._expand(written, state, line)
            if source is None:
                part.everything = True
            elif step.keyword == "ADD" and is_remote(source):
                self._reading.remotes.append(Remote(source, line, self._checksum(step, state, line)))
            else:
                plain = not {"parents", "exclude"} & {name for name, _value in step.flags}
                part.asked.append(Asked(source, line, step.keyword, exact=plain))

    def _part(self, step: Instruction, name: t.Optional[str]) -> Part:
        """Of a stage, nothing that is read is looked at: what it is made of counts already."""
        if not name:
            return self._reading
        stage = self._file.source(self._stage, step.line, step.keyword, name)
        return self._reading.part(name) if stage is None else Part()

    def _checksum(self, step: Instruction, state: _State, line: int) -> t.Optional[str]:
        written = step.flag("checksum")
        return self._expand(written, state, line) if written else None

    def _mounts(self, step: Instruction, state: _State, line: int) -> None:
        for mount in mounts_of(step):
            if not mount.reads:
                continue
            part = self._part(step, mount.source_name)
            source = self._expand(mount.source, state, line)
            if source is None:
                part.everything = True
            else:
                part.modes = True
                part.asked.append(Asked(source, line, step.keyword))
