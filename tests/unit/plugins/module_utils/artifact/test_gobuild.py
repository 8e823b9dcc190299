# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.artifact.gobuild import environment, go_mod
from ansible_collections.slipway.deploy.plugins.module_utils.artifact.recipe import GoBuild

KUBERNETES = """module k8s.io/kubernetes

go 1.26.0

require (
\tgithub.com/a/b v1.0.0
\tk8s.io/api v0.0.0
\tk8s.io/klog/v2 v2.130.1
\tk8s.io/mount-utils v0.0.0 // indirect
)
"""


def test_parts_of_kubernetes_get_their_real_version() -> None:
    text = go_mod(GoBuild({"k8s.io/kubernetes": "v1.37.2"}, {}, staging="v0.37.2"), KUBERNETES)
    assert text.splitlines()[:3] == [
        "module slipway.invalid/artifacts",
        "go 1.26.0",
        "require k8s.io/kubernetes v1.37.2",
    ]
    for part in ("k8s.io/api", "k8s.io/mount-utils"):
        assert f"require {part} v0.37.2\n" in text
        assert f"replace {part} => {part} v0.37.2\n" in text
    assert "klog" not in text


def test_several_modules() -> None:
    text = go_mod(GoBuild({"a/b": "v1.0.0", "a/c": "v1.0.0"}, {}), "module a/b\n")
    assert text == "module slipway.invalid/artifacts\ngo 1.21\nrequire a/b v1.0.0\nrequire a/c v1.0.0\n"


def test_c_only_where_it_is_needed() -> None:
    without = environment(Path("/cache"), Path("/usr/local/go/bin/go"), "arm64", "")
    assert (without["CGO_ENABLED"], without["GOARCH"]) == ("0", "arm64")
    assert without["PATH"].startswith("/usr/local/go/bin:")
    assert environment(Path("/cache"), Path("/bin/go"), "amd64", "gcc")["CC"] == "gcc"
