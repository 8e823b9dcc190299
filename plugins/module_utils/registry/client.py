# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The registry's HTTP API (OCI distribution, version 2): the few calls that building and pushing need."""

from __future__ import annotations

import hashlib
import json
import typing as t
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urljoin, urlsplit

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.registry.auth import Credentials
from ansible_collections.slipway.deploy.plugins.module_utils.registry.connection import (
    FAILURES,
    Body,
    HttpClient,
    Response,
    tls_context,
)
from ansible_collections.slipway.deploy.plugins.module_utils.registry.errors import (
    RegistryRefused,
    not_allowed,
    unreachable,
)
from ansible_collections.slipway.deploy.plugins.module_utils.registry.login import Login

OCI_INDEX = "application/vnd.oci.image.index.v1+json"
OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"
DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
INDEXES = (OCI_INDEX, DOCKER_LIST)
_ACCEPT = ", ".join((OCI_INDEX, OCI_MANIFEST, DOCKER_LIST, DOCKER_MANIFEST))
_REDIRECTS = (301, 302, 303, 307, 308)
_NOT_FOUND = 404


def digest_of(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


@dataclass(frozen=True)
class Manifest:
    """A manifest or an index, as the registry keeps it."""

    media_type: str
    digest: str
    content: bytes = field(default=b"", repr=False)

    @property
    def is_index(self) -> bool:
        return self.media_type in INDEXES


@dataclass(frozen=True)
class Endpoint:
    """Where a registry answers and how to trust it."""

    url: str
    ca_files: t.Tuple[str, ...] = ()
    #: Only for registries that the engine, too, is told not to check.
    verify: bool = True

    @property
    def registry(self) -> str:
        return urlsplit(self.url).netloc


def endpoint(url: str, ca_file: t.Optional[str] = None) -> Endpoint:
    """What a user gives: an address (https:// when left out) and perhaps a file."""
    full = url if "://" in url else f"https://{url}"
    parts = urlsplit(full)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/"):
        raise InputError(f"{url!r} is not a registry's address: write https://host[:port].")
    if ca_file and not Path(ca_file).is_file():
        raise InputError(f"There is no CA certificate {ca_file} for registry {parts.netloc}.")
    return Endpoint(f"{parts.scheme}://{parts.netloc}", (ca_file,) if ca_file else ())


class RegistryClient:
    """One registry. Safe for several threads."""

    def __init__(self, where: Endpoint, credentials: t.Optional[Credentials] = None, timeout: float = 30.0) -> None:
        self.registry = where.registry
        self._url = where.url
        context = tls_context(where.ca_files, verify=where.verify) if where.url.startswith("https:") else None
        self._http = HttpClient(context, timeout)
        self._login = Login(self._http, where.registry, credentials)
        self._username = credentials.username if credentials else None

    def ping(self) -> None:
        """Raises when the registry is not there or refuses the credentials."""
        self._expect((200,), "GET", "/v2/", scope="")

    def speaks_tls(self) -> bool:
        """Whether anything answers here by this scheme."""
        try:
            self._http.request("GET", self._url + "/v2/")
        except FAILURES:
            return False
        return True

    def head_manifest(self, repository: str, version: str) -> t.Optional[Manifest]:
        """Type and digest of a tag; None where there is no such tag."""
        answer = self._call("HEAD", f"/v2/{repository}/manifests/{version}", _pull(repository), {"Accept": _ACCEPT})
        if answer.status == _NOT_FOUND:
            return None
        self._check(answer, (200,), f"manifest {repository}:{version}")
        digest = answer.headers.get("docker-content-digest")
        if not digest:  # the header is optional: then the content tells
            return self.get_manifest(repository, version)
        return Manifest(_media_type(answer), digest)

    def get_manifest(self, repository: str, version: str) -> t.Optional[Manifest]:
        answer = self._call("GET", f"/v2/{repository}/manifests/{version}", _pull(repository), {"Accept": _ACCEPT})
        if answer.status == _NOT_FOUND:
            return None
        self._check(answer, (200,), f"manifest {repository}:{version}")
        return Manifest(_media_type(answer), digest_of(answer.body), answer.body)

    def put_manifest(self, repository: str, version: str, manifest: Manifest) -> None:
        self._expect(
            (201, 202),
            "PUT",
            f"/v2/{repository}/manifests/{version}",
            scope=_push(repository),
            headers={"Content-Type": manifest.media_type},
            body=manifest.content,
        )

    def has_blob(self, repository: str, digest: str) -> bool:
        answer = self._call("HEAD", f"/v2/{repository}/blobs/{digest}", _pull(repository))
        if answer.status == _NOT_FOUND:
            return False
        self._check(answer, (200, *_REDIRECTS), f"blob {repository}@{digest}")
        return True

    def get_blob(self, repository: str, digest: str) -> bytes:
        """For small blobs (an image's configuration)."""
        answer = self._call("GET", f"/v2/{repository}/blobs/{digest}", _pull(repository))
        if answer.status in _REDIRECTS:  # to a store that must not see our credentials
            answer = self._send("GET", urljoin(self._url, answer.headers.get("location", "")), {}, None)
        self._check(answer, (200,), f"blob {repository}@{digest}")
        return answer.body

    def put_blob(self, repository: str, digest: str, body: Body, mount_from: t.Optional[str] = None) -> None:
        """Upload in one request. Where another repository of this registry has the blob, it is only linked."""
        query = "?" + urlencode({"mount": digest, "from": mount_from}) if mount_from else ""
        started = self._expect((201, 202), "POST", f"/v2/{repository}/blobs/uploads/{query}", scope=_push(repository))
        if started.status == 201:  # noqa: PLR2004  linked
            return
        target = urljoin(self._url, started.headers.get("location", ""))
        target += ("&" if urlsplit(target).query else "?") + urlencode({"digest": digest})
        headers = {"Content-Type": "application/octet-stream"}
        self._expect((201, 204), "PUT", target, scope=_push(repository), headers=headers, body=body)

    def _expect(
        self,
        statuses: t.Tuple[int, ...],
        method: str,
        target: str,
        *,
        scope: str,
        headers: t.Optional[t.Mapping[str, str]] = None,
        body: t.Union[bytes, Body, None] = None,
    ) -> Response:
        answer = self._call(method, target, scope, headers, body)
        self._check(answer, statuses, f"{method} {urlsplit(target).path}")
        return answer

    def _call(
        self,
        method: str,
        target: str,
        scope: str,
        headers: t.Optional[t.Mapping[str, str]] = None,
        body: t.Union[bytes, Body, None] = None,
    ) -> Response:
        """Send; on the registry's challenge log in and send again. Other hosts (an upload's target) see no login."""
        url = urljoin(self._url, target)
        if urlsplit(url).netloc != self.registry:
            return self._send(method, url, headers or {}, body)
        login = self._login.headers(scope)
        answer = self._send(method, url, {**(headers or {}), **login}, body)
        challenge = answer.headers.get("www-authenticate", "")
        if answer.status == 401 and self._login.answer(challenge, scope, sent=bool(login)):  # noqa: PLR2004
            answer = self._send(method, url, {**(headers or {}), **self._login.headers(scope)}, body)
        return answer

    def _send(self, method: str, url: str, headers: t.Mapping[str, str], body: t.Union[bytes, Body, None]) -> Response:
        try:
            return self._http.request(method, url, {"User-Agent": "slipway", **headers}, body)
        except FAILURES as exc:
            raise unreachable(urlsplit(url).netloc, exc) from exc

    def _check(self, answer: Response, statuses: t.Tuple[int, ...], what: str) -> None:
        if answer.status in statuses:
            return
        if answer.status in (401, 403):
            raise not_allowed(self.registry, what, self._username)
        raise RegistryRefused(
            f"Registry {self.registry} answered {answer.status} for {what}: {_reason(answer)}.", answer.status
        )


def _pull(repository: str) -> str:
    return f"repository:{repository}:pull"


def _push(repository: str) -> str:
    return f"repository:{repository}:pull,push"


def _media_type(answer: Response) -> str:
    return answer.headers.get("content-type", "").partition(";")[0].strip()


def _reason(answer: Response) -> str:
    """The registry's own words ({"errors": [{"code", "message"}]}), or the start of what it sent."""
    try:
        errors = json.loads(answer.body)["errors"]
        return "; ".join(str(error.get("message") or error.get("code")) for error in errors)
    except (ValueError, KeyError, TypeError, AttributeError):
        return answer.body[:200].decode("utf-8", "replace").strip() or "no reason given"
