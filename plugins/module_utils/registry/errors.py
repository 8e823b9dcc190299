# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can go wrong with a registry, as sentences."""

from __future__ import annotations

import socket
import ssl
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import AuthError, TransportError

_HUB = ("docker.io", "registry-1.docker.io", "index.docker.io")


class RegistryUnreachable(TransportError):
    """No answer, or a certificate that we do not trust."""


class RegistryRefused(TransportError):
    """The registry answered, but not what we need."""

    def __init__(self, message: str, status: int, **details: t.Any) -> None:
        super().__init__(message, **details)
        self.status = status


class RegistryAuthError(AuthError):
    """401 or 403 with the credentials that we have (or without any)."""


class BadContent(TransportError):
    """What came is not what its digest says, or cannot be what it should be."""


def unreachable(registry: str, exc: Exception) -> RegistryUnreachable:
    if isinstance(exc, ssl.SSLCertVerificationError):
        return RegistryUnreachable(
            f"The certificate of registry {registry} is not trusted ({exc.verify_message}): {_remedy(exc)}."
        )
    if isinstance(exc, ssl.SSLError) and exc.reason in ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE"):
        return RegistryUnreachable(
            f"Registry {registry} does not speak TLS: have it do so, or say that it need not (validate_certs: false)."
        )
    reason = "no answer in time" if isinstance(exc, socket.timeout) else str(exc) or type(exc).__name__
    return RegistryUnreachable(f"Registry {registry} cannot be reached ({reason}): check its address and that it runs.")


def _remedy(exc: ssl.SSLCertVerificationError) -> str:
    if "expired" in exc.verify_message:
        return "renew it, or set this host's clock"
    if "mismatch" in exc.verify_message or "not valid for" in exc.verify_message:
        return "use a name that is in the certificate, or issue it for this one"
    return "name the certificate of its authority (ca_file, or /etc/docker/certs.d on a Docker host)"


def not_allowed(registry: str, what: str, username: t.Optional[str]) -> RegistryAuthError:
    if username:
        who = f"the credentials of user {username!r}"
        remedy = "check the user name, the password and the user's rights"
    else:
        who = "a request without credentials"
        remedy = "give a user name and a password, or log in on this host (docker login)"
    return RegistryAuthError(f"Registry {registry} refuses {who} for {what}: {remedy}.")


def too_many(registry: str, reason: str, wait: t.Optional[float], username: t.Optional[str]) -> RegistryRefused:
    """429 that stays."""
    if registry in _HUB or "pull rate limit" in reason:
        remedy = (
            f"user {username!r} has used up what Docker Hub lets it pull; wait, or use a mirror"
            if username
            else "Docker Hub counts pulls without a login by address; log in, wait, or use a mirror"
        )
    elif wait is not None:
        remedy = f"it wants {wait:.0f} s of rest; try again then"
    else:
        remedy = "try again later, or with fewer at once"
    return RegistryRefused(f"Registry {registry} answered 429 ({reason}): {remedy}.", 429)
