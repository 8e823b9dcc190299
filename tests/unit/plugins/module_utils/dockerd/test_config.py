# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.config import diff, reason, render, same

JSON = st.dictionaries(st.text(), st.recursive(st.booleans() | st.integers() | st.text(), st.lists, max_leaves=5))


@given(JSON)
def test_a_file_that_we_wrote_is_never_written_again(options: dict) -> None:
    assert same(render(options), options)
    assert same(json.dumps(options, indent=7), options)


@pytest.mark.parametrize("current", [None, "", "  \n", "{", "[]", '{"debug": true}'])
def test_a_file_that_says_something_else_is_written(current: str) -> None:
    assert not same(current, {"debug": False})


def test_options_that_are_no_json_are_refused() -> None:
    with pytest.raises(InputError, match="not plain JSON"):
        render({"debug": object()})


def test_a_diff_shows_no_password_of_a_proxy() -> None:
    text = render({"proxies": {"http-proxy": "http://me:s3cret@proxy:3128"}})
    shown = diff("/etc/docker/daemon.json", text, text)
    assert "s3cret" not in str(shown)
    assert "http://***@proxy:3128" in shown["after"]


@pytest.mark.parametrize(
    ("log", "said"),
    [
        ("", "its log is empty"),
        # journald's view of an engine that does not start: systemd's lines say nothing (they hid the cause once).
        (
            'time="t" level=info msg="Starting up"\n'
            "mkdir /proc/x: no such file or directory\n"
            "docker.service: Main process exited, code=exited, status=1/FAILURE\n"
            "docker.service: Failed with result 'exit-code'.\n"
            "Failed to start docker.service - Docker Application Container Engine.\n",
            "mkdir /proc/x: no such file or directory",
        ),
        (
            'level=error msg="a plugin is missing"\nfailed to start daemon: no space left on device\n',
            "failed to start daemon: no space left on device",
        ),
        ("Failed to start docker.service - Docker.\n", "Failed to start docker.service - Docker."),
    ],
)
def test_the_reason_is_the_line_that_says_most(log: str, said: str) -> None:
    assert reason(log) == said
