# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.lab.inputs import tree_hash


def make(directory: Path) -> Path:
    (directory / "sub").mkdir(parents=True)
    (directory / "Dockerfile").write_text("FROM x\n")
    (directory / "sub" / "run").write_text("#!/bin/sh\n")
    return directory


def test_equal_trees_are_equal_and_more_inputs_count(tmp_path: Path) -> None:
    one, two = make(tmp_path / "one"), make(tmp_path / "two")
    assert tree_hash(one, "base:1") == tree_hash(two, "base:1")
    assert tree_hash(one, "base:1") != tree_hash(one, "base:2")
    assert tree_hash(one, "a", "b") != tree_hash(one, "ab")


def test_content_name_and_executable_bit_count_and_time_does_not(tmp_path: Path) -> None:
    tree = make(tmp_path / "tree")
    seen = [tree_hash(tree)]
    (tree / "Dockerfile").write_text("FROM y\n")
    seen.append(tree_hash(tree))
    (tree / "sub" / "run").chmod(0o755)
    seen.append(tree_hash(tree))
    (tree / "Dockerfile").rename(tree / "Containerfile")
    seen.append(tree_hash(tree))
    assert len(set(seen)) == len(seen)
    (tree / "sub" / "run").touch()
    assert tree_hash(tree) == seen[-1]
