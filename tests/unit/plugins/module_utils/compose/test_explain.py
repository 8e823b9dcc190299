# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Compose's words as Compose 2.26 prints them, and what becomes of them."""

from __future__ import annotations

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.compose.explain import Place, explain, unset
from ansible_collections.slipway.deploy.plugins.module_utils.compose.positions import positions_of

TEXT = """\
include: [more.yml]
services:
  web:
    image: busybox:${TAG}
    comand: [x]
    # $COMMENTED
    command: echo $OTHER $$ESCAPED
    networks: [front]
    ports: ["99999:1"]
    depends_on: [databse]
    env_file: web.env
  database:
    image: x
    depends_on: [web]
    profiles: [data]
networks:
  frontend:
"""
PLACE = Place("/s", {"compose.yml": TEXT}, {"compose.yml": positions_of("compose.yml", TEXT)})
PATH = "/s/compose.yml"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            f"validating {PATH}: services.web Additional property comand is not allowed",
            "compose.yml:5: services.web has no key 'comand': did you mean 'command'?",
        ),
        (
            f"validating {PATH}: (root) Additional property servces is not allowed",
            "compose.yml: a Compose file has no key 'servces': did you mean 'services'?",
        ),
        (f"validating {PATH}: services.web.ports must be a list", "compose.yml:9: services.web.ports must be a list."),
        (
            'yaml: unmarshal errors:\n  line 4: mapping key "image" already defined at line 3',
            "compose.yml:4: the key 'image' is there twice (first in line 3).",
        ),
        (
            "yaml: line 3: found unexpected end of stream",
            "compose.yml:3: this is not YAML: found unexpected end of stream.",
        ),
        (
            "error while interpolating services.web.image: required variable TAG is missing a value: set the tag",
            "compose.yml:4: services.web.image needs the variable TAG: set the tag.",
        ),
        (
            "invalid interpolation format for services.web.image.\nYou may need to escape any $ with another $.\n"
            "busybox:${TAG",
            "compose.yml:4: services.web.image: 'busybox:${TAG' cannot be read: write ${NAME} for a variable and $$ "
            "for a dollar sign.",
        ),
        (
            "dependency cycle detected: web -> database -> web",
            "compose.yml:10: these services wait for one another: web -> database -> web.",
        ),
        (
            'service "web" depends on undefined service "databse": invalid compose project',
            "compose.yml:10: service 'web' depends on 'databse', which is not there: did you mean 'database'?",
        ),
        (
            'service "web" depends on undefined service "database": invalid compose project',
            "compose.yml:10: service 'web' depends on 'database', whose profile is not active: add it to 'profiles'.",
        ),
        (
            'service "web" refers to undefined network front: invalid compose project',
            "compose.yml:8: service 'web' uses the network 'front', which is not there: did you mean 'frontend'?",
        ),
        (
            'service "web" refers to undefined volume data: invalid compose project',
            "compose.yml:3: service 'web' uses the volume 'data', which is not there: add it below 'volumes' at the "
            "top of the file.",
        ),
        (
            'service "web" has neither an image nor a build context specified: invalid compose project',
            "compose.yml:3: service 'web' has no image.",
        ),
        (
            "env file /s/web.env not found: stat /s/web.env: no such file or directory",
            "compose.yml:11: there is no file web.env.",
        ),
        ("open /s/more.yml: no such file or directory", "compose.yml:1: there is no file more.yml."),
        ("Invalid hostPort: 99999", "compose.yml:9: 99999 is not a port: use 1 to 65535."),
        (
            "decoding failed due to the following error(s):\n\nerror decoding 'services[web].stop_grace_period': "
            'time: unknown unit "q" in duration "5q"',
            'compose.yml:3: services.web.stop_grace_period: time: unknown unit "q" in duration "5q".',
        ),
        (
            f'cannot extend service "web" in {PATH}: service "q" not found',
            "compose.yml:3: service 'web' extends 'q', which is not there.",
        ),
        (
            f"include cycle detected:\n{PATH}\n include /s/more.yml\n include {PATH}",
            "compose.yml:1: these files include one another: compose.yml -> more.yml -> compose.yml.",
        ),
        ("something new", "The Compose file is not valid: something new."),
    ],
)
def test_what_compose_says(said: str, told: str) -> None:
    assert explain(said, PLACE) == told


def test_variables_that_are_not_set() -> None:
    assert unset(PLACE, ["TAG"]) == (
        "compose.yml:4: the variable TAG is not set: give it in 'env' or in an env file, or write ${TAG:-a default}."
    )
    assert "(nor are compose.yml:7: OTHER)" in unset(PLACE, ["TAG", "OTHER"])
    assert unset(PLACE, ["COMMENTED"]).startswith("the variable COMMENTED")
    assert unset(PLACE, ["ESCAPED"]).startswith("the variable ESCAPED")
