# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each role: argument specs that are its defaults, a README and a Molecule scenario; each playbook: known roles."""

from __future__ import annotations

import re
import typing as t

import pytest
import yaml

from ansible_collections.slipway.deploy.tests.unit.collection.parts import PLAYBOOKS, ROLES, ROOT, load_yaml


def main_spec(role: str) -> dict[str, t.Any]:
    return load_yaml(f"roles/{role}/meta/argument_specs.yml")["argument_specs"]["main"]


@pytest.mark.parametrize("role", ROLES)
def test_role_is_whole(role: str) -> None:
    needed = ["meta/main.yml", "meta/argument_specs.yml", "tasks/main.yml", "README.md"]
    assert [path for path in needed if not (ROOT / "roles" / role / path).exists()] == []
    assert (ROOT / "extensions/molecule" / role / "converge.yml").exists()
    assert (ROOT / "extensions/molecule" / role / "verify.yml").exists()


@pytest.mark.parametrize("role", ROLES)
def test_every_option_is_described(role: str) -> None:
    spec = main_spec(role)
    assert spec["short_description"] and spec["description"]
    assert [name for name, option in spec["options"].items() if not option.get("description")] == []
    assert [name for name in spec["options"] if not name.startswith(f"{role}_")] == []


@pytest.mark.parametrize("role", ROLES)
def test_defaults_are_the_argument_spec(role: str) -> None:
    path = f"roles/{role}/defaults/main.yml"
    defaults = (load_yaml(path) if (ROOT / path).exists() else None) or {}
    options = main_spec(role)["options"]
    assert sorted(set(defaults) - set(options)) == [], "defaults that the argument spec does not know"
    wrong = {
        name: (value, options[name]["default"])
        for name, value in defaults.items()
        if "{{" not in str(value) and "default" in options[name] and options[name]["default"] != value
    }
    assert wrong == {}


@pytest.mark.parametrize("role", ROLES)
def test_readme_names_every_required_option(role: str) -> None:
    readme = (ROOT / "roles" / role / "README.md").read_text()
    required = [name for name, option in main_spec(role)["options"].items() if option.get("required")]
    assert [name for name in required if name not in readme] == []


@pytest.mark.parametrize("playbook", PLAYBOOKS)
def test_playbooks_import_what_is_there(playbook: str) -> None:
    text = (ROOT / "playbooks" / playbook).read_text()
    imported = {play.get("ansible.builtin.import_playbook") for play in yaml.safe_load(text)} - {None}
    assert imported <= set(PLAYBOOKS)
    named = set(re.findall(r"(?:role|name): slipway\.deploy\.(\w+)$", text, re.MULTILINE))
    assert named <= set(ROLES)
