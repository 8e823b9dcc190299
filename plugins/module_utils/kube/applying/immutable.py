# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Does the API server refuse a change because a field can never change? Pure."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.errors import ApiError

_UNPROCESSABLE = 422
#: How built-in kinds and rules of CustomResourceDefinitions word it.
_WORDS = re.compile(
    r"immutable|may not (?:be )?change|cannot (?:be )?change|can(?:no|')t be changed|may not be (?:updated|modified)"
    r"|cannot be (?:updated|modified)|updates to \w+ spec for fields other than|pod updates may not change fields"
    r"|may not change once set|is forbidden after creation",
    re.IGNORECASE,
)
#: Whatever holds data, or holds everything else, is not deleted because of an option for the whole task.
HOLDS_DATA = ("Namespace", "PersistentVolumeClaim", "PersistentVolume", "CustomResourceDefinition", "Node")


def immutable_fields(exc: Exception) -> t.List[str]:
    """The fields that cannot change; `["?"]` where the server does not say which. Empty: another refusal."""
    if not isinstance(exc, ApiError) or exc.status != _UNPROCESSABLE:
        return []
    causes = exc.causes
    if causes and not all(_WORDS.search(cause.get("message", "")) for cause in causes):
        return []  # something else is wrong too: deleting would not help
    named = [cause.get("field", "") or "?" for cause in causes]
    return named or (["?"] if _WORDS.search(exc.message) else [])
