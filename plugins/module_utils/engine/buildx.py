# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""`docker buildx build`: its command line, and what its output says when it fails. Nothing is run here."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, field

_NOISE = re.compile(r"#\d+ ")
_STEP = re.compile(r" > (\[.+\] .+?):?\Z")
_LINE = re.compile(r"\A(\S+):(\d+)\Z")
_MARKED = re.compile(r"\A\s*\d+ \| >>> (.*)\Z")
_RULE = "------"
LOG_LINES = 20
#: What buildx calls an image that a name in the Dockerfile stands for.
IMAGE_CONTEXT = "docker-image://"
_VERSION = re.compile(r"\bv?(\d+)\.(\d+)")
#: From this version on buildx can tell its progress to a program.
_RAWJSON_FROM = (0, 13)
RAWJSON, PLAIN = "rawjson", "plain"


@dataclass(frozen=True)
class BuildCommand:
    """One build. `pins` replace an image's name by name@digest wherever the Dockerfile says it."""

    context: str
    dockerfile: str
    metadata_file: str
    platforms: t.Tuple[str, ...]
    output: str = "type=docker"
    progress: str = RAWJSON
    args: t.Mapping[str, str] = field(default_factory=dict)
    labels: t.Mapping[str, str] = field(default_factory=dict)
    pins: t.Mapping[str, str] = field(default_factory=dict)
    #: Names that stand for something else, as buildx is told of it.
    contexts: t.Mapping[str, str] = field(default_factory=dict)
    annotations: t.Mapping[str, str] = field(default_factory=dict)
    secrets: t.Tuple[str, ...] = ()
    ssh: t.Tuple[str, ...] = ()
    cache_from: t.Tuple[str, ...] = ()
    cache_to: t.Tuple[str, ...] = ()
    #: What BuildKit attests: "false", or as buildx wants it.
    provenance: str = "false"
    sbom: str = "false"
    etc_hosts: t.Mapping[str, str] = field(default_factory=dict)
    ulimits: t.Tuple[str, ...] = ()
    network: t.Optional[str] = None
    shm_size: t.Optional[str] = None
    target: t.Optional[str] = None
    builder: t.Optional[str] = None
    pull: bool = False
    nocache: bool = False

    def argv(self) -> t.List[str]:
        """Attestations are named even where there are none: left to itself BuildKit makes some, with times in them."""
        argv = ["docker", "buildx", "build", f"--progress={self.progress}"]
        argv += [f"--provenance={self.provenance}", f"--sbom={self.sbom}", "--output", self.output]
        argv += ["--metadata-file", self.metadata_file, "--file", self.dockerfile]
        argv += _each("--platform", self.platforms)
        argv += _pairs("--build-arg", self.args) + _pairs("--label", self.labels)
        argv += _pairs("--build-context", self._named())
        argv += _pairs("--annotation", self.annotations)
        argv += _each("--secret", self.secrets) + _each("--ssh", self.ssh)
        argv += _each("--cache-from", self.cache_from) + _each("--cache-to", self.cache_to)
        argv += _each("--add-host", [f"{name}:{address}" for name, address in sorted(self.etc_hosts.items())])
        argv += _each("--ulimit", self.ulimits)
        for option, value in (("--network", self.network), ("--shm-size", self.shm_size), ("--target", self.target)):
            argv += [option, value] if value else []
        argv += ["--builder", self.builder] if self.builder else []
        argv += ["--pull"] if self.pull else []
        argv += ["--no-cache"] if self.nocache else []
        return [*argv, self.context]

    def bake_target(self) -> t.Dict[str, t.Any]:
        """The same build as a target of a bake definition."""
        target: t.Dict[str, t.Any] = {
            "context": self.context,
            "dockerfile": self.dockerfile,
            "contexts": self._named(),
            "args": dict(self.args),
            "labels": dict(self.labels),
            "annotations": [f"{key}={value}" for key, value in sorted(self.annotations.items())],
            "platforms": list(self.platforms),
            "secret": list(self.secrets),
            "ssh": list(self.ssh),
            "cache-from": list(self.cache_from),
            "cache-to": list(self.cache_to),
            "attest": [*_attest("provenance", self.provenance), *_attest("sbom", self.sbom)],
            "output": [self.output],
            "extra-hosts": dict(self.etc_hosts),
            "ulimits": list(self.ulimits),
            "network": self.network,
            "shm-size": self.shm_size,
            "target": self.target,
            "pull": self.pull,
            "no-cache": self.nocache,
        }
        always = ("context", "dockerfile", "attest", "output")
        return {key: value for key, value in target.items() if value or key in always}

    def _named(self) -> t.Dict[str, str]:
        return {**{name: IMAGE_CONTEXT + pin for name, pin in self.pins.items()}, **self.contexts}


def _attest(kind: str, value: str) -> t.List[str]:
    return [f"type={kind},disabled=true" if value == "false" else f"type={kind},{value}"]


def _each(option: str, values: t.Iterable[str]) -> t.List[str]:
    return [word for value in values for word in (option, value)]


def _pairs(option: str, values: t.Mapping[str, str]) -> t.List[str]:
    return [word for key in sorted(values) for word in (option, f"{key}={values[key]}")]


@dataclass(frozen=True)
class BuildFailure:
    """Why a build failed, as far as its output tells."""

    reason: str
    step: t.Optional[str] = None
    line: t.Optional[int] = None
    instruction: t.Optional[str] = None
    log: t.Tuple[str, ...] = ()


def parse_failure(output: str) -> BuildFailure:
    """BuildKit ends with the failed step's log between rules, the Dockerfile's lines around it, and ERROR."""
    lines = [line.rstrip() for line in output.splitlines()]
    errors = [line.partition("ERROR: ")[2] for line in lines if line.startswith("ERROR: ")]
    step, log = _step_and_log(lines)
    place = [match for match in map(_LINE.match, lines) if match]
    marked = [match[1].strip() for match in map(_MARKED.match, lines) if match]
    return BuildFailure(
        reason=(errors[-1] if errors else _last(lines)).replace("failed to solve: ", ""),
        step=step,
        line=int(place[-1][2]) if place else None,
        instruction=marked[0] if marked else None,
        log=tuple(log or [line for line in lines if line and not _NOISE.match(line)][-LOG_LINES:]),
    )


def _step_and_log(lines: t.Sequence[str]) -> t.Tuple[t.Optional[str], t.List[str]]:
    for index, line in enumerate(lines):
        match = _STEP.match(line)
        if match and index and lines[index - 1] == _RULE:
            rest = list(lines[index + 1 :])
            end = rest.index(_RULE) if _RULE in rest else len(rest)
            return match[1], rest[:end][-LOG_LINES:]
    return None, []


def _last(lines: t.Sequence[str]) -> str:
    said = [line for line in lines if line]
    return said[-1] if said else "no output"


def progress_kind(version: str) -> str:
    """The best that a buildx with this version line (`docker buildx version`) can do."""
    match = _VERSION.search(version)
    return RAWJSON if match and (int(match[1]), int(match[2])) >= _RAWJSON_FROM else PLAIN
