# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Asks one of Docker's credential helpers: the registry's key on its stdin, a JSON object on its stdout."""

from __future__ import annotations

import json
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import Completed, Runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import (
    AuthError,
    MissingDependencyError,
)

#: What helpers say, on stdout and with exit code 1, where they know nothing of a registry.
_UNKNOWN = "credentials not found"
#: This user name says that the secret is an identity token.
TOKEN_USER = "<token>"  # noqa: S105  a name, not a secret


def ask(helper: str, key: str, run: Runner) -> t.Optional[t.Tuple[str, str]]:
    """User name and secret; None where the helper has none."""
    program = f"docker-credential-{helper}"
    try:
        done: Completed = run([program, "get"], stdin=key)
    except MissingDependencyError as exc:
        message = f"config.json names the credential helper {helper} for {key}, but there is no {program} on the PATH"
        raise MissingDependencyError(f"{message}: install it, or give the credentials in the task.") from exc
    if not done.ok:
        if _UNKNOWN in (done.out + done.err).lower():
            return None
        said = (done.err.strip() or done.out.strip() or "no reason given").splitlines()[-1]
        raise AuthError(f"The credential helper {program} failed for {key} (exit code {done.code}): {said}")
    return _answer(program, key, done.out)


def _answer(program: str, key: str, text: str) -> t.Tuple[str, str]:
    """Never quotes what the helper said: it may hold the secret."""
    try:
        answer = json.loads(text)
        return str(answer["Username"]), str(answer["Secret"])
    except (ValueError, KeyError, TypeError) as exc:
        raise AuthError(
            f"The credential helper {program} did not answer with Username and Secret for {key}: "
            f"try it by hand (echo {key} | {program} get)."
        ) from exc
