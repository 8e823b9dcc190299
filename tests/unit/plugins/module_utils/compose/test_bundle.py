# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.compose.bundle import from_option, gather, read_env


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


PROJECT = {
    "p/compose.yml": """
include:
  - metrics/compose.yml
  - path: ../shared/log.yml
services:
  web:
    extends: {file: base.yml, service: base}
    env_file: [web.env, {path: no.env, required: false}, "${STAGE:-prod}.env"]
    volumes: ["./html:/html", "./data:/data", {type: bind, source: ./one.conf, target: /one}, "/etc/hosts:/h"]
secrets: {token: {file: ./token}, given: {file: ./secrets/given}, theirs: {file: /run/theirs}}
configs: {site: {file: site.conf}, text: {content: x}}
""",
    "p/compose.override.yml": "services: {web: {init: true}}",
    "p/.env": "STAGE=test\n",
    "p/base.yml": "services: {base: {image: x, env_file: base.env}}",
    "p/base.env": "A=1",
    "p/web.env": "B=1",
    "p/test.env": "C=1",
    "p/html/a/b.html": "<p>",
    "p/one.conf": "1",
    "p/token": "s3cret",
    "p/site.conf": "site",
    "p/metrics/compose.yml": "services: {m: {image: y, env_file: m.env}}",
    "p/metrics/m.env": "D=1",
    "shared/log.yml": "services: {log: {image: z}}",
    "p/unrelated.txt": "no",
}


def test_everything_that_is_named_comes_along(tmp_path: Path) -> None:
    bundle = gather(write(tmp_path, PROJECT) / "p", [], [], {})
    assert bundle.files == ["compose.yml", "compose.override.yml"]
    assert bundle.env_files == [".env"]
    named = {name.removeprefix("p/") for name in PROJECT} - {"p/unrelated.txt", "unrelated.txt", "shared/log.yml"}
    assert set(bundle.brought) == named | {"../shared/log.yml"}
    assert bundle.positions["compose.yml"]["services.web"] == 6
    again = from_option(bundle.as_option())
    assert (again.files, again.brought) == (bundle.files, bundle.brought)


def test_files_by_name(tmp_path: Path) -> None:
    root = write(tmp_path, {"a.yml": "services: {}", "b.yml": "services: {}", "x.env": "A=1"})
    bundle = gather(root, ["a.yml", "b.yml"], ["x.env"], {})
    assert (bundle.files, bundle.env_files) == (["a.yml", "b.yml"], ["x.env"])


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, "has no Compose file (compose.yaml, compose.yml, docker-compose.yml, docker-compose.yaml)."),
        ({"compose.yml": "include: [no.yml]"}, "compose.yml:1: there is no file no.yml."),
        (
            {"compose.yml": "services:\n  a:\n    extends: {file: no.yml, service: b}"},
            "compose.yml:3: there is no file no.yml.",
        ),
        ({"compose.yml": "services:\n  a:\n    env_file: no.env"}, "compose.yml:3: there is no file no.env."),
        ({"compose.yml": "secrets:\n  s:\n    file: ./no"}, "compose.yml:3: there is no file ./no."),
        ({"compose.yml": "configs:\n  c: {file: nope}"}, "compose.yml:2: there is no file nope."),
        ({"compose.yml": "a: 1\na: 2\n"}, "compose.yml:2: the key 'a' is there twice (first in line 1)."),
    ],
)
def test_what_is_not_there(tmp_path: Path, files: dict[str, str], said: str) -> None:
    with pytest.raises(InputError, match=re.escape(said)):
        gather(write(tmp_path, files), [], [], {})


def test_a_folder_that_is_too_large(tmp_path: Path) -> None:
    write(tmp_path, {"compose.yml": "services: {a: {volumes: ['./big:/big']}}"})
    (tmp_path / "big").mkdir()
    with (tmp_path / "big/file").open("wb") as stream:
        stream.truncate(40 << 20)
    with pytest.raises(InputError, match="larger than 32 MiB together"):
        gather(tmp_path, [], [], {})


def test_env_files() -> None:
    assert read_env("# c\nA=1\nexport B='x y'\nC\nD=\n") == {"A": "1", "B": "x y", "D": ""}
