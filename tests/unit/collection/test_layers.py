# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The layers of docs/architecture.md, held by the imports: who may know whom."""

from __future__ import annotations

import ast
import pathlib

import pytest

from ansible_collections.slipway.deploy.tests.unit.collection.parts import ROOT

CORE = "plugins/module_utils"
GLUE = {"plugins/module_utils/common/module_face.py"}
CONTROLLER_ONLY = ("ansible.plugins", "ansible.utils", "ansible.errors", "ansible.template", "ansible.parsing")


def sources(folder: str) -> list[str]:
    return sorted(str(path.relative_to(ROOT)) for path in (ROOT / folder).rglob("*.py"))


def imported_names(source: str) -> set[str]:
    """Every dotted name that the source imports, at its top or inside functions."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


def forbidden_in_core(names: set[str]) -> set[str]:
    """What the core must not import: the faces' side of Ansible."""
    return {
        name
        for name in names
        if name.startswith("ansible.module_utils.basic")
        or name.startswith(CONTROLLER_ONLY)
        or ".plugins.plugin_utils" in name
        or name.endswith(".common.module_face.run_as_module")
    }


@pytest.mark.parametrize("path", sorted(set(sources(CORE)) - GLUE))
def test_core_knows_neither_face(path: str) -> None:
    assert forbidden_in_core(imported_names((ROOT / path).read_text())) == set()


@pytest.mark.parametrize("path", sources("plugins/modules") + sources("plugins/module_utils"))
def test_what_runs_on_hosts_is_python_3_9(path: str) -> None:
    source = (ROOT / path).read_text()
    ast.parse(source, feature_version=(3, 9))
    assert "from __future__ import annotations" in source


@pytest.mark.parametrize("path", sources("plugins"))
def test_absolute_imports_only(path: str) -> None:
    tree = ast.parse((ROOT / path).read_text())
    assert [node.lineno for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.level] == []


@pytest.mark.parametrize("path", sources("plugins/modules") + sources("plugins/action"))
def test_faces_are_thin(path: str) -> None:
    functions = [n for n in ast.walk(ast.parse((ROOT / path).read_text())) if isinstance(n, ast.FunctionDef)]
    assert sum((f.end_lineno or 0) - f.lineno + 1 for f in functions) <= 60, "move it into the core"


def test_the_check_itself_sees_a_wrong_import() -> None:
    wrong = "def f():\n    from ansible.module_utils.basic import AnsibleModule\n"
    assert forbidden_in_core(imported_names(wrong)) == {"ansible.module_utils.basic.AnsibleModule"}


def test_every_source_has_its_licence() -> None:
    bare = [p for p in sources("plugins") if "SPDX-License-Identifier: GPL-3.0-or-later" not in _head(ROOT / p)]
    assert bare == []


def _head(path: pathlib.Path) -> str:
    return path.read_text()[:400]
