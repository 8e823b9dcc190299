# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each module: one verb behind two faces, documented as it is, in the action group, with examples that hold."""

from __future__ import annotations

import re
import subprocess
import typing as t
from pathlib import Path

import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.slipway.deploy.tests.unit.collection.parts import (
    MODULES,
    documentation,
    examples,
    load_yaml,
    python_plugin,
    verb_of,
)

CHECKS = ("mutually_exclusive", "required_together", "required_one_of", "required_if", "required_by")
SHARED = ("type", "elements", "default", "choices", "required", "aliases")


def options_of_spec(spec: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """An argument spec in the words of DOCUMENTATION."""
    return {name: _option(option, "options") for name, option in spec.items()}


def options_of_docs(options: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    return {name: _option(option, "suboptions") for name, option in options.items()}


def _option(option: t.Mapping[str, t.Any], nested: str) -> dict[str, t.Any]:
    found = {"type": "str", **{key: option[key] for key in SHARED if option.get(key) not in (None, False, [])}}
    found["default"] = option.get("default")
    if option.get(nested):
        found["of"] = {name: _option(inner, nested) for name, inner in option[nested].items()}
    return found


@pytest.mark.parametrize("name", MODULES)
def test_two_faces_of_one_verb(name: str) -> None:
    verb = verb_of(name)
    assert verb.name == name
    assert any(value is verb for value in vars(python_plugin("modules", name)).values())


@pytest.mark.parametrize("name", MODULES)
def test_documentation_is_the_argument_spec(name: str) -> None:
    spec = verb_of(name).spec["argument_spec"]
    assert options_of_docs(documentation(name)["options"]) == options_of_spec(spec)


@pytest.mark.parametrize("name", MODULES)
def test_documentation_is_whole(name: str) -> None:
    docs = documentation(name)
    module = python_plugin("modules", name)
    assert {"check_mode", "diff_mode", "idempotent"} <= set(docs["attributes"])
    assert docs["description"] and yaml.safe_load(module.RETURN) and examples(name)


def test_every_module_is_in_the_action_group() -> None:
    groups = load_yaml("meta/runtime.yml")["action_groups"]
    assert groups["all"] == MODULES
    assert groups["k8s"] == [name for name in MODULES if name.startswith("k8s_")]


@pytest.mark.parametrize("name", MODULES)
def test_examples_fulfil_the_argument_spec(name: str) -> None:
    verb = verb_of(name)
    spec = verb.spec["argument_spec"]
    checks = {key: verb.spec[key] for key in CHECKS if key in verb.spec}
    tasks = [task for task in examples(name) if f"slipway.deploy.{name}" in task]
    assert tasks, "no example calls the module"
    for task in tasks:
        arguments = task[f"slipway.deploy.{name}"] or {}
        templated = {key for key, value in arguments.items() if "{{" in str(value)}
        # A template's value is known only at run time: its name and the rules between options still count.
        lenient = {key: {"type": "raw"} if key in templated else option for key, option in spec.items()}
        errors = ArgumentSpecValidator(lenient, **checks).validate(dict(arguments)).error_messages
        assert errors == [], task.get("name")


def test_examples_are_a_playbook_that_parses(tmp_path: Path) -> None:
    plays = [{"hosts": "localhost", "gather_facts": False, "tasks": examples(name)} for name in MODULES]
    playbook = tmp_path / "examples.yml"
    playbook.write_text(yaml.safe_dump(plays, sort_keys=False))
    command = ["ansible-playbook", "--syntax-check", "-i", "localhost,", str(playbook)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", MODULES)
def test_examples_name_every_plugin_in_full(name: str) -> None:
    keywords = {"name", "register", "when", "loop", "vars", "delegate_to", "environment", "notify", "become", "no_log"}
    keywords |= {
        "block",
        "rescue",
        "always",
        "async",
        "poll",
        "until",
        "retries",
        "delay",
        "run_once",
        "module_defaults",
        "tags",
        "become_user",
    }
    actions = {key for task in examples(name) for key in task if key not in keywords}
    assert [action for action in actions if not re.fullmatch(r"\w+\.\w+\.\w+", action)] == []
