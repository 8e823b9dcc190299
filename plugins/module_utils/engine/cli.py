# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The engine on this host, by its command `docker`."""

from __future__ import annotations

import json
import typing as t
from dataclasses import dataclass, field

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import Completed, Runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import (
    AuthError,
    SlipwayError,
    TransportError,
)

_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64", "armv7l": "arm/v7", "i386": "386", "i686": "386"}
_CONTAINERD_STORE = ["driver-type", "io.containerd.snapshotter.v1"]
_REFUSED = ("unauthorized", "authentication required", "denied", "no basic auth credentials", "403 Forbidden")


class EngineError(SlipwayError):
    """The engine did not do what it was asked."""


@dataclass(frozen=True)
class EngineInfo:
    """What `docker info` tells."""

    version: str
    platform: str
    #: Mirrors of Docker Hub, in the engine's order.
    mirrors: t.Tuple[str, ...] = ()
    #: Registries, and networks of them, that may be asked without TLS or with a certificate that nobody checks.
    insecure: t.FrozenSet[str] = frozenset()
    #: Images are kept by containerd: whole indexes, with attestations.
    containerd: bool = False

    @property
    def major(self) -> int:
        head = self.version.partition(".")[0]
        return int(head) if head.isdigit() else 0


@dataclass(frozen=True)
class LocalImage:
    id: str
    tags: t.Tuple[str, ...] = ()
    digests: t.Tuple[str, ...] = ()
    labels: t.Mapping[str, str] = field(default_factory=dict)
    #: NAME=value, and the instructions that wait for a build from this image.
    env: t.Tuple[str, ...] = ()
    onbuild: t.Tuple[str, ...] = ()
    #: system/architecture[/variant].
    platform: str = ""

    def digest_in(self, repository: str) -> t.Optional[str]:
        """What a registry calls it there. `repository` as the engine lists it."""
        prefix = f"{repository}@"
        return next((one[len(prefix) :] for one in self.digests if one.startswith(prefix)), None)


class Engine:
    """Commands that do one thing each. `run` is injected."""

    def __init__(self, run: Runner) -> None:
        self._run = run

    def info(self) -> EngineInfo:
        done = self._run(["docker", "info", "--format", "{{json .}}"])
        try:
            data = json.loads(done.out) if done.out.strip() else {}
        except ValueError:
            data = {}
        if not done.ok or data.get("ServerErrors") or not data.get("ServerVersion"):
            raise not_running("; ".join(data.get("ServerErrors") or []) or done.tail(3))
        return parse_info(data)

    def images(self, names: t.Sequence[str]) -> t.Dict[str, LocalImage]:
        """Those of the named images that are on this host."""
        done = self._run(["docker", "image", "inspect", "--format", "{{json .}}", *names])
        found = [local_image(json.loads(line)) for line in done.out.splitlines() if line.startswith("{")]
        return {name: image for name in names for image in found if name in image.tags or name in image.digests}

    def image_id(self, name: str) -> t.Optional[str]:
        done = self._run(["docker", "image", "inspect", "--format", "{{.Id}}", name])
        return done.out.strip() if done.ok else None

    def tag(self, source: str, name: str) -> None:
        self._do(["docker", "image", "tag", source, name], f"Cannot tag {source} as {name}")

    def push(self, name: str) -> None:
        self._do(["docker", "image", "push", "--quiet", name], f"Cannot push {name}")

    def pull(self, name: str, platform: t.Optional[str] = None) -> None:
        where = ["--platform", platform] if platform else []
        self._do(["docker", "image", "pull", "--quiet", *where, name], f"Cannot pull {name}")

    def load(self, archive: str) -> None:
        """The images of an archive, with their names in it."""
        self._do(["docker", "image", "load", "--quiet", "--input", archive], "Cannot load the image into the engine")

    def _do(self, argv: t.Sequence[str], what: str) -> Completed:
        done = self._run(argv)
        if not done.ok:
            raise refused_or(done, what)
        return done


def refused_or(done: Completed, what: str) -> SlipwayError:
    tail = done.tail(5)
    if any(word in tail for word in _REFUSED):
        return AuthError(f"{what}: the registry refuses the credentials ({tail}).")
    return EngineError(f"{what}: {tail}")


def not_running(reason: str) -> TransportError:
    if "permission denied" in reason.lower():
        return TransportError(
            f"This user may not talk to the Docker engine ({reason}): use 'become: true' or put it in group docker."
        )
    return TransportError(f"The Docker engine does not answer ({reason}): start it ('systemctl start docker').")


def parse_info(data: t.Mapping[str, t.Any]) -> EngineInfo:
    registries = data.get("RegistryConfig") or {}
    indexes = registries.get("IndexConfigs") or {}
    architecture = str(data.get("Architecture") or "x86_64")
    return EngineInfo(
        version=str(data["ServerVersion"]),
        platform=f"{data.get('OSType') or 'linux'}/{_ARCHITECTURES.get(architecture, architecture)}",
        mirrors=tuple(url.rstrip("/") for url in registries.get("Mirrors") or []),
        insecure=frozenset(
            [name for name, index in indexes.items() if not index.get("Secure")]
            + (registries.get("InsecureRegistryCIDRs") or [])
        ),
        containerd=_CONTAINERD_STORE in (data.get("DriverStatus") or []),
    )


def local_image(data: t.Mapping[str, t.Any]) -> LocalImage:
    """From what `docker image inspect`, and the API, say of it."""
    config = data.get("Config") or {}
    return LocalImage(
        id=data["Id"],
        tags=tuple(data.get("RepoTags") or []),
        digests=tuple(data.get("RepoDigests") or []),
        labels=config.get("Labels") or {},
        env=tuple(config.get("Env") or []),
        onbuild=tuple(config.get("OnBuild") or []),
        platform="/".join(filter(None, (data.get("Os"), data.get("Architecture"), data.get("Variant")))),
    )
