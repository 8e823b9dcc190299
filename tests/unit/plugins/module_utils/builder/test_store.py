# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is remembered of a builder beside buildx's own record of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.builder.store import Store, folder_of
from ansible_collections.slipway.deploy.plugins.module_utils.builder.wanted import Builder, Node

BUILDER = Builder("both", buildkitd_config="debug = true\n", nodes=(Node("both0", driver_opts=(("a", "b"),)),))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    (tmp_path / "instances").mkdir()
    (tmp_path / ".slipway").mkdir()
    (tmp_path / "instances/both").write_text("{}")
    return Store(tmp_path)


def test_it_is_known_what_was_asked(store: Store) -> None:
    assert store.made_of("both") is None
    store.remember(BUILDER)
    assert store.made_of("both") == BUILDER.made_of()
    store.forget("both")
    assert store.asked("both") is None


def test_what_somebody_else_changed_is_no_more_what_was_asked(store: Store, tmp_path: Path) -> None:
    store.remember(BUILDER)
    (tmp_path / "instances/both").write_text('{"Driver": "remote"}')
    assert store.made_of("both") is None
    assert store.asked("both") == BUILDER.made_of()


def test_of_one_that_is_gone_nothing_is_known(store: Store, tmp_path: Path) -> None:
    store.remember(BUILDER)
    (tmp_path / "instances/both").unlink()
    assert not store.has("both")
    assert store.asked("both") is None


@pytest.mark.parametrize("note", ["", "{", "[]", '{"made_of": 1}'])
def test_a_note_that_cannot_be_read_is_none(store: Store, tmp_path: Path, note: str) -> None:
    (tmp_path / ".slipway/both.json").write_text(note)
    assert store.made_of("both") is None


def test_the_configuration_is_a_file_while_there_is_one(store: Store) -> None:
    path = Path(store.write_config(BUILDER))
    assert path.read_text() == "debug = true\n"
    assert store.write_config(Builder("both")) == ""
    assert not path.exists()


def test_each_user_has_some_of_their_own() -> None:
    assert folder_of({"HOME": "/home/a"}) == Path("/home/a/.docker/buildx")
    assert folder_of({"HOME": "/home/a", "DOCKER_CONFIG": "/etc/d"}) == Path("/etc/d/buildx")
    assert folder_of({"DOCKER_CONFIG": "/etc/d", "BUILDX_CONFIG": "/b"}) == Path("/b")
