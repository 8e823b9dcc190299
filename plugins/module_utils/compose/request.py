# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task asks of `compose_stack`, read once from its options, and the files it comes with laid out for Compose."""

from __future__ import annotations

import os
import re
import typing as t
from dataclasses import dataclass
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Params
from ansible_collections.slipway.deploy.plugins.module_utils.compose import bundle as bundles
from ansible_collections.slipway.deploy.plugins.module_utils.compose.explain import Place
from ansible_collections.slipway.deploy.plugins.module_utils.compose.positions import positions_of
from ansible_collections.slipway.deploy.plugins.module_utils.compose.units import BroughtFile
from ansible_collections.slipway.deploy.plugins.module_utils.engine.compose import Sources

SECRETS_DIR = "secrets"
_NAME = re.compile(r"^[a-z0-9][a-z0-9_-]*$")
_ENV_KEY = re.compile(r"^[A-Za-z_][A-Za-z0-9_]*$")
_SECRET_NAME = re.compile(r"^[A-Za-z0-9_][A-Za-z0-9._-]*$")


@dataclass(frozen=True)
class Laid:
    """Where Compose finds the files. `brought`: absolute path -> file."""

    sources: Sources
    brought: t.Mapping[str, BroughtFile]
    place: Place


def check_names(params: Params) -> None:
    """Refuse what Compose, or whoever reads an env file, would stumble over later."""
    project = params["project_name"]
    if not _NAME.match(project):
        raise InputError(f"project_name '{project}': use lower-case letters, digits, '-' and '_', as Compose does.")
    for key in params["env"] or {}:
        if not _ENV_KEY.match(key):
            raise InputError(f"env: '{key}' is not a name of an environment variable (letters, digits and '_').")
    for name in params["secrets"] or {}:
        if not _SECRET_NAME.match(name):
            raise InputError(f"secrets: '{name}' is not a file name (letters, digits, '.', '_' and '-').")


def lay_out(params: Params, staging: Path) -> Laid:
    """`staging` is a private folder, which goes when Compose has read."""
    if params["definition"] is not None:
        return _definition(params, staging)
    if params["packed"]:
        return _packed(params, staging)
    return _on_host(params)


def _secrets(params: Params, base: str) -> t.Dict[str, BroughtFile]:
    given = params["secrets"] or {}
    return {f"{base}/{SECRETS_DIR}/{name}": BroughtFile(str(value).encode()) for name, value in given.items()}


def _definition(params: Params, staging: Path) -> Laid:
    """Relative paths count from the directory on the host."""
    name = "definition"
    base, text = os.path.normpath(params["project_dir"]), params["definition"]
    file = staging / name
    file.write_text(text, encoding="utf-8")
    positions = (params["packed"] or {}).get("positions") or {name: positions_of(name, text)}
    named = [os.path.join(base, env_file) for env_file in params["env_files"] or []]  # noqa: PTH118 of the host
    for env_file in named:
        if not Path(env_file).is_file():
            raise InputError(f"env_files: there is no file {env_file} on this host.")
    sources = Sources(base, (str(file),), tuple(named or ["/dev/null"]), tuple(params["profiles"] or []))
    return Laid(sources, _secrets(params, base), Place(str(staging), {name: text}, positions))


def _packed(params: Params, staging: Path) -> Laid:
    """The controller's tree, as it was there. Files from beside the project lie beside it here, too."""
    packed = bundles.from_option(params["packed"])
    ups = max((path.split("/").count("..") for path in packed.brought), default=0)
    base = staging.joinpath(*(f"d{number}" for number in range(ups)), "project")
    base.mkdir(parents=True)
    brought = {os.path.normpath(base / path): file for path, file in packed.brought.items()}
    brought.update(_secrets(params, str(base)))
    for path, file in brought.items():
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_bytes(file.content)
    return _laid(params, base, packed.files, packed.env_files, brought, packed.positions)


def _on_host(params: Params) -> Laid:
    """Files that lie on the host already."""
    root = Path(params["project_src"])
    if not root.is_dir():
        raise InputError(f"project_src: there is no directory {root} on this host.")
    files = bundles.compose_files(root, params["files"] or [])
    env_files = bundles.env_files(root, params["env_files"] or [])
    positions = {name: positions_of(name, (root / name).read_text(encoding="utf-8")) for name in files}
    return _laid(params, root, files, env_files, _secrets(params, str(root)), positions)


def _laid(
    params: Params,
    base: Path,
    files: t.Sequence[str],
    env_files: t.Sequence[str],
    brought: t.Mapping[str, BroughtFile],
    positions: t.Mapping[str, t.Mapping[str, int]],
) -> Laid:
    names = dict.fromkeys([*files, *positions])
    texts = {name: (base / name).read_text(encoding="utf-8") for name in names}
    sources = Sources(
        str(base),
        tuple(str(base / name) for name in files),
        tuple(str(base / name) for name in env_files) or ("/dev/null",),
        tuple(params["profiles"] or []),
    )
    return Laid(sources, brought, Place(str(base), texts, positions))
