# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can go wrong with a registry, as sentences."""

from __future__ import annotations

import ssl
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import AuthError, TransportError


class RegistryUnreachable(TransportError):
    """No answer, or a certificate that we do not trust."""


class RegistryRefused(TransportError):
    """The registry answered, but not what we need."""

    def __init__(self, message: str, status: int, **details: t.Any) -> None:
        super().__init__(message, **details)
        self.status = status


class RegistryAuthError(AuthError):
    """401 or 403 with the credentials that we have (or without any)."""


def unreachable(registry: str, exc: Exception) -> RegistryUnreachable:
    if isinstance(exc, ssl.SSLCertVerificationError):
        return RegistryUnreachable(
            f"The certificate of registry {registry} is not trusted ({exc.verify_message}): "
            "name the certificate of its authority (ca_file, or /etc/docker/certs.d on a Docker host)."
        )
    reason = str(exc) or type(exc).__name__
    return RegistryUnreachable(f"Registry {registry} cannot be reached ({reason}): check its address and that it runs.")


def not_allowed(registry: str, what: str, username: t.Optional[str]) -> RegistryAuthError:
    if username:
        who = f"the credentials of user {username!r}"
        remedy = "check the user name, the password and the user's rights"
    else:
        who = "a request without credentials"
        remedy = "give a user name and a password, or log in on this host (docker login)"
    return RegistryAuthError(f"Registry {registry} refuses {who} for {what}: {remedy}.")
