# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ansible's own loader compiles each file of a collection again in each run."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

_PLUGINS = Path(__file__).resolve().parents[3] / "plugins"
_OURS = "ansible_collections.slipway.deploy"
_ACTIONS = sorted((_PLUGINS / "action").glob("[!_]*.py"))


@pytest.mark.parametrize("path", _ACTIONS, ids=lambda path: path.stem)
def test_an_action_plugin_imports_what_is_ours_quickly(path: Path) -> None:
    """Whatever stands at the top without `with quick_imports()` is compiled, with all that it imports itself."""
    slow = [
        node.module
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(_OURS)
    ]
    assert slow == [f"{_OURS}.plugins.plugin_utils.quick_import"]


def test_the_quick_importer_imports_nothing_of_ours() -> None:
    text = (_PLUGINS / "plugin_utils/quick_import.py").read_text()
    names = [node.module or "" for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ImportFrom)]
    assert [name for name in names if name.startswith(_OURS)] == []
