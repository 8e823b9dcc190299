# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a builder of buildx shall be, and the commands that make it. Pure."""

from __future__ import annotations

import re
import typing as t
from dataclasses import asdict, dataclass

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError

CONTAINER, REMOTE = "docker-container", "remote"
PRESENT, ABSENT = "present", "absent"
_NAME = re.compile(r"[a-zA-Z][a-zA-Z0-9._-]*")
_PLATFORM = re.compile(r"[a-z0-9]+/[a-z0-9_]+(/[a-z0-9]+)?")
#: The engine's own builders have the names of its contexts.
_ENGINES_OWN = "default"


@dataclass(frozen=True)
class Node:
    """Where a builder builds: a container on an engine, or a BuildKit that runs already."""

    name: str
    endpoint: str = ""
    platforms: t.Tuple[str, ...] = ()
    driver_opts: t.Tuple[t.Tuple[str, str], ...] = ()
    buildkitd_flags: str = ""

    def made_of(self) -> t.Dict[str, t.Any]:
        """As JSON has it."""
        return {**asdict(self), "platforms": list(self.platforms), "driver_opts": dict(self.driver_opts)}


@dataclass(frozen=True)
class Builder:
    """What is asked of one name."""

    name: str
    state: str = PRESENT
    driver: str = CONTAINER
    buildkitd_config: str = ""
    nodes: t.Tuple[Node, ...] = ()
    bootstrap: bool = True
    use: bool = False
    keep_cache: bool = False

    def made_of(self) -> t.Dict[str, t.Any]:
        """All that a builder is made of: when this is another, the builder must be made anew."""
        return {
            "driver": self.driver,
            "buildkitd_config": self.buildkitd_config,
            "nodes": [node.made_of() for node in self.nodes],
        }


def parse(options: t.Sequence[t.Mapping[str, t.Any]]) -> t.List[Builder]:
    """The module's list. What cannot be right is an InputError, before anything is touched."""
    builders = [_builder(item) for item in options]
    names = [builder.name for builder in builders]
    for name in names:
        if names.count(name) > 1:
            raise InputError(f"builders: '{name}' is there twice, name it once.")
    return builders


def _builder(item: t.Mapping[str, t.Any]) -> Builder:
    name = item["name"]
    if not _NAME.fullmatch(name) or name == _ENGINES_OWN:
        raise InputError(
            f"builders: '{name}' cannot be the name of a builder, use letters, digits, '.', '_' and '-', a letter"
            f" first, and not '{_ENGINES_OWN}', which is the engine's own."
        )
    nodes = tuple(_node(name, i, node) for i, node in enumerate(item["nodes"] or [{}]))
    builder = Builder(
        name=name,
        state=item["state"],
        driver=item["driver"],
        buildkitd_config=item["buildkitd_config"] or "",
        nodes=nodes,
        bootstrap=item["bootstrap"],
        use=item["use"],
        keep_cache=item["keep_cache"],
    )
    if builder.state == PRESENT:
        _check(builder)
    return builder


def _node(builder: str, number: int, node: t.Mapping[str, t.Any]) -> Node:
    return Node(
        name=node.get("name") or f"{builder}{number}",
        endpoint=node.get("endpoint") or "",
        platforms=tuple(node.get("platforms") or ()),
        driver_opts=tuple(sorted((key, _text(value)) for key, value in (node.get("driver_opts") or {}).items())),
        buildkitd_flags=node.get("buildkitd_flags") or "",
    )


def _text(value: t.Any) -> str:
    """As buildx reads it: a YAML `true` is its `true`."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _check(builder: Builder) -> None:
    names = [node.name for node in builder.nodes]
    for node in builder.nodes:
        if names.count(node.name) > 1:
            raise InputError(f"builders: '{builder.name}' has two nodes '{node.name}', give each its own name.")
        for platform in node.platforms:
            if not _PLATFORM.fullmatch(platform):
                raise InputError(
                    f"builders: '{platform}' (node {node.name}) is no platform, write it as linux/amd64 or"
                    " linux/arm/v7."
                )
        if builder.driver == REMOTE and not node.endpoint:
            raise InputError(
                f"builders: '{builder.name}' has the driver {REMOTE}, and its node {node.name} no endpoint, name the"
                " BuildKit that it speaks to (tcp://HOST:PORT or unix:///PATH)."
            )
    if builder.driver == REMOTE and builder.buildkitd_config:
        raise InputError(
            f"builders: '{builder.name}' has the driver {REMOTE}, whose BuildKit has its own configuration, leave"
            " buildkitd_config out."
        )


def create_argv(builder: Builder, node: Node, *, first: bool, config: str) -> t.List[str]:
    """`config`: the file with its configuration, or nothing."""
    argv = ["docker", "buildx", "create", "--name", builder.name, "--driver", builder.driver, "--node", node.name]
    argv += [] if first else ["--append"]
    argv += ["--platform", ",".join(node.platforms)] if node.platforms else []
    argv += [word for key, value in node.driver_opts for word in ("--driver-opt", _csv(f"{key}={value}"))]
    argv += ["--buildkitd-flags", node.buildkitd_flags] if node.buildkitd_flags else []
    argv += ["--config", config] if config else []
    return [*argv, node.endpoint] if node.endpoint else argv


def _csv(text: str) -> str:
    """buildx takes a comma for the end of an option."""
    return '"' + text.replace('"', '""') + '"' if set(text) & set(',"') else text


def remove_argv(name: str, *, keep_cache: bool) -> t.List[str]:
    return ["docker", "buildx", "rm", *(["--keep-state"] if keep_cache else []), name]
