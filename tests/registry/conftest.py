# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Registries of the tests' own on loopback: distribution with TLS (open, with users, with tokens), one of OCI 1.1, and
a front that misbehaves."""

from __future__ import annotations

import pathlib
import secrets
import sys
import typing as t

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from certificates import Authority
from distribution import PASSWORD, USER, Distribution
from front import Front
from images import Raw
from modern import Modern
from task import Task
from token_server import TokenServer


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("pki"))


@pytest.fixture(scope="session")
def tls(authority: Authority) -> tuple[pathlib.Path, pathlib.Path]:
    return authority.issue("registry")


@pytest.fixture(scope="session")
def open_registry(tmp_path_factory: pytest.TempPathFactory, tls: t.Any) -> t.Iterator[Raw]:
    """distribution for everybody."""
    server = Distribution(tmp_path_factory.mktemp("open") / "registry", tls)
    yield Raw(server.url)
    server.close()


@pytest.fixture(scope="session")
def users_registry(tmp_path_factory: pytest.TempPathFactory, tls: t.Any) -> t.Iterator[Raw]:
    """distribution with htpasswd."""
    server = Distribution(tmp_path_factory.mktemp("users") / "registry", tls, htpasswd=True)
    yield Raw(server.url, f"{USER}:{PASSWORD}")
    server.close()


@pytest.fixture(scope="session")
def token_server(authority: Authority, tls: t.Any) -> t.Iterator[TokenServer]:
    server = TokenServer(authority, tls)
    yield server
    server.close()


@pytest.fixture(scope="session")
def token_registry(tmp_path_factory: pytest.TempPathFactory, tls: t.Any, token_server: TokenServer) -> t.Iterator[str]:
    """distribution that believes the token server. Its host."""
    folder = tmp_path_factory.mktemp("tokens") / "registry"
    server = Distribution(folder, tls, token_server.registry_auth)
    yield server.host
    server.close()


@pytest.fixture
def modern(task: Task) -> t.Iterator[Modern]:
    """Without TLS, which a task has to be told."""
    server = Modern()
    task.plain.append(server.host)
    yield server
    server.close()


@pytest.fixture
def front(open_registry: Raw, tls: t.Any) -> t.Iterator[Front]:
    """Before the open distribution, with TLS."""
    server = Front(open_registry.url, tls)
    yield server
    server.close()


@pytest.fixture
def task(authority: Authority, tmp_path: pathlib.Path) -> Task:
    return Task(str(authority.ca_file), tmp_path)


@pytest.fixture
def name() -> str:
    """A repository that no other test has."""
    return f"test/{secrets.token_hex(4)}"
