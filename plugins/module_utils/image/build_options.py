# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a task wants its image built, beyond what is built: checked, and split into what can change the result and
what cannot. Pure but for looking whether named files are there."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, field
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Params
from ansible_collections.slipway.deploy.plugins.module_utils.image.outputs import FileOutput, parse_outputs
from ansible_collections.slipway.deploy.plugins.module_utils.image.texts import texts

_SSH = re.compile(r"([\w.-]+)(?:=(.+))?\Z", re.ASCII)
_SIZE = re.compile(r"\d+[bkmg]?\Z", re.IGNORECASE)
_ULIMIT = re.compile(r"([a-z]+)[:=](-?\d+)(?::(-?\d+))?\Z")
_HOST = re.compile(r"[A-Za-z0-9][\w.-]*\Z", re.ASCII)
_ADDRESS = re.compile(r"[0-9A-Fa-f:.]+\Z|host-gateway\Z")
#: What a cache's description must not say: it would be on a command line that everybody can read.
_SECRET_KEYS = ("secret_access_key", "session_token", "token", "secret", "password", "account_key")
#: BuildKit's own.
_GENERATOR = "docker/buildkit-syft-scanner:stable-1"
_OCI_LABELS = ("source", "revision", "version", "created")
_OCI_PREFIX = "org.opencontainers.image."


@dataclass(frozen=True)
class BuildOptions:
    """`ssh` is id -> what follows the id on the command line."""

    annotations: t.Mapping[str, str] = field(default_factory=dict)
    etc_hosts: t.Mapping[str, str] = field(default_factory=dict)
    network: t.Optional[str] = None
    shm_size: t.Optional[str] = None
    ulimits: t.Tuple[str, ...] = ()
    ssh: t.Mapping[str, str] = field(default_factory=dict)
    cache_from: t.Tuple[str, ...] = ()
    cache_to: t.Tuple[str, ...] = ()
    provenance: str = "none"
    sbom: bool = False
    sbom_generator: t.Optional[str] = None
    source_date_epoch: t.Optional[int] = None
    oci_labels: t.Mapping[str, str] = field(default_factory=dict)
    outputs: t.Tuple[FileOutput, ...] = ()

    @property
    def attested(self) -> bool:
        return self.provenance != "none" or self.sbom

    @property
    def generator(self) -> t.Optional[str]:
        """The image that lists what is in an image, where that is asked for."""
        return (self.sbom_generator or _GENERATOR) if self.sbom else None

    def inputs(self) -> t.Dict[str, t.Any]:
        """What can change the image. Caches and ways out cannot; the OCI labels tell of the build, and not to it."""
        found: t.Dict[str, t.Any] = {
            "annotations": dict(self.annotations),
            "etc_hosts": dict(self.etc_hosts),
            "network": self.network,
            "shm_size": self.shm_size,
            "ulimits": list(self.ulimits),
            "ssh": sorted(self.ssh),
            "provenance": self.provenance if self.provenance != "none" else None,
            "sbom": self.sbom or None,
            "source_date_epoch": self.source_date_epoch,
        }
        return {name: value for name, value in found.items() if value not in (None, {}, [])}


def parse_options(params: Params, env: t.Mapping[str, str]) -> BuildOptions:
    return BuildOptions(
        annotations=texts("annotations", params["annotations"]),
        etc_hosts=_etc_hosts(params["etc_hosts"]),
        network=params["network"] or None,
        shm_size=_size(params["shm_size"]),
        ulimits=tuple(_ulimit(one) for one in params["ulimits"] or []),
        ssh=dict(_ssh(one, env) for one in params["ssh"] or []),
        cache_from=tuple(_cache("cache_from", one) for one in params["cache_from"] or []),
        cache_to=tuple(_lenient(_cache("cache_to", one)) for one in params["cache_to"] or []),
        provenance=params["provenance"],
        sbom=params["sbom"],
        sbom_generator=params["sbom_generator"] or None,
        source_date_epoch=_epoch(params["source_date_epoch"], env),
        oci_labels=_oci_labels(params["oci_labels"]),
        outputs=parse_outputs(params["outputs"]),
    )


def _etc_hosts(given: t.Optional[t.Mapping[str, t.Any]]) -> t.Dict[str, str]:
    found = texts("etc_hosts", given)
    for name, address in found.items():
        if not _HOST.match(name) or not _ADDRESS.match(address):
            raise InputError(f"etc_hosts: '{name}: {address}' is not a host name with its IP address.")
    return found


def _size(given: t.Optional[str]) -> t.Optional[str]:
    if given and not _SIZE.match(given):
        raise InputError(f"shm_size {given!r} is not a size: write a number of bytes, or one with k, m or g (64m).")
    return given or None


def _ulimit(given: str) -> str:
    match = _ULIMIT.match(given)
    if not match:
        raise InputError(f"ulimits: {given!r} is not a limit: write name:soft or name:soft:hard (nofile:1024:4096).")
    return f"{match[1]}={match[2]}:{match[3] or match[2]}"


def _ssh(given: str, env: t.Mapping[str, str]) -> t.Tuple[str, str]:
    """An agent's socket or keys, which must be there before a build begins."""
    match = _SSH.match(given)
    if not match:
        raise InputError(f"ssh: {given!r} is not an id ('default'), or an id with a socket or keys (id=/path).")
    paths = match[2] or env.get("SSH_AUTH_SOCK", "")
    if not paths:
        raise InputError(
            f"ssh: {given!r} needs an SSH agent, but SSH_AUTH_SOCK is not set for this task: forward the agent, "
            "or name a key (id=/path)."
        )
    for path in paths.split(","):
        if not Path(path).exists():
            raise InputError(f"ssh: there is no socket or key {path} for {match[1]!r}.")
    return match[1], paths


def _cache(option: str, given: str) -> str:
    """A reference alone, or type=... with its attributes."""
    pairs = [part.partition("=") for part in given.split(",")]
    if len(pairs) == 1 and not pairs[0][1]:
        return f"type=registry,ref={given}"
    attributes = {key.strip(): value for key, equals, value in pairs if equals}
    if len(attributes) != len(pairs) or not attributes.get("type"):
        raise InputError(f"{option}: {given!r} is not an image, or type=...,key=value as buildx wants it.")
    for key in attributes:
        if key in _SECRET_KEYS:
            raise InputError(
                f"{option}: {key} would be on a command line that everybody can read: give it by the task's "
                "environment (AWS_SECRET_ACCESS_KEY and the like)."
            )
    return given


def _lenient(cache: str) -> str:
    """An image does not fail for a cache that cannot be written; who wants it to says ignore-error=false."""
    if "ignore-error=" in cache or cache.startswith("type=inline"):
        return cache
    return f"{cache},ignore-error=true"


def _epoch(given: t.Optional[int], env: t.Mapping[str, str]) -> t.Optional[int]:
    """buildx itself heeds the variable, so that it counts whether or not the task names it."""
    text = env.get("SOURCE_DATE_EPOCH", "") if given is None else str(given)
    if not text:
        return None
    if not text.isdigit():
        raise InputError(f"source_date_epoch {text!r} is not a number of seconds since 1970.")
    return int(text)


def _oci_labels(given: t.Optional[t.Mapping[str, t.Any]]) -> t.Dict[str, str]:
    return {f"{_OCI_PREFIX}{name}": str(given[name]) for name in _OCI_LABELS if given.get(name)} if given else {}
