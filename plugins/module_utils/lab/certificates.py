# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Certificates in PEM bundles. Pure."""

from __future__ import annotations

import re
import typing as t

_CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----\s+(.+?)\s+-----END CERTIFICATE-----", re.DOTALL)


def bodies(bundle: str) -> t.List[str]:
    """The certificates' base64 without line breaks: equal certificates are equal, however they are wrapped."""
    return ["".join(found.group(1).split()) for found in _CERTIFICATE.finditer(bundle)]


def only_extra(bundle: str, known: t.Iterable[str]) -> t.List[str]:
    """The certificates of `bundle` which none of the `known` bundles has, each once, as PEM."""
    seen = {body for text in known for body in bodies(text)}
    found = []
    for body in bodies(bundle):
        if body not in seen:
            seen.add(body)
            found.append(_pem(body))
    return found


def _pem(body: str) -> str:
    lines = [body[start : start + 64] for start in range(0, len(body), 64)]
    return "\n".join(["-----BEGIN CERTIFICATE-----", *lines, "-----END CERTIFICATE-----"]) + "\n"
