# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which files a path, a directory or a glob means."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.sources.files import files_of, read_source

FILES = ("a.yml", "b.yaml", "c.json", "notes.txt", "d.manifests", "deep/e.yml", "deep/er/f.yml", "[x].yml")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("a: 1\n")
    return tmp_path


def found(folder: Path, path: str, **options: bool) -> list[str]:
    return [str(f.relative_to(folder)) for f in files_of(f"{folder}/{path}", **options)]


@pytest.mark.parametrize(
    ("path", "files"),
    [
        ("a.yml", ["a.yml"]),
        ("notes.txt", ["notes.txt"]),
        ("", ["[x].yml", "a.yml", "b.yaml", "c.json"]),
        ("*", ["[x].yml", "a.yml", "b.yaml", "c.json"]),
        ("*.y*ml", ["[x].yml", "a.yml", "b.yaml"]),
        ("?.yml", ["a.yml"]),
        ("[ab].y*", ["a.yml", "b.yaml"]),
        ("*.manifests", ["d.manifests"]),
        ("[x].yml", ["[x].yml"]),
        ("deep/*", ["deep/e.yml"]),
        ("**/*.yml", ["[x].yml", "a.yml", "deep/e.yml", "deep/er/f.yml"]),
        ("**/f.*", ["deep/er/f.yml"]),
    ],
)
def test_what_a_path_means(folder: Path, path: str, files: list[str]) -> None:
    assert found(folder, path) == files


def test_directories_below_are_read_on_request(folder: Path) -> None:
    assert found(folder, "deep") == ["deep/e.yml"]
    assert found(folder, "deep", recursive=True) == ["deep/e.yml", "deep/er/f.yml"]


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("none.yml", r"There is no file .*/none\.yml\."),
        ("*.xml", r"No file matches .*/\*\.xml\."),
        ("z*", r"No file matches .*/z\* \(\*\.yaml, \*\.yml, \*\.json\)\."),
    ],
)
def test_nothing_there_is_an_error(folder: Path, path: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        files_of(f"{folder}/{path}")


def test_a_directory_without_manifests_tells_of_those_below(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"holds no manifest .*; directories in it are read with recursive: true"):
        files_of(str(tmp_path))
    with pytest.raises(InputError, match=r"holds no manifest \(\*\.yaml, \*\.yml, \*\.json\)\."):
        files_of(str(tmp_path), recursive=True)


@pytest.mark.parametrize(("name", "option"), [("kustomization.yaml", "kustomize"), ("Chart.yaml", "helm")])
def test_what_is_no_plain_directory_names_its_option(folder: Path, name: str, option: str) -> None:
    (folder / name).write_text("a: 1\n")
    with pytest.raises(InputError, match=rf"holds a {name}: give it to the option {option} instead of src"):
        files_of(str(folder))


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "binary.yml").write_bytes(b"a: \xff\n")
    with pytest.raises(InputError, match=r"binary\.yml is not UTF-8 text \(byte 3\)"):
        read_source(tmp_path / "binary.yml")
    with pytest.raises(InputError, match="cannot be read: Is a directory"):
        read_source(tmp_path)
