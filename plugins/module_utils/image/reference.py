# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The name of an image, by the rules that Docker has for it. Pure."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, replace

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError

DOCKER_HUB = "docker.io"
_LEGACY_HUB = "index.docker.io"
_OFFICIAL = "library/"
_MAX_NAME = 255

_DOMAIN_LABEL = r"(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])"
_DOMAIN = re.compile(
    rf"(?:{_DOMAIN_LABEL}(?:\.{_DOMAIN_LABEL})*|\[[0-9a-fA-F:]+\])(?::[0-9]+)?\Z"  # a name, or IPv6 in brackets
)
_PATH_PART = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_PATH = re.compile(rf"{_PATH_PART}(?:/{_PATH_PART})*\Z")
_TAG = re.compile(r"\w[\w.-]{0,127}\Z", re.ASCII)
_DIGEST = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}\Z")
_BARE_ID = re.compile(r"[a-f0-9]{64}\Z")


@dataclass(frozen=True)
class ImageReference:
    """domain/path:tag@digest. `tag` and `digest` may be missing; `domain` and `path` are always full."""

    domain: str
    path: str
    tag: t.Optional[str] = None
    digest: t.Optional[str] = None

    @property
    def name(self) -> str:
        """docker.io/library/redis"""
        return f"{self.domain}/{self.path}"

    @property
    def familiar_name(self) -> str:
        """redis: as the engine lists it and as people write it. In full where it would be read as another name."""
        first, slash, _rest = self.path.partition("/")
        if self.domain != DOCKER_HUB or (slash and _is_domain(first)):
            return self.name
        rest = self.path[len(_OFFICIAL) :]
        return rest if self.path.startswith(_OFFICIAL) and "/" not in rest else self.path

    @property
    def full(self) -> str:
        return self.name + self._suffix

    @property
    def familiar(self) -> str:
        return self.familiar_name + self._suffix

    @property
    def _suffix(self) -> str:
        return (f":{self.tag}" if self.tag else "") + (f"@{self.digest}" if self.digest else "")

    @property
    def version(self) -> str:
        """What to ask a registry for: the digest where there is one, else the tag (latest where there is none)."""
        return self.digest or self.tag or "latest"

    @property
    def tagged(self) -> ImageReference:
        """As an engine lists it: with `latest` where neither a tag nor a digest is told."""
        return self if self.digest else self.with_tag(self.version)

    def with_tag(self, tag: str) -> ImageReference:
        if not _TAG.match(tag):
            raise InputError(f"{tag!r} is not an image tag: letters, digits, '_', '.' and '-', at most 128.")
        return replace(self, tag=tag, digest=None)

    def with_digest(self, digest: str) -> ImageReference:
        """name@digest, without the tag: what a manifest should pin."""
        return replace(self, tag=None, digest=digest)


def parse_reference(text: str) -> ImageReference:
    """Read what a person writes (`redis`, `ghcr.io/a/b:1`, `host:5000/x@sha256:...`)."""
    rest, _at, digest = text.partition("@")
    if _at and not _DIGEST.match(digest):
        raise _invalid(text, "what follows '@' is not a digest (sha256: and 64 hex digits)")
    rest, tag = _split_tag(rest)
    if tag is not None and not _TAG.match(tag):
        raise _invalid(text, f"{tag!r} is not a tag (letters, digits, '_', '.' and '-', at most 128)")
    if _BARE_ID.match(rest):
        raise _invalid(text, "64 hex digits are an image's id, not its name")
    domain, path = _split_domain(rest)
    _check_name(text, domain, path)
    return ImageReference(domain, path, tag, digest or None)


def parse_below_registry(text: str) -> ImageReference:
    """A repository and tag below one registry. A domain in front says where the image is at home and is kept
    as `domain`; a name without a domain is taken as it stands (nothing of Docker Hub's `library/`)."""
    first, slash, _rest = text.partition("/")
    if slash and _is_domain(first):
        return parse_reference(text)
    reference = parse_reference(f"localhost/{text}")
    return replace(reference, domain="")


def _split_tag(rest: str) -> t.Tuple[str, t.Optional[str]]:
    """A colon after the last slash starts the tag; before it, a port."""
    head, colon, tag = rest.rpartition(":")
    if not colon or "/" in tag:
        return rest, None
    return head, tag


def _is_domain(first: str) -> bool:
    return "." in first or ":" in first or first == "localhost" or first.lower() != first


def _split_domain(rest: str) -> t.Tuple[str, str]:
    first, slash, path = rest.partition("/")
    if not slash or not _is_domain(first):
        first, path = DOCKER_HUB, rest
    if first == _LEGACY_HUB:
        first = DOCKER_HUB
    if first == DOCKER_HUB and "/" not in path:
        path = _OFFICIAL + path
    return first, path


def _check_name(text: str, domain: str, path: str) -> None:
    if path != path.lower():
        raise _invalid(text, "the repository must be in lower case")
    if not _PATH.match(path) or not _DOMAIN.match(domain):
        raise _invalid(text, "write [host[:port]/]repository[:tag][@digest]")
    if len(path) > _MAX_NAME:
        raise _invalid(text, f"the repository is longer than {_MAX_NAME} characters")


def _invalid(text: str, why: str) -> InputError:
    return InputError(f"{text!r} is not an image name: {why}.")
