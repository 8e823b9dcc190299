# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The registry's HTTP API (OCI distribution, version 2), call by call. Blobs of any size: download.py, upload.py."""

from __future__ import annotations

import json
import re
import typing as t
from urllib.parse import urlencode, urlsplit

from ansible_collections.slipway.deploy.plugins.module_utils.registry.auth import Credentials
from ansible_collections.slipway.deploy.plugins.module_utils.registry.connection import Body, Response
from ansible_collections.slipway.deploy.plugins.module_utils.registry.errors import (
    BadContent,
    RegistryRefused,
    not_allowed,
    too_many,
)
from ansible_collections.slipway.deploy.plugins.module_utils.registry.manifest import (
    ACCEPT,
    OCI_INDEX,
    Manifest,
    digest_of,
    same_content,
)
from ansible_collections.slipway.deploy.plugins.module_utils.registry.retry import (
    NO_PATIENCE,
    TOO_MANY,
    Patience,
    asked_wait,
)
from ansible_collections.slipway.deploy.plugins.module_utils.registry.transport import Endpoint, Transport

_NOT_FOUND = 404
_CREATED = 201
_PAGE = 1000
_NEXT = re.compile(r'<([^>]+)>\s*;\s*rel="?next"?')
#: Nobody has so many tags: a registry whose pages never end is broken.
_MOST_PAGES = 10_000


class RegistryClient:
    """One registry. Safe for several threads."""

    def __init__(
        self,
        where: Endpoint,
        credentials: t.Optional[Credentials] = None,
        timeout: float = 30.0,
        patience: Patience = NO_PATIENCE,
    ) -> None:
        self.registry = where.registry
        self.transport = Transport(where, credentials, timeout, patience)

    def ping(self) -> None:
        """Raises when the registry is not there or refuses the credentials."""
        self.expect((200,), "GET", "/v2/", scope="")

    def speaks_tls(self) -> bool:
        """Whether anything answers here by this scheme."""
        return self.transport.answers()

    def head_manifest(self, repository: str, version: str) -> t.Optional[Manifest]:
        """Type and digest of a tag; None where there is no such tag."""
        answer = self._manifest("HEAD", repository, version)
        if answer is None:
            return None
        digest = answer.headers.get("docker-content-digest")
        if not digest:  # the header is optional: then the content tells
            return self.get_manifest(repository, version)
        return Manifest(_media_type(answer), digest)

    def get_manifest(self, repository: str, version: str) -> t.Optional[Manifest]:
        answer = self._manifest("GET", repository, version)
        if answer is None:
            return None
        digest = digest_of(answer.body)
        if ":" in version:
            if not same_content(answer.body, version):
                raise BadContent(f"Registry {self.registry} sent a manifest that is not {version}, but {digest}.")
            digest = version
        return Manifest(_media_type(answer) or _own_type(answer.body), digest, answer.body)

    def pushed_at(self, repository: str, version: str) -> t.Optional[str]:
        """When it came, as an HTTP date; most registries do not say."""
        answer = self._manifest("HEAD", repository, version)
        return answer.headers.get("last-modified") if answer else None

    def _manifest(self, method: str, repository: str, version: str) -> t.Optional[Response]:
        target = f"/v2/{repository}/manifests/{version}"
        answer = self.transport.request(method, target, pull(repository), {"Accept": ACCEPT})
        if method == "HEAD" and answer.status not in (200, 401, 403, _NOT_FOUND):
            # An answer to HEAD cannot say why, and a few registries know no HEAD.
            answer = self.transport.request("GET", target, pull(repository), {"Accept": ACCEPT})
        if answer.status == _NOT_FOUND:
            return None
        self.check(answer, (200,), f"manifest {_named(repository, version)}")
        return answer

    def put_manifest(self, repository: str, version: str, manifest: Manifest) -> Response:
        return self.expect(
            (201, 202),
            "PUT",
            f"/v2/{repository}/manifests/{version}",
            scope=push(repository),
            headers={"Content-Type": manifest.media_type},
            body=manifest.content,
        )

    def delete_manifest(self, repository: str, version: str) -> Response:
        """By digest, or by tag where the registry can. The caller judges the answer."""
        return self.transport.request("DELETE", f"/v2/{repository}/manifests/{version}", delete(repository))

    def has_blob(self, repository: str, digest: str) -> bool:
        answer = self.transport.request("HEAD", f"/v2/{repository}/blobs/{digest}", pull(repository))
        if answer.status == _NOT_FOUND:
            return False
        self.check(answer, (200,), f"blob {repository}@{digest}")
        return True

    def get_blob(self, repository: str, digest: str) -> bytes:
        """For small blobs (an image's configuration)."""
        answer = self.transport.request("GET", f"/v2/{repository}/blobs/{digest}", pull(repository))
        self.check(answer, (200,), f"blob {repository}@{digest}")
        return answer.body

    def put_blob(self, repository: str, digest: str, body: Body, mount_from: t.Optional[str] = None) -> None:
        """Upload in one request. Where another repository of this registry has the blob, it is only linked."""
        target = self.start_upload(repository, digest, mount_from)
        if target is not None:
            self.finish_upload(repository, target, digest, body)

    def start_upload(self, repository: str, digest: str, mount_from: t.Optional[str] = None) -> t.Optional[str]:
        """Where to send the blob; None where it was linked from another repository of this registry."""
        query, scope = "", push(repository)
        if mount_from:
            query = "?" + urlencode({"mount": digest, "from": mount_from})
            scope = f"{scope} {pull(mount_from)}"
        started = self.expect((201, 202), "POST", f"/v2/{repository}/blobs/uploads/{query}", scope=scope)
        return None if started.status == _CREATED else self._location(started)

    def finish_upload(self, repository: str, target: str, digest: str, body: t.Union[bytes, Body] = b"") -> None:
        """With what is left of the blob, or all of it."""
        target += ("&" if urlsplit(target).query else "?") + urlencode({"digest": digest})
        headers = {"Content-Type": "application/octet-stream"}
        self.expect((201, 204), "PUT", target, scope=push(repository), headers=headers, body=body)

    def _location(self, answer: Response) -> str:
        return self.transport.url(answer.headers.get("location", ""))

    def tags(self, repository: str) -> t.Optional[t.List[str]]:
        """All of them, page by page; None where there is no such repository."""
        return self._pages(f"/v2/{repository}/tags/list?n={_PAGE}", "tags", pull(repository), f"tags of {repository}")

    def repositories(self) -> t.List[str]:
        """The registry's catalog; many registries have none."""
        found = self._pages(f"/v2/_catalog?n={_PAGE}", "repositories", "registry:catalog:*", "catalog")
        if found is None:
            raise RegistryRefused(
                f"Registry {self.registry} has no catalog: name the repositories instead.", _NOT_FOUND
            )
        return found

    def _pages(self, target: str, key: str, scope: str, what: str) -> t.Optional[t.List[str]]:
        found: t.List[str] = []
        for _page in range(_MOST_PAGES):
            answer = self.transport.request("GET", target, scope)
            if answer.status == _NOT_FOUND:
                return None
            self.check(answer, (200,), what)
            found.extend(_json(answer, what, self.registry).get(key) or [])
            following = _NEXT.search(answer.headers.get("link", ""))
            if following is None:
                return found
            target = self.transport.url(following[1])
        raise RegistryRefused(f"Registry {self.registry} has no end of pages for {what}.", 200)

    def referrers(self, repository: str, digest: str) -> t.Optional[Manifest]:
        """What refers to this manifest, as an index; None where the registry does not keep track of it."""
        answer = self.transport.request(
            "GET", f"/v2/{repository}/referrers/{digest}", pull(repository), {"Accept": OCI_INDEX}
        )
        if answer.status != 200 or _media_type(answer) != OCI_INDEX:  # noqa: PLR2004
            return None
        return Manifest(OCI_INDEX, digest_of(answer.body), answer.body)

    def expect(
        self,
        statuses: t.Tuple[int, ...],
        method: str,
        target: str,
        *,
        scope: str,
        headers: t.Optional[t.Mapping[str, str]] = None,
        body: t.Union[bytes, Body, None] = None,
    ) -> Response:
        answer = self.transport.request(method, target, scope, headers, body)
        self.check(answer, statuses, f"{method} {urlsplit(target).path}")
        return answer

    def check(self, answer: Response, statuses: t.Tuple[int, ...], what: str) -> None:
        if answer.status in statuses:
            return
        if answer.status in (401, 403):
            raise not_allowed(self.registry, what, self.transport.username)
        if answer.status == TOO_MANY:
            wait = asked_wait(answer.headers.get("retry-after"))
            raise too_many(self.registry, reason_of(answer), wait, self.transport.username)
        raise RegistryRefused(
            f"Registry {self.registry} answered {answer.status} for {what}: {reason_of(answer)}.", answer.status
        )


def pull(repository: str) -> str:
    return f"repository:{repository}:pull"


def push(repository: str) -> str:
    return f"repository:{repository}:pull,push"


def delete(repository: str) -> str:
    return f"repository:{repository}:pull,push,delete"


def _named(repository: str, version: str) -> str:
    return f"{repository}@{version}" if ":" in version else f"{repository}:{version}"


def _media_type(answer: Response) -> str:
    return answer.headers.get("content-type", "").partition(";")[0].strip()


def _own_type(content: bytes) -> str:
    """What a manifest says of itself, where the registry says nothing."""
    try:
        return str(json.loads(content).get("mediaType") or "")
    except (ValueError, AttributeError):
        return ""


def _json(answer: Response, what: str, registry: str) -> t.Mapping[str, t.Any]:
    try:
        document = json.loads(answer.body)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise BadContent(
            f"Registry {registry} sent something that is not JSON for {what}: is this a registry's address?"
        )
    return document


def reason_of(answer: Response) -> str:
    """The registry's own words ({"errors": [{"code", "message"}]}), or the start of what it sent."""
    try:
        errors = json.loads(answer.body)["errors"]
        return "; ".join(str(error.get("message") or error.get("code")) for error in errors).rstrip(".")
    except (ValueError, KeyError, TypeError, AttributeError):
        return answer.body[:200].decode("utf-8", "replace").strip().rstrip(".") or "no reason given"
