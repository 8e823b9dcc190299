# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which images go. The engine's side of it is tested on a real one, in the role's scenario."""

from __future__ import annotations

import typing as t
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.slipway.deploy.plugins.module_utils.dockerhost.prune_program import (
    doomed,
    history_of,
    moment,
    names_of,
)

NOW = moment("2026-11-24T12:00:00Z")
OLD, YOUNG = "2026-10-01T00:00:00.123456789Z", "2026-11-24T06:00:00Z"
HOW = {"keep_hours": 24, "keep_images": ["*/base:*"]}


def image(identity: str, *tags: str, created: str = OLD, tagged: str = "", parent: str = "") -> dict[str, t.Any]:
    metadata = {"LastTagTime": tagged or "0001-01-01T00:00:00Z"}
    return {"Id": identity, "RepoTags": list(tags), "Created": created, "Metadata": metadata, "Parent": parent}


def gone(*images: dict[str, t.Any], used: t.AbstractSet[str] = frozenset(), history: str = "") -> list[str]:
    return [found["Id"] for found in doomed(images, used, history, HOW, NOW)]


def test_what_is_old_and_unused_goes() -> None:
    assert gone(image("a", "app:v1"), image("b")) == ["a", "b"]


def test_what_stays() -> None:
    assert gone(image("a", "app:v1"), used={"a"}) == []
    assert gone(image("a", "app:v1", created=YOUNG)) == []
    assert gone(image("a", "app:in-0123", tagged=YOUNG)) == []
    assert gone(image("a", "r:5000/base:1")) == []
    assert gone(image("a", "r:5000/app:v1"), history='{"compose": "image: r:5000/app:v1\\n"}') == []
    by_digest = {**image("a"), "RepoDigests": ["r/app@sha256:12"]}
    assert gone(by_digest, history="image: r/app@sha256:12") == []


def test_a_reproducible_build_is_as_young_as_its_tag() -> None:
    assert gone(image("a", "app:v1", created="1970-01-01T00:00:00Z", tagged=YOUNG)) == []
    assert gone(image("a", "app:v1", created="1970-01-01T00:00:00Z")) == ["a"]


def test_what_an_image_that_stays_is_built_on_stays() -> None:
    assert gone(image("a", created=OLD), image("b", parent="a"), image("c", "app:1", parent="b"), used={"c"}) == []


@given(st.sets(st.sampled_from("abcdef")), st.lists(st.sampled_from(["", *"abcdef"]), min_size=6, max_size=6))
def test_nothing_in_use_ever_goes(used: set[str], parents: list[str]) -> None:
    order = "abcdef"
    # an image is built on one that was there before it
    images = [
        image(name, parent=parent if parent and order.index(parent) < order.index(name) else "")
        for name, parent in zip(order, parents, strict=True)
    ]
    left = set(order) - set(gone(*images, used=used))
    assert used <= left
    assert all(found["Parent"] in left for found in images if found["Id"] in left and found["Parent"])


def test_histories_are_those_of_projects_and_of_the_patterns(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder / ".slipway" / "releases").mkdir(parents=True)
        (tmp_path / folder / ".slipway" / "releases" / "1.json").write_text(f"image {folder}:1")
    labels = {"com.docker.compose.project.working_dir": str(tmp_path / "one")}
    assert history_of([{"Labels": labels}, {"Labels": None}], []) == "image one:1"
    assert "image two:1" in history_of([], [f"{tmp_path}/*/.slipway"])


def test_an_image_without_a_name_goes_by_its_id() -> None:
    assert names_of({"RepoTags": None, "RepoDigests": ["<none>@<none>"]}) == []
    assert names_of({"RepoTags": [], "RepoDigests": ["r/a@sha256:1"]}) == ["r/a@sha256:1"]
