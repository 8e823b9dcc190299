# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can go wrong between us and a cluster, as types. `details` of each may be shown to the user."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import (
    AuthError,
    InputError,
    SlipwayError,
    TransportError,
)


class Unreachable(TransportError):
    """The API server did not answer, or broke off."""

    #: It may have done what was asked: the connection broke when it may have had all of it.
    in_doubt = False


class ApiError(SlipwayError):
    """The API server answered no. `causes` are the fields at fault (`field`, `reason`, `message`)."""

    def __init__(self, message: str, *, status: int = 0, reason: str = "", body: t.Any = None) -> None:
        super().__init__(message, status=status, reason=reason)
        self.status = status
        self.reason = reason
        self.body: t.Dict[str, t.Any] = body if isinstance(body, dict) else {}
        #: What the user can do about it, where we know.
        self.hint = ""

    @property
    def causes(self) -> t.List[t.Dict[str, str]]:
        return list((self.body.get("details") or {}).get("causes") or [])


class NotFound(ApiError):
    """404: the object, or the kind, is not there."""


class Conflict(ApiError):
    """409: another field manager owns a field, or the object changed meanwhile."""


class FieldsTaken(Conflict):
    """Found before anything was sent: fields that others own, each with owner and both values (`conflicts`)."""

    def __init__(self, conflicts: t.Sequence[t.Any]) -> None:
        super().__init__("other field managers own fields that are set here", status=409, reason="Conflict")
        self.conflicts = list(conflicts)


class AlreadyExists(Conflict):
    """409 on create."""


class Forbidden(ApiError):
    """403: these credentials may not, or a quota or a policy refused."""


class Invalid(ApiError):
    """400 or 422: the object cannot be right."""


class Gone(ApiError):
    """410: a watch or a list is too far behind; list again."""


class Unauthorized(ApiError, AuthError):
    """401: the server does not know these credentials."""


class UnknownKind(InputError):
    """The cluster has no such kind, not even after asking again."""


class ApplyFailed(SlipwayError):
    """Objects could not be applied or deleted. `details` are the whole result, as of a task that went well."""


class DrainFailed(SlipwayError):
    """Pods are left on nodes that should be empty. `details` are the task's result so far, and which pods and why."""


class WaitFailed(SlipwayError):
    """Objects did not become what was waited for: too late, or they never can. `details` say which and why."""


_BY_STATUS: t.Dict[int, t.Type[ApiError]] = {
    400: Invalid,
    401: Unauthorized,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    410: Gone,
    422: Invalid,
}


def api_error(status: int, body: t.Any, doing: str) -> ApiError:
    """The typed error for an answer. `doing` is what we asked for, as `GET /api/v1/...`."""
    answer = body if isinstance(body, dict) else {}
    reason = str(answer.get("reason") or "")
    message = str(answer.get("message") or "").strip() or f"the API server answered {status} to {doing}"
    kind = AlreadyExists if reason == "AlreadyExists" else _BY_STATUS.get(status, ApiError)
    if kind is Unauthorized:
        message = (
            f"The API server refused our credentials ({message}). Check the token, user or client certificate, "
            "and that it has not expired."
        )
    return kind(message, status=status, reason=reason, body=answer)
