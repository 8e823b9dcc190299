# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Manifests from the web: what a URL of a task means, and its text, verified."""

from __future__ import annotations

import hashlib
import hmac
import re
import typing as t
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.sources.download import download

_KEYS = ("url", "checksum", "ca_file", "headers", "timeout")
#: Algorithm -> hex digits.
_DIGITS = {"sha256": 64, "sha384": 96, "sha512": 128}
_EXAMPLE = '{{url: "{url}", checksum: "sha256:..."}}'
_TIMEOUT = 60.0
_UNFIT = re.compile("[\x00-\x20\x7f]")


@dataclass(frozen=True)
class WebSource:
    """A mapping in `src`."""

    url: str
    checksum: str = ""
    ca_file: str = ""
    headers: t.Mapping[str, str] = field(default_factory=dict, repr=False)
    timeout: float = _TIMEOUT

    @classmethod
    def from_option(cls, element: t.Any) -> WebSource:
        """Of what is no path."""
        if isinstance(element, str):
            raise InputError(f"src: a URL is written as a mapping: {_EXAMPLE.format(url=element)}.")
        if not isinstance(element, dict):
            raise InputError(f"src: {element!r} is neither a path nor a mapping with url.")
        unknown = sorted(str(key) for key in element if key not in _KEYS)
        if unknown or not isinstance(element.get("url"), str):
            said = f"does not know {', '.join(unknown)}" if unknown else "needs url"
            raise InputError(f"src: a mapping has the keys {', '.join(_KEYS)}; this one {said}.")
        return _checked(element)

    @property
    def shown(self) -> str:
        """Without the query, which may be a signature."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}{parts.path}"


def _checked(element: t.Mapping[str, t.Any]) -> WebSource:
    headers = element.get("headers") or {}
    if not isinstance(headers, dict):
        raise InputError(f"src: headers of {_shown(element['url'])} must be a mapping of names and values.")
    try:
        timeout = float(element.get("timeout") or _TIMEOUT)
    except (TypeError, ValueError) as exc:
        raise InputError(f"src: timeout of {_shown(element['url'])} must be a number of seconds.") from exc
    source = WebSource(
        element["url"],
        str(element.get("checksum") or "").lower(),
        str(element.get("ca_file") or ""),
        {str(key): str(value) for key, value in headers.items()},
        timeout,
    )
    _check_url(source)
    _check_checksum(source)
    return source


def _shown(url: str) -> str:
    return WebSource(url).shown


def _check_url(source: WebSource) -> None:
    try:
        parts = urlsplit(source.url)
        port = parts.port
    except ValueError as exc:
        raise InputError(f"src: {source.url!r} is no URL: {exc}.") from exc
    if parts.scheme not in ("https", "http") or not parts.hostname or port == 0:
        raise InputError(f"src: {source.url!r} is no https URL.")
    if "@" in parts.netloc:
        raise InputError(
            f"src: the URL of {parts.hostname} holds a user: give headers, which are never shown, instead."
        )
    if _UNFIT.search(source.url):
        raise InputError(f"src: {source.shown!r} holds a space or a control character: write it as %20 or the like.")
    if parts.scheme == "http" and not source.checksum:
        raise InputError(f"src: {source.shown} could be changed on its way: use https, or give a checksum.")
    if parts.scheme == "http" and source.headers:
        raise InputError(f"src: headers for {source.shown} could be read on their way: use https.")


def _check_checksum(source: WebSource) -> None:
    if not source.checksum:
        return
    algorithm, _colon, digest = source.checksum.partition(":")
    digits = _DIGITS.get(algorithm)
    if digits is None or len(digest) != digits or set(digest) - set("0123456789abcdef"):
        raise InputError(
            f"src: the checksum of {source.shown} must be sha256: and 64 hex digits, as sha256sum prints them; "
            f"it is {source.checksum!r}."
        )


def fetch(source: WebSource, env: t.Mapping[str, str]) -> str:
    """Its text. Raises TransportError where it cannot be had, InputError where it is not what it should be."""
    data = download(source.url, source.headers, source.ca_file, source.timeout, env)
    if source.checksum:
        algorithm = source.checksum.partition(":")[0]
        found = f"{algorithm}:{hashlib.new(algorithm, data).hexdigest()}"
        if not hmac.compare_digest(found, source.checksum):
            raise InputError(
                f"{source.shown} has the checksum {found}, not {source.checksum}: it is not the file that the task "
                "means. Nothing was applied."
            )
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as exc:
        raise InputError(f"{source.shown} is not UTF-8 text (byte {exc.start}).") from exc
