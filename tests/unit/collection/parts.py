# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What every module and role of the collection must have, read from the files."""

from __future__ import annotations

import importlib
import pathlib
import typing as t

import yaml
from ansible.plugins.loader import fragment_loader
from ansible.utils.plugin_docs import get_docstring

ROOT = pathlib.Path(__file__).resolve().parents[3]
PLUGINS = "ansible_collections.slipway.deploy.plugins"
MODULES = sorted(path.stem for path in (ROOT / "plugins/modules").glob("*.py") if path.stem != "__init__")
ROLES = sorted(path.name for path in (ROOT / "roles").iterdir() if path.is_dir())
PLAYBOOKS = sorted(path.name for path in (ROOT / "playbooks").glob("*.yml"))


def load_yaml(relative: str) -> t.Any:
    return yaml.safe_load((ROOT / relative).read_text())


def python_plugin(kind: str, name: str) -> t.Any:
    """The imported plugin, for example `python_plugin("modules", "k8s_apply")`."""
    return importlib.import_module(f"{PLUGINS}.{kind}.{name}")


def documentation(name: str) -> dict[str, t.Any]:
    """A module's DOCUMENTATION with its fragments put in."""
    path = ROOT / "plugins/modules" / f"{name}.py"
    return get_docstring(str(path), fragment_loader, is_module=True, collection_name="slipway.deploy")[0]


def examples(name: str) -> list[dict[str, t.Any]]:
    return yaml.safe_load(python_plugin("modules", name).EXAMPLES)


def verb_of(name: str) -> t.Any:
    return python_plugin("action", name).ActionModule.VERB
