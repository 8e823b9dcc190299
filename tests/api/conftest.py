# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What every test against a real API server has: the server, a client that is connected to it, a namespace."""

from __future__ import annotations

import contextlib
import os
import pathlib
import secrets
import sys
import typing as t
import urllib.error

import pytest

if t.TYPE_CHECKING:
    from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.client import KubeClient

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "apiserver"))

from control_plane import ControlPlane

PROGRAMS = pathlib.Path(os.environ.get("SLIPWAY_TEST_PROGRAMS") or pathlib.Path.home() / ".cache/slipway/test/programs")

#: What KWOK does with pods and nodes.


@pytest.fixture(scope="session")
def plane(tmp_path_factory: pytest.TempPathFactory) -> t.Iterator[ControlPlane]:
    """etcd and kube-apiserver, without controllers: for those call `plane.start_controllers()`."""
    with ControlPlane(tmp_path_factory.mktemp("plane"), PROGRAMS) as started:
        yield started


@pytest.fixture(scope="session")
def moving_plane(tmp_path_factory: pytest.TempPathFactory) -> t.Iterator[ControlPlane]:
    """One with controllers, scheduler and KWOK: pods on nodes that exist on paper become ready, and end."""
    with ControlPlane(tmp_path_factory.mktemp("moving"), PROGRAMS) as started:
        started.start_controllers()
        started.start_kwok("--node-lease-duration-seconds=40")
        yield started


@pytest.fixture(autouse=True)
def own_cache(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is remembered from one test to the next, nor in the cache of whoever runs them."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("SLIPWAY_KUBE_CACHE", raising=False)


@pytest.fixture
def client(plane: ControlPlane) -> KubeClient:
    """As administrator. Imported here, since Ansible's finder, which comes after this file, must see us first."""
    from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import TaskContext  # noqa: PLC0415
    from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.client import connect  # noqa: PLC0415

    return connect({"kubeconfig": str(plane.kubeconfig)}, TaskContext(env={}))


@pytest.fixture
def namespace(plane: ControlPlane) -> str:
    """A fresh one for each test. Nobody cleans it up: the server goes with the session."""
    name = f"test-{secrets.token_hex(4)}"
    plane.request("POST", "/api/v1/namespaces", {"metadata": {"name": name}})
    # Pods are refused without it, and its controller may not run. Where it does, it may be first.
    with contextlib.suppress(urllib.error.HTTPError):
        plane.request("POST", f"/api/v1/namespaces/{name}/serviceaccounts", {"metadata": {"name": "default"}})
    return name
