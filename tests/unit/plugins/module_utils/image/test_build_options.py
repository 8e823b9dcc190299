# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import re
import typing as t
from pathlib import Path

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.image.build_options import BuildOptions, parse_options
from ansible_collections.slipway.deploy.tests.unit.plugins.module_utils.image.options import defaults


def options(env: t.Mapping[str, str] | None = None, **given: t.Any) -> BuildOptions:
    return parse_options(defaults(**given), env or {})


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"shm_size": "much"}, "shm_size 'much' is not a size: write a number of bytes, or one with k, m or g (64m)."),
        ({"ulimits": ["nofile"]}, "ulimits: 'nofile' is not a limit: write name:soft or name:soft:hard"),
        ({"etc_hosts": {"db": "over there"}}, "etc_hosts: 'db: over there' is not a host name with its IP address."),
        ({"etc_hosts": {"db:1": "10.0.0.1"}}, "etc_hosts: 'db:1: 10.0.0.1' is not a host name"),
        ({"annotations": {"a": ["x"]}}, "annotations: the value of 'a' must be text."),
        ({"ssh": ["default"]}, "ssh: 'default' needs an SSH agent, but SSH_AUTH_SOCK is not set for this task"),
        ({"ssh": ["key=/none/id_rsa"]}, "ssh: there is no socket or key /none/id_rsa for 'key'."),
        ({"ssh": ["a b"]}, "ssh: 'a b' is not an id ('default')"),
        ({"cache_to": ["dest=/x,mode=max"]}, "cache_to: 'dest=/x,mode=max' is not an image, or type=...,key=value"),
        ({"cache_from": ["type=local,/x"]}, "cache_from: 'type=local,/x' is not an image, or type="),
        ({"cache_to": ["type=s3,secret_access_key=hush"]}, "cache_to: secret_access_key would be on a command line"),
        ({"outputs": [{"type": "tar", "dest": "x.tar"}]}, "outputs: dest x.tar is not an absolute path."),
        ({"outputs": [{"type": "tar", "dest": "/a,b"}]}, "outputs: dest /a,b has a comma"),
        ({"outputs": [{"type": "tar", "dest": "/a"}] * 2}, "outputs: dest /a is there twice."),
    ],
)
def test_bad_options(given: dict[str, t.Any], says: str) -> None:
    with pytest.raises(InputError, match="^" + re.escape(says)) as caught:
        options(**given)
    assert "hush" not in caught.value.message


def test_an_agent_is_the_default(tmp_path: Path) -> None:
    socket = tmp_path / "agent"
    socket.touch()
    found = options({"SSH_AUTH_SOCK": str(socket)}, ssh=["default", f"deploy={socket}"])
    assert found.ssh == {"default": str(socket), "deploy": str(socket)}
    assert found.inputs() == {"ssh": ["default", "deploy"]}


def test_a_cache_that_cannot_be_written_is_no_error_unless_the_task_says_so() -> None:
    found = options(cache_to=["r/a:c", "type=inline", "type=local,dest=/c,ignore-error=false"], cache_from=["r/a:c"])
    assert found.cache_to == (
        "type=registry,ref=r/a:c,ignore-error=true",
        "type=inline",
        "type=local,dest=/c,ignore-error=false",
    )
    assert found.cache_from == ("type=registry,ref=r/a:c",)
    assert found.inputs() == {}


def test_limits_and_times() -> None:
    found = options({"SOURCE_DATE_EPOCH": "5"}, ulimits=["nofile:1", "core:0:-1"], shm_size="64m")
    assert (found.ulimits, found.source_date_epoch) == (("nofile=1:1", "core=0:-1"), 5)
    assert options({"SOURCE_DATE_EPOCH": "5"}, source_date_epoch=0).source_date_epoch == 0
    with pytest.raises(InputError, match="source_date_epoch 'soon' is not a number of seconds since 1970"):
        options({"SOURCE_DATE_EPOCH": "soon"})


@pytest.mark.parametrize(
    "given",
    [
        {"annotations": {"a": "b"}},
        {"etc_hosts": {"db": "10.0.0.1"}},
        {"network": "none"},
        {"shm_size": "64m"},
        {"ulimits": ["nofile:1"]},
        {"provenance": "min"},
        {"sbom": True},
        {"source_date_epoch": 0},
    ],
)
def test_what_changes_the_result_is_an_input(given: dict[str, t.Any]) -> None:
    assert list(options(**given).inputs()) == list(given)


def test_what_tells_of_the_build_is_none() -> None:
    found = options(oci_labels={"revision": "abc", "source": None, "created": "now"}, cache_from=["a"])
    assert found.inputs() == {}
    assert found.oci_labels == {
        "org.opencontainers.image.revision": "abc",
        "org.opencontainers.image.created": "now",
    }
