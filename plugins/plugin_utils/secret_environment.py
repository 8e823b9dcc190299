# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Build secrets in a task's `environment:`. Ansible writes that environment into the command line by which it starts a
module on another host, where everybody can read it; these values go with the module's arguments instead."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.plugin_utils.action_face import VerbAction


class SecretEnvironment(VerbAction):
    """For verbs with an option `secrets`."""

    _taken: frozenset[str] = frozenset()

    def with_secrets(self, arguments: dict[str, t.Any]) -> dict[str, t.Any]:
        """Secrets of the task's environment become values, and are no longer in the environment."""
        environment, given = self._task_environment(), arguments.get("secrets")
        if not isinstance(given, list):
            return arguments
        secrets = [_in_hand(one, environment) for one in given]
        names = [old.get("env") for old, new in zip(given, secrets, strict=True) if new is not old]
        self._taken = frozenset(str(name) for name in names)
        return {**arguments, "secrets": secrets}

    def _compute_environment_string(self, raw_environment_out: dict[str, t.Any] | None = None) -> str:
        found: dict[str, t.Any] = {}
        super()._compute_environment_string(found)
        kept = {name: value for name, value in found.items() if name not in self._taken}
        if raw_environment_out is not None:
            raw_environment_out.update(kept)
        prefix: str = self._connection._shell.env_prefix(**kept)
        return prefix


def _in_hand(secret: t.Any, environment: dict[str, str]) -> t.Any:
    if not isinstance(secret, dict) or secret.get("type") != "env" or secret.get("env") not in environment:
        return secret
    return {"id": secret.get("id"), "type": "value", "value": environment[secret["env"]]}
