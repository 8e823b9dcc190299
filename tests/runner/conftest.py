# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The collection as a user has it: built, installed below a directory of its own, with no checkout in sight."""

from __future__ import annotations

import json
import os
import pathlib
import shutil
import subprocess
import typing as t

import ansible_runner
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def collections(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """A collections path with the collection installed from the archive that a release would be."""
    built = tmp_path_factory.mktemp("built")
    installed = tmp_path_factory.mktemp("collections")
    galaxy = ["ansible-galaxy", "collection"]
    command([*galaxy, "build", str(ROOT), "--output-path", str(built)], cwd=built, env=environment_for(installed))
    (archive,) = built.glob("slipway-deploy-*.tar.gz")
    install = [*galaxy, "install", "--offline", "-p", str(installed), str(archive)]
    command(install, cwd=built, env=environment_for(installed))
    return installed


def environment_for(collections: pathlib.Path) -> dict[str, str]:
    """This process's environment without the way to the checkout."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("ANSIBLE_", "PYTHONPATH"))}
    return {**kept, "ANSIBLE_COLLECTIONS_PATH": str(collections)}


@pytest.fixture
def outside(tmp_path: pathlib.Path, collections: pathlib.Path) -> t.Callable[..., str]:
    """Runs a command in an empty directory, with the installed collection only."""
    return lambda *argv: command(list(argv), cwd=tmp_path, env=environment_for(collections))


@pytest.fixture
def lab_inventory() -> pathlib.Path:
    """The lab's inventory. Without it these tests must fail, not be skipped."""
    path = ROOT / ".lab/inventory.yml"
    assert path.exists(), "no lab: run `make demo` or `ansible-playbook slipway.deploy.lab` first"
    return path


@pytest.fixture
def job(tmp_path: pathlib.Path, collections: pathlib.Path, lab_inventory: pathlib.Path) -> t.Callable[..., t.Any]:
    """Launches a playbook of the example project as AWX does: private data directory, extra variables, a survey."""

    def launch(playbook: str, **extra_variables: t.Any) -> t.Any:
        shutil.copytree(ROOT / "examples/awx-project", tmp_path / "project", dirs_exist_ok=True)
        return ansible_runner.run(
            private_data_dir=str(tmp_path),
            playbook=playbook,
            inventory=str(lab_inventory),
            extravars={**survey_defaults(), **extra_variables},
            envvars={"ANSIBLE_COLLECTIONS_PATH": str(collections), "PYTHONPATH": ""},
            quiet=True,
        )

    return launch


def survey_defaults() -> dict[str, str]:
    """What a survey sends when nobody changes an answer; as text, which is the harder case."""
    survey = json.loads((ROOT / "examples/awx-project/survey.json").read_text())
    return {question["variable"]: str(question["default"]) for question in survey["spec"]}


def command(argv: list[str], **options: t.Any) -> str:
    done = subprocess.run(argv, capture_output=True, text=True, check=False, **options)
    assert done.returncode == 0, f"{' '.join(argv)}\n{done.stdout}\n{done.stderr}"
    return done.stdout
