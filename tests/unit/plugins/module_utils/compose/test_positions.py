# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import re

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.compose.positions import at, line_of, parsed, positions_of


def test_lines_of_keys() -> None:
    found = {"f": positions_of("f", "services:\n  web:\n    ports:\n      - target: 1\n")}
    assert found["f"] == {"services": 1, "services.web": 2, "services.web.ports": 3, "services.web.ports.0.target": 4}
    assert at(found, "services.web.image") == "f:2: "
    assert at(found, "volumes") == ""
    assert at(found, "services", "other") == "other: "


def test_anchors_that_bite_their_tail() -> None:
    assert positions_of("f", "a: &a\n  b: *a\n") == {"a": 1, "a.b": 2}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a:\n  b: 1\n  b: 2\n", "f:3: the key 'a.b' is there twice (first in line 2)."),
        ("a: [\n", "f:2: this is not YAML: expected the node content, but found '<stream end>'."),
    ],
)
def test_what_is_refused(text: str, said: str) -> None:
    with pytest.raises(InputError, match=re.escape(said)):
        positions_of("f", text)


@pytest.mark.parametrize(("text", "said"), [("", "f is empty."), ("- a\n", "f:1: a Compose file is a mapping")])
def test_what_is_no_compose_file(text: str, said: str) -> None:
    with pytest.raises(InputError, match=re.escape(said)):
        parsed("f", text)


def test_tags_of_compose_are_no_obstacle() -> None:
    assert parsed("f", "services:\n  web:\n    ports: !reset []\n    environment: !override {A: 1}\n")


def test_comments_do_not_count() -> None:
    assert line_of("# $A\na: 1 # $A\nb: x#$A\n", re.compile(r"\$A")) == 3
