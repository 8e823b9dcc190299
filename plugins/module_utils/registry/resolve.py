# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finds images in registries the way the engine on this host does: Docker Hub's mirrors first, with the certificates
of /etc/docker/certs.d and the logins of config.json."""

from __future__ import annotations

import ipaddress
import json
import re
import threading
import typing as t
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError, TransportError
from ansible_collections.slipway.deploy.plugins.module_utils.image.reference import DOCKER_HUB, ImageReference
from ansible_collections.slipway.deploy.plugins.module_utils.registry.auth import Credentials, from_docker_config
from ansible_collections.slipway.deploy.plugins.module_utils.registry.client import RegistryClient
from ansible_collections.slipway.deploy.plugins.module_utils.registry.errors import RegistryUnreachable
from ansible_collections.slipway.deploy.plugins.module_utils.registry.manifest import Manifest, pick, platforms_of
from ansible_collections.slipway.deploy.plugins.module_utils.registry.retry import NO_PATIENCE, Patience
from ansible_collections.slipway.deploy.plugins.module_utils.registry.transport import Endpoint, authority

_HUB_HOST = "registry-1.docker.io"
_CERTIFICATES = Path("/etc/docker/certs.d")
#: A mirror or a registry that is switched off must not hold up a build for long.
_TIMEOUT = 10.0
_Found = t.TypeVar("_Found")
_NETWORK = re.compile(r"[0-9a-fA-F.:]+/\d+\Z")


class ImageNotFound(InputError):
    """Every registry that was asked says that there is no such image."""


@dataclass(frozen=True)
class Resolved:
    """`digest` is what the name stands for (an index, often); `platform_digest` the one image of it."""

    digest: str
    platform_digest: str


@dataclass(frozen=True)
class Trust:
    """How a task says to trust a registry. `verify`: None is as the engine does."""

    ca_file: t.Optional[str] = None
    verify: t.Optional[bool] = None


@dataclass
class Registries:
    """The registries as one host sees them. `own` are credentials given for one registry, `trust` what a task says of
    one, `any_trust` of all others."""

    env: t.Mapping[str, str]
    mirrors: t.Tuple[str, ...] = ()
    insecure: t.FrozenSet[str] = frozenset()
    own: t.Mapping[str, Credentials] = field(default_factory=dict)
    certificates: Path = _CERTIFICATES
    trust: t.Mapping[str, Trust] = field(default_factory=dict)
    any_trust: Trust = Trust()
    patience: Patience = NO_PATIENCE
    timeout: float = _TIMEOUT
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _clients: t.Dict[str, RegistryClient] = field(default_factory=dict)

    def home(self, domain: str) -> RegistryClient:
        """The registry itself: where a push goes."""
        with self._lock:
            if domain not in self._clients:
                self._clients[domain] = self._connect(domain)
            return self._clients[domain]

    def resolve(self, reference: ImageReference, platform: str) -> Resolved:
        """Raises ImageNotFound, or what the last registry's trouble was."""
        return self._first(reference, lambda client: _resolve_at(client, reference, platform))

    def digest(self, reference: ImageReference) -> str:
        """What the name stands for, of whatever platforms it is. Raises as `resolve` does."""
        found = self._first(reference, lambda client: client.head_manifest(reference.path, reference.version))
        return found.digest

    def _first(self, reference: ImageReference, ask: t.Callable[[RegistryClient], t.Optional[_Found]]) -> _Found:
        trouble: t.List[str] = []
        missing = True
        for client in self._sources(reference.domain):
            try:
                found = ask(client)
            except TransportError as exc:
                trouble.append(exc.message)
                missing = False
                continue
            if found is not None:
                return found
            trouble.append(f"Registry {client.registry} does not have it.")
        error = ImageNotFound if missing else RegistryUnreachable
        raise error(f"Image {reference.familiar} was not found. {' '.join(trouble)}")

    def config(self, reference: ImageReference, digest: str) -> t.Mapping[str, t.Any]:
        """The configuration of one image (no index), from the first registry that has it."""
        error: t.Optional[TransportError] = None
        for client in self._sources(reference.domain):
            try:
                manifest = client.get_manifest(reference.path, digest)
                described = json.loads(manifest.content).get("config") if manifest else None
                if described:
                    found: t.Mapping[str, t.Any] = json.loads(client.get_blob(reference.path, described["digest"]))
                    return found
            except TransportError as exc:
                error = exc
        raise error or ImageNotFound(f"No registry has the configuration of {reference.familiar} ({digest}).")

    def _sources(self, domain: str) -> t.Iterator[RegistryClient]:
        for url in self.mirrors if domain == DOCKER_HUB else ():
            if url not in self._clients:
                self._clients[url] = self._mirror(url)
            yield self._clients[url]
        yield self.home(domain)

    def _mirror(self, url: str) -> RegistryClient:
        host = urlsplit(url).netloc
        where = Endpoint(url, self.authorities(host), verify=self.verifies(host))
        return self._client(where, self.own.get(host) or from_docker_config(host, self.env))

    def _connect(self, domain: str) -> RegistryClient:
        credentials = self.own.get(domain) or from_docker_config(domain, self.env)
        host = _HUB_HOST if domain == DOCKER_HUB else domain
        if self.verifies(domain):
            return self._client(Endpoint(f"https://{host}", self.authorities(domain)), credentials)
        client = self._client(Endpoint(f"https://{host}", verify=False), credentials)
        if client.speaks_tls():
            return client
        return self._client(Endpoint(f"http://{host}"), credentials)

    def _client(self, where: Endpoint, credentials: t.Optional[Credentials]) -> RegistryClient:
        return RegistryClient(where, credentials, self.timeout, self.patience)

    def authorities(self, host: str) -> t.Tuple[str, ...]:
        given = authority(self.trust.get(host, self.any_trust).ca_file, host)
        return given + tuple(sorted(str(path) for path in (self.certificates / host).glob("*.crt")))

    def verifies(self, host: str) -> bool:
        trust = self.trust.get(host, self.any_trust)
        if trust.verify is not None:
            return trust.verify
        return trust.ca_file is not None or not self._is_insecure(host)

    def _is_insecure(self, host: str) -> bool:
        """As the engine: loopback always, else the names and networks that daemon.json lists."""
        name = urlsplit(f"//{host}").hostname or host
        if host in self.insecure or name == "localhost":
            return True
        try:
            address = ipaddress.ip_address(name)
        except ValueError:
            return False
        networks = [ipaddress.ip_network(one) for one in self.insecure if _NETWORK.match(one)]
        return address.is_loopback or any(address in network for network in networks)


def _resolve_at(client: RegistryClient, reference: ImageReference, platform: str) -> t.Optional[Resolved]:
    top = client.head_manifest(reference.path, reference.version)
    if top is None:
        return None
    if not top.is_index:
        return Resolved(top.digest, top.digest)
    index = client.get_manifest(reference.path, top.digest)
    if index is None:
        return None
    return Resolved(top.digest, choose_platform(index, platform, reference.familiar))


def choose_platform(index: Manifest, platform: str, name: str) -> str:
    """The digest of the image for a platform."""
    entries = index.children
    found = pick(entries, platform)
    if found is None:
        raise InputError(f"Image {name} is not made for platform {platform}: it has {platforms_of(entries)}.")
    return found.digest
