# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A Compose project as it should be on a host: pure values, no Docker, no files."""

from __future__ import annotations

import hashlib
import json
import re
import typing as t
from dataclasses import dataclass, field

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError

COMPOSE_FILE = "compose.yml"
ENV_FILE = ".env"
SECRETS_DIR = "secrets"
_NAME = re.compile(r"^[a-z0-9][a-z0-9_-]*$")
_ENV_KEY = re.compile(r"^[A-Za-z_][A-Za-z0-9_]*$")
_SECRET_NAME = re.compile(r"^[A-Za-z0-9_][A-Za-z0-9._-]*$")


@dataclass(frozen=True)
class ProjectFiles:
    """Everything that Compose reads: the release. Paths are relative to the project's directory."""

    compose: str
    env: t.Mapping[str, str] = field(default_factory=dict)
    secrets: t.Mapping[str, str] = field(default_factory=dict)

    def as_files(self) -> t.Dict[str, str]:
        """Relative path -> content."""
        files = {COMPOSE_FILE: self.compose, ENV_FILE: render_env(self.env)}
        files.update({f"{SECRETS_DIR}/{name}": value for name, value in self.secrets.items()})
        return files

    def digest(self) -> str:
        """Equal for equal content; what two releases are compared by. Never shown (secrets go into it)."""
        text = json.dumps(self.as_files(), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def check_names(project: str, files: ProjectFiles) -> None:
    """Refuse what Compose, or a shell that reads the .env file, would stumble over later."""
    if not _NAME.match(project):
        raise InputError(f"project_name '{project}': use lower-case letters, digits, '-' and '_', as Compose does.")
    for key in files.env:
        if not _ENV_KEY.match(key):
            raise InputError(f"env: '{key}' is not a name of an environment variable (letters, digits and '_').")
    for name in files.secrets:
        if not _SECRET_NAME.match(name):
            raise InputError(f"secrets: '{name}' is not a file name (letters, digits, '.', '_' and '-').")


def render_env(env: t.Mapping[str, str]) -> str:
    """The .env file. Single quotes keep a value literal; only a quote and a backslash need care inside."""
    return "".join(f"{key}={_quoted(str(env[key]))}\n" for key in sorted(env))


def _quoted(value: str) -> str:
    if "\n" in value or "'" in value:
        escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$").replace("\n", "\\n")
        return f'"{escaped}"'
    return f"'{value}'"
