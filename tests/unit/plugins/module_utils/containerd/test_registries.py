# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
import tomllib

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.containerd.registries import registry_files

MIRROR = "https://registry1:5000"


def test_a_mirror_with_a_ca() -> None:
    (file,) = registry_files({"docker.io": MIRROR + "/"}, (), "/etc/ca.crt")
    assert file["dest"] == "/etc/containerd/certs.d/docker.io/hosts.toml"
    assert tomllib.loads(file["content"]) == {
        "server": "https://registry-1.docker.io",
        "host": {MIRROR: {"capabilities": ["pull", "resolve"], "ca": "/etc/ca.crt"}},
    }


def test_a_private_registry_is_asked_by_its_own_name() -> None:
    (file,) = registry_files({}, ["registry1:5000"], "/etc/ca.crt")
    assert file["dest"] == "/etc/containerd/certs.d/registry1:5000/hosts.toml"
    assert tomllib.loads(file["content"])["host"][MIRROR]["ca"] == "/etc/ca.crt"


def test_a_plain_http_mirror_needs_no_ca() -> None:
    (file,) = registry_files({"quay.io": "http://mirror"}, (), "/etc/ca.crt")
    assert tomllib.loads(file["content"])["host"] == {"http://mirror": {"capabilities": ["pull", "resolve"]}}


def test_a_mirror_wins_over_the_same_private_host() -> None:
    (file,) = registry_files({"a:5000": MIRROR}, ["a:5000"])
    assert list(tomllib.loads(file["content"])["host"]) == [MIRROR]


@pytest.mark.parametrize("url", ["registry1:5000", "", "ftp://x"])
def test_what_is_no_url_is_refused(url: str) -> None:
    with pytest.raises(InputError, match="must be a URL such as"):
        registry_files({"docker.io": url})
