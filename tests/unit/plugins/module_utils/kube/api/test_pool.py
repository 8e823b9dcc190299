# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Connections: proxies, and keys that stay in memory."""

from __future__ import annotations

import base64
import subprocess
import tempfile
from pathlib import Path

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.connection import options_from
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.pool import bypasses_proxy, open_pool


@pytest.mark.parametrize(
    ("server", "no_proxy", "bypassed"),
    [
        ("https://kube.example.com:6443", "", False),
        ("https://kube.example.com:6443", "*", True),
        ("https://kube.example.com:6443", "other.com, example.com", True),
        ("https://kube.example.com", ".example.com", True),
        ("https://kube.example.com", "*.example.com", True),
        ("https://kubeexample.com", "example.com", False),
        ("https://10.1.2.3:6443", "10.0.0.0/8", True),
        ("https://11.1.2.3:6443", "10.0.0.0/8", False),
        ("https://10.1.2.3", "10.1.2.3", True),
        ("https://[fd00::1]:6443", "fd00::/8", True),
    ],
)
def test_who_is_reached_without_proxy(server: str, no_proxy: str, bypassed: bool) -> None:
    assert bypasses_proxy(server, no_proxy) is bypassed


def pool_manager(env: dict[str, str], **params: str) -> str:
    pool = open_pool(options_from({"host": "https://10.0.0.1", "api_key": "t", **params}, env), env)
    return type(pool.manager).__name__


def test_the_tasks_environment_names_the_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://process:1")
    assert pool_manager({}) == "PoolManager"
    assert pool_manager({"HTTPS_PROXY": "http://task:1"}) == "ProxyManager"
    assert pool_manager({"https_proxy": "http://task:1", "no_proxy": "10.0.0.0/8"}) == "PoolManager"
    assert pool_manager({"http_proxy": "http://task:1"}) == "PoolManager"
    assert pool_manager({"NO_PROXY": "*"}, proxy="http://task:1", no_proxy="other") == "ProxyManager"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tls")
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=x"]
    files = ["-keyout", str(folder / "key"), "-out", str(folder / "crt")]
    subprocess.run([*command, *files], check=True, capture_output=True)
    return folder


def data(path: Path) -> str:
    return base64.b64encode(path.read_bytes()).decode()


def test_keys_given_as_data_leave_no_file(certificate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    kubeconfig = {
        "clusters": [
            {"name": "c", "cluster": {"server": "https://c", "certificate-authority-data": data(certificate / "crt")}}
        ],
        "users": [
            {
                "name": "u",
                "user": {
                    "client-certificate-data": data(certificate / "crt"),
                    "client-key-data": data(certificate / "key"),
                },
            }
        ],
        "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}],
        "current-context": "x",
    }
    for _twice in range(2):
        pool = open_pool(options_from({"kubeconfig": kubeconfig}, {}), {})
        assert pool.server == "https://c"
        assert list(tmp_path.iterdir()) == []


def test_certificates_that_cannot_be_used_are_named(certificate: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("no key")
    crt = str(certificate / "crt")
    for params, message in (
        ({"client_cert": crt, "client_key": str(other)}, "do not fit together or are not PEM"),
        ({"client_cert": crt, "client_key": "/none"}, "The client key /none cannot be read: No such file"),
        ({"api_key": "t", "ca_cert": "/none"}, "The CA certificate /none cannot be read"),
    ):
        with pytest.raises(InputError, match=message):
            open_pool(options_from({"host": "https://c", **params}, {}), {})


def test_who_we_are() -> None:
    params = {"host": "http://c", "impersonate_user": "joe", "impersonate_groups": ["a", "b"]}
    token = open_pool(options_from({**params, "api_key": "t"}, {}), {}).header_list({"Accept": "x"})
    assert token["authorization"] == "Bearer t"
    assert token["Impersonate-User"] == "joe"
    assert token.getlist("Impersonate-Group") == ["a", "b"]
    basic = open_pool(options_from({**params, "username": "u", "password": "p"}, {}), {}).auth_headers()
    assert basic["authorization"] == "Basic " + base64.b64encode(b"u:p").decode()


def test_a_server_is_remembered_by_how_we_know_it(certificate: Path) -> None:
    def identity(**params: object) -> str:
        return open_pool(options_from({"host": "https://10.0.0.1", "api_key": "t", **params}, {}), {}).identity

    ca = str(certificate / "crt")
    assert identity(ca_cert=ca) == identity(ca_cert=ca, api_key="another user's")
    others = [
        identity(ca_cert=ca),
        identity(),
        identity(ca_cert=ca, validate_certs=False),
        identity(ca_cert=ca, tls_server_name="other"),
        identity(ca_cert=ca, proxy="http://proxy:1"),
        identity(ca_cert=ca, host="https://10.0.0.2"),
        identity(host="http://10.0.0.1"),
    ]
    assert len(set(others)) == len(others)
