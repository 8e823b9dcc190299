# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a private authority and its certificates should be, and what must be issued. Pure: no file, no openssl."""

from __future__ import annotations

import ipaddress
import re
import typing as t
from dataclasses import dataclass

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError

_DNS_NAME = re.compile(r"(\*\.)?[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*\.?")
_COMMON_NAME = re.compile(r"[A-Za-z0-9 ._*-]{1,64}")

SERVER, CLIENT = "server", "client"


@dataclass(frozen=True)
class Wanted:
    """One certificate with its key. `names` is empty for the authority itself."""

    key: str
    certificate: str
    common_name: str
    days: int
    names: t.Tuple[str, ...] = ()
    usage: str = SERVER
    owner: t.Optional[str] = None
    group: t.Optional[str] = None

    @property
    def is_authority(self) -> bool:
        return not self.names

    def alternative_names(self) -> str:
        """As openssl writes it in a request: DNS:registry1,IP:172.30.0.10."""
        return ",".join(f"{'IP' if _is_address(name) else 'DNS'}:{name}" for name in self.names)


@dataclass(frozen=True)
class Found:
    """A key and its certificate as they are on the host."""

    has_key: bool = False
    has_certificate: bool = False
    matches_key: bool = False
    trusted: bool = False
    lasts: bool = False
    names: t.FrozenSet[str] = frozenset()
    usage: str = ""


@dataclass(frozen=True)
class Plan:
    """What must be made; `reason` is empty where nothing must."""

    make_key: bool = False
    issue: bool = False
    reason: str = ""


def plan(wanted: Wanted, found: Found, new_authority: bool = False) -> Plan:
    """A key is made once; a certificate is issued again for the same key, so that each step is one file."""
    if not found.has_key:
        return Plan(make_key=True, issue=True, reason="no key")
    faults = {
        "no certificate": not found.has_certificate,
        "belongs to another key": not found.matches_key,
        "comes from another authority": not wanted.is_authority and (new_authority or not found.trusted),
        "expires soon": not found.lasts,
        "another usage": not wanted.is_authority and found.usage != wanted.usage,
        "other names": found.names != frozenset(map(normal_name, wanted.names)),
    }
    reason = next((fault for fault, there in faults.items() if there), "")
    return Plan(issue=bool(reason), reason=reason)


def check(wanted: Wanted) -> None:
    """Refuse what openssl would misread: these values become parts of its options."""
    if wanted.days < 1:
        raise InputError(f"days: a certificate lasts at least one day, not {wanted.days}.")
    for name in wanted.names:
        if not _is_address(name) and not _DNS_NAME.fullmatch(name):
            raise InputError(f"names: '{name}' is neither a DNS name nor an IP address.")
    if not _COMMON_NAME.fullmatch(wanted.common_name):
        raise InputError(
            f"common_name '{wanted.common_name}': up to 64 letters, digits, spaces, '.', '_', '*' and '-' are allowed."
        )


def subject(names: t.Sequence[str]) -> str:
    """A server's common name: clients do not read it, so the first name that fits will do."""
    return next((name for name in names if _COMMON_NAME.fullmatch(name)), "server")


def normal_name(name: str) -> str:
    """One way to write a name, so that two can be compared (an IPv6 address has many)."""
    return str(ipaddress.ip_address(name)) if _is_address(name) else name.lower()


def names_in(extension: str) -> t.FrozenSet[str]:
    """The names in openssl's description of the extension: `DNS:registry1, IP Address:172.30.0.10`."""
    found = re.findall(r"(?:DNS|IP Address):([^,\s]+)", extension)
    return frozenset(normal_name(name) for name in found)


def usage_in(extension: str) -> str:
    """What openssl's description says that a certificate is for."""
    return CLIENT if "TLS Web Client Authentication" in extension else SERVER


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
