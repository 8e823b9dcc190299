# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Certificates as values, and where each family of distributions keeps those it trusts."""

from __future__ import annotations

import base64
import binascii
import re
import typing as t
from dataclasses import dataclass
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError

_PEM = re.compile(r"-----BEGIN CERTIFICATE-----\s(.+?)-----END CERTIFICATE-----", re.DOTALL)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_REGISTRY = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*(:[0-9]{1,5})?")


@dataclass(frozen=True)
class Store:
    """A system's certificate store: where additions go, what makes them count, and the result."""

    anchors: Path
    command: t.Tuple[str, ...]
    bundle: Path


STORES = (
    Store(
        Path("/usr/local/share/ca-certificates"),
        ("update-ca-certificates",),
        Path("/etc/ssl/certs/ca-certificates.crt"),
    ),
    Store(Path("/etc/pki/ca-trust/source/anchors"), ("update-ca-trust",), Path("/etc/pki/tls/certs/ca-bundle.crt")),
)


def certificates(pem: str) -> t.FrozenSet[bytes]:
    """The certificates of a PEM text, whatever its line breaks and comments."""
    return frozenset(_decoded(body) for body in _PEM.findall(pem))


def _decoded(body: str) -> bytes:
    try:
        return base64.b64decode("".join(body.split()), validate=True)
    except binascii.Error as exc:
        raise InputError(f"A certificate is not valid PEM: {exc}.") from exc


def check_authority(name: str, pem: str) -> None:
    """A name that is a safe file name, and a text that holds certificates and no private key."""
    if not _NAME.fullmatch(name):
        raise InputError(f"authorities: '{name}' cannot be a file name: use letters, digits, '.', '_' and '-'.")
    _check_pem(f"authorities: '{name}'", pem)


def check_registry(host: str, pem: str) -> None:
    if not _REGISTRY.fullmatch(host):
        raise InputError(f"registries: '{host}' is not a registry's host name or host:port.")
    _check_pem(f"registries: '{host}'", pem)


def _check_pem(where: str, pem: str) -> None:
    if "PRIVATE KEY" in pem:
        raise InputError(f"{where}: there is a private key in this text. Give the certificate only.")
    if not certificates(pem):
        raise InputError(f"{where}: there is no PEM certificate in this text (-----BEGIN CERTIFICATE-----).")
