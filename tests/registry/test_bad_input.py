# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Input that cannot be right: what the user is told, before a registry is asked for anything."""

from __future__ import annotations

import typing as t

import pytest
from front import Front
from task import Task

DIGEST = "sha256:" + "0" * 64
CASES: dict[str, tuple[dict[str, t.Any], str]] = {
    "nothing": ({}, "registry_image: give images or retention."),
    "upper case": (
        {"images": [{"name": "{host}/App:1", "tags": ["2"]}]},
        "'{host}/App:1' is not an image name: the repository must be in lower case.",
    ),
    "a bad tag": (
        {"images": [{"name": "{host}/app:1", "tags": ["a b"]}]},
        "'a b' is not an image tag: letters, digits, '_', '.' and '-', at most 128.",
    ),
    "half a digest": (
        {"images": [{"source": "{host}/app@sha256:12", "name": "{host}/b:1"}]},
        "'{host}/app@sha256:12' is not an image name: what follows '@' is not a digest (sha256: and 64 hex digits).",
    ),
    "nothing to do": (
        {"images": [{"name": "{host}/app:1"}]},
        "Image {host}/app:1: give a source to copy from, or tags to set.",
    ),
    "a digest without a tag": (
        {"images": [{"source": f"{{host}}/app@{DIGEST}", "name": "{host}/b"}]},
        "Image {host}/b: source is a digest, so say under which tag it is to be known.",
    ),
    "a digest on the wrong side": (
        {"images": [{"source": "{host}/app:1", "name": f"{{host}}/b@{DIGEST}"}]},
        f"Image {{host}}/b@{DIGEST}: the digest belongs to source, which says what is copied.",
    ),
    "absent with a source": (
        {"images": [{"source": "{host}/app:1", "name": "{host}/b:1", "state": "absent"}]},
        "Image {host}/b:1: source means nothing with state: absent.",
    ),
    "absent without anything": (
        {"images": [{"name": "{host}/b", "state": "absent"}]},
        "Image {host}/b has neither tag nor digest: say what of the repository is to go.",
    ),
    "absent with tag and digest": (
        {"images": [{"name": f"{{host}}/b:1@{DIGEST}", "state": "absent"}]},
        f"Image {{host}}/b:1@{DIGEST} names a digest and tags: a digest goes with all of its tags, so name one.",
    ),
    "no platform": (
        {"images": [{"source": "{host}/app:1", "name": "{host}/b", "platforms": ["arm64"]}]},
        "Image {host}/b: 'arm64' is not a platform: write os/architecture[/variant].",
    ),
    "a tag wanted twice": (
        {"images": [{"source": "{host}/a:1", "name": "{host}/c:1"}, {"source": "{host}/b:1", "name": "{host}/c:1"}]},
        "{host}/c:1 is wanted twice, and not the same: keep one entry.",
    ),
    "a tag set and removed": (
        {"images": [{"source": "{host}/a:1", "name": "{host}/c:1"}, {"name": "{host}/c:1", "state": "absent"}]},
        "{host}/c:1 is wanted twice, and not the same: keep one entry.",
    ),
    "one login for two": (
        {
            "images": [{"name": "{host}/a:1", "tags": ["2"]}, {"name": "other/a:1", "tags": ["2"]}],
            "registry_username": "u",
            "registry_password": "p",
        },
        "registry_username is for one registry, but this task has {host}, docker.io: use registries instead.",
    ),
    "an address instead of a host": (
        {"images": [{"name": "{host}/a:1", "tags": ["2"]}], "registries": [{"host": "https://{host}"}]},
        "'https://{host}' is not a registry: write host[:port], as in an image's name.",
    ),
    "a registry twice": (
        {"images": [{"name": "{host}/a:1", "tags": ["2"]}], "registries": [{"host": "{host}"}, {"host": "{host}"}]},
        "registries names {host} twice: write one entry for it.",
    ),
    "no authority": (
        {"images": [{"name": "{host}/a:1", "tags": ["2"]}], "ca_file": "/none.crt"},
        "There is no CA certificate /none.crt for registry {host}.",
    ),
    "retention of one image": (
        {"retention": [{"repository": "{host}/a:1", "keep_newest": 1}]},
        "retention: '{host}/a:1' names one image: write the repository, without tag and digest.",
    ),
    "retention that keeps nothing": (
        {"retention": [{"repository": "{host}/a", "keep_tags": ["v*"]}]},
        "retention of {host}/a: say keep_newest or min_age_days, or every image would go.",
    ),
    "fewer than none": (
        {"retention": [{"repository": "{host}/a", "keep_newest": -1}]},
        "retention of {host}/a: keep_newest is -1: write 0 or more.",
    ),
    "what runs is no image": (
        {"retention": [{"repository": "{host}/a", "keep_newest": 1, "keep_images": ["A b"]}]},
        "'A b' is not an image name: the repository must be in lower case.",
    ),
    "promoted and cleared at once": (
        {
            "images": [{"source": "{host}/b:1", "name": "{host}/a:1"}],
            "retention": [{"repository": "{host}/a", "keep_newest": 1}],
        },
        "{host}/a is in images and in retention: write two tasks, retention second.",
    ),
}


def _filled(value: t.Any, host: str) -> t.Any:
    if isinstance(value, dict):
        return {key: _filled(inner, host) for key, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner, host) for inner in value]
    return value.replace("{host}", host) if isinstance(value, str) else value


@pytest.mark.parametrize("what", CASES)
def test_refused_before_anything_is_asked(task: Task, front: Front, what: str) -> None:
    options, message = CASES[what]
    assert task.fails("registry_image", **_filled(options, front.host)) == message.replace("{host}", front.host)
    assert front.log == []


def test_refused_before_anything_is_touched(task: Task, front: Front, open_registry: t.Any, name: str) -> None:
    """The second image cannot be: the first is left alone."""
    open_registry.index(name, "1", ["linux/amd64"], name)
    host = front.host
    first = {"source": f"{host}/{name}:1", "name": f"{host}/copy/{name}:1"}
    for second, message in (
        (
            {"source": f"{host}/{name}:none", "name": f"{host}/x:1"},
            f"Image {host}/{name}:none was not found: registry {host} has no such.",
        ),
        (
            {**first, "name": f"{host}/x:1", "platforms": ["linux/arm64"]},
            f"Image {host}/{name}:1 is not made for platform linux/arm64: it has linux/amd64.",
        ),
    ):
        assert task.fails("registry_image", images=[first, second]) == message
    assert front.writes() == []
