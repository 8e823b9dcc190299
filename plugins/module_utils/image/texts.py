# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Mappings of text as YAML has them. Pure."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError

_NAME = re.compile(r"[A-Za-z_]\w*\Z", re.ASCII)


def texts(option: str, given: t.Optional[t.Mapping[str, t.Any]]) -> t.Dict[str, str]:
    """Numbers and booleans as YAML has them become text; anything deeper is a mistake."""
    found: t.Dict[str, str] = {}
    for key, value in (given or {}).items():
        if isinstance(value, (dict, list)) or value is None:
            raise InputError(f"{option}: the value of {key!r} must be text.")
        if option == "args" and not _NAME.match(key):
            raise InputError(f"args: {key!r} is not the name of a build argument.")
        found[key] = str(value).lower() if isinstance(value, bool) else str(value)
    return found
