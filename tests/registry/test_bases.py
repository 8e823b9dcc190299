# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Base images that are behind, by the file and the line."""

from __future__ import annotations

from pathlib import Path

from images import Raw
from task import Task


def test_each_base_image_is_judged(task: Task, open_registry: Raw, name: str, tmp_path: Path) -> None:
    host = f"{open_registry.host}/{name}"
    old = open_registry.image(f"{name}/python", "3.13", b"old")
    new = open_registry.image(f"{name}/python", "3.13", b"new")
    tool = open_registry.image(f"{name}/tool", "1", b"tool")
    file = tmp_path / "Dockerfile"
    file.write_text(
        f"ARG TAG=3.13\n"
        f"FROM {host}/python:3.13@{old} AS build\n"
        f"COPY --from={host}/tool:1@{tool} /a /a\n"
        f"FROM {host}/python:${{TAG}}\n"
        f"COPY --from=build /x /x\n"
        f"RUN --mount=type=bind,from={host}/tool@{tool} true\n"
        f"FROM {host}/gone:1@{tool}\n"
        f"FROM scratch\n"
    )
    found = task.run("base_images_info", dockerfiles=[str(tmp_path)])
    assert [(image["line"], image["status"], image["wanted"]) for image in found["images"]] == [
        (2, "behind", f"{host}/python:3.13@{new}"),
        (3, "current", f"{host}/tool:1@{tool}"),
        (4, "unpinned", f"{host}/python:3.13@{new}"),
        (6, "untagged", None),
        (7, "missing", None),
    ]
    assert [found[kind] for kind in ("current", "behind", "unpinned", "untagged", "missing")] == [1, 1, 1, 1, 1]
    assert task.fails("base_images_info", dockerfiles=[str(file)], fail_on=["behind", "missing"]) == (
        f"{file}:2: {host}/python:3.13@{old} is behind: write {host}/python:3.13@{new}. "
        f"{file}:7: {host}/gone:1@{tool} is not in its registry any more: choose another tag."
    )


def test_hub_images_come_from_the_mirror(task: Task, open_registry: Raw, tmp_path: Path) -> None:
    digest = open_registry.image("library/mirrored", "1", b"x")
    (tmp_path / "Dockerfile").write_text(f"FROM mirrored:1@{digest}\n")
    options = {"dockerfiles": [str(tmp_path)], "mirrors": [open_registry.url]}
    assert task.run("base_images_info", **options)["images"][0]["status"] == "current"


def test_bad_input(task: Task, tmp_path: Path) -> None:
    def said(text: str) -> str:
        (tmp_path / "Dockerfile").write_text(text)
        return task.fails("base_images_info", dockerfiles=[str(tmp_path)]).replace(f"{tmp_path}/", "")

    assert task.fails("base_images_info", dockerfiles=["/none/Dockerfile"]) == (
        "There is no Dockerfile /none/Dockerfile: name it in dockerfiles, or its directory."
    )
    assert said("FROM a/B\n") == "Dockerfile:1: 'a/B' is not an image name: the repository must be in lower case."
    assert said("ARG X\nFROM ${X}\n") == (
        "Dockerfile:2: FROM ${X} is empty: give its argument a default or a value (args)."
    )
    assert said("FROM 127.0.0.1:9/x:1@sha256:" + "0" * 64 + "\n") == (
        "Dockerfile:1: Image 127.0.0.1:9/x:1 was not found. Registry 127.0.0.1:9 cannot be reached ([Errno 111] "
        "Connection refused): check its address and that it runs."
    )
