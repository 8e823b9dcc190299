# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""With the real openssl: what strict clients accept, and what is issued again when."""

from __future__ import annotations

import socket
import ssl
import subprocess
import threading
import typing as t
from pathlib import Path

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError, SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Result, TaskContext
from ansible_collections.slipway.deploy.plugins.module_utils.pki.issue import issue

NAMES = ("registry1", "127.0.0.1", "fe80:0::1")


def keep(directory: Path, names: t.Sequence[str] = NAMES, *, check_mode: bool = False, **changes: t.Any) -> Result:
    server = {
        "key": str(directory / "server.key"),
        "certificate": str(directory / "server.crt"),
        "names": list(names),
        "usage": changes.pop("usage", "server"),
        "days": changes.pop("server_days", 365),
        "owner": None,
        "group": None,
    }
    params = {
        "directory": str(directory / "ca"),
        "common_name": "Test authority",
        "days": 3650,
        "renew_before_days": 30,
        "certificates": [server],
        **changes,
    }
    return issue(params, TaskContext(check_mode=check_mode))


def reasons(result: Result) -> list[str]:
    return [item["reason"] for item in result["issued"]]


def test_it_is_made_once_with_keys_that_nobody_else_reads(tmp_path: Path) -> None:
    assert reasons(keep(tmp_path, check_mode=True)) == ["no key", "no key"]
    assert list(tmp_path.iterdir()) == []
    assert reasons(keep(tmp_path)) == ["no key", "no key"]
    again = keep(tmp_path)
    assert not again["changed"]
    assert again["ca"] == (tmp_path / "ca" / "ca.crt").read_text()
    for key in (tmp_path / "ca" / "ca.key", tmp_path / "server.key"):
        assert key.stat().st_mode & 0o777 == 0o600
        assert "PRIVATE KEY" not in str(again)


@pytest.mark.parametrize("name", ["registry1", "127.0.0.1"])
def test_a_strict_client_accepts_it(tmp_path: Path, name: str) -> None:
    keep(tmp_path)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(tmp_path / "server.crt", tmp_path / "server.key")
    client = ssl.create_default_context(cafile=str(tmp_path / "ca" / "ca.crt"))
    client.verify_flags |= ssl.VERIFY_X509_STRICT
    ours, theirs = socket.socketpair()

    def answer() -> None:
        with server.wrap_socket(theirs, server_side=True) as connection:
            connection.sendall(b"hello")

    thread = threading.Thread(target=answer)
    thread.start()
    with client.wrap_socket(ours, server_hostname=name) as connection:
        assert connection.recv(5) == b"hello"
    thread.join()


@pytest.mark.parametrize(
    ("lost", "why"),
    [
        (["server.crt"], ["no certificate"]),
        (["server.key"], ["no key"]),
        (["ca/ca.crt"], ["no certificate"]),
        # Another authority: what the old one signed is worth nothing.
        (["ca/ca.key"], ["no key", "comes from another authority"]),
    ],
)
def test_what_is_lost_is_made_again(tmp_path: Path, lost: list[str], why: list[str]) -> None:
    keep(tmp_path)
    for name in lost:
        (tmp_path / name).unlink()
    assert reasons(keep(tmp_path, check_mode=True)) == why
    assert reasons(keep(tmp_path)) == why
    assert not keep(tmp_path)["changed"]
    done = subprocess.run(
        ["openssl", "verify", "-CAfile", tmp_path / "ca" / "ca.crt", tmp_path / "server.crt"], check=False
    )
    assert done.returncode == 0


def test_other_names_and_an_end_that_is_near_mean_another_certificate_for_the_same_key(tmp_path: Path) -> None:
    keep(tmp_path, server_days=20)
    key = (tmp_path / "server.key").read_text()
    assert reasons(keep(tmp_path)) == ["expires soon"]
    assert reasons(keep(tmp_path, [*NAMES, "registry.example"])) == ["other names"]
    assert not keep(tmp_path, ["registry.example", "REGISTRY1", "127.0.0.1", "fe80::1"])["changed"]
    assert (tmp_path / "server.key").read_text() == key


def test_another_usage_means_another_certificate(tmp_path: Path) -> None:
    keep(tmp_path)
    assert reasons(keep(tmp_path, usage="client")) == ["another usage"]
    assert not keep(tmp_path, usage="client")["changed"]
    authority = tmp_path / "ca" / "ca.crt"
    for purpose, code in (("sslclient", 0), ("sslserver", 2)):
        verify = ["openssl", "verify", "-purpose", purpose, "-CAfile", authority, tmp_path / "server.crt"]
        assert subprocess.run(verify, capture_output=True, check=False).returncode == code


def test_two_runs_at_once_make_one_authority(tmp_path: Path) -> None:
    runs = [threading.Thread(target=keep, args=(tmp_path,)) for _index in range(3)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert not keep(tmp_path)["changed"]


def test_a_key_that_openssl_cannot_read_is_not_replaced(tmp_path: Path) -> None:
    keep(tmp_path)
    (tmp_path / "server.key").write_text("half a key")
    with pytest.raises(SlipwayError, match=r"server\.key is not a private key"):
        keep(tmp_path)
    assert (tmp_path / "server.key").read_text() == "half a key"


def test_a_certificate_that_openssl_cannot_read_is(tmp_path: Path) -> None:
    keep(tmp_path)
    (tmp_path / "server.crt").write_text("half a certificate")
    assert reasons(keep(tmp_path)) == ["no certificate"]


@pytest.mark.parametrize("name", ["a b", "x,DNS:evil", "", "-x", "a/b", "a\nb"])
def test_a_name_that_openssl_would_misread_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="neither a DNS name nor an IP address"):
        keep(tmp_path, ["registry1", name])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("common_name", ["", "a/CN=b", "x" * 65, "a\nb"])
def test_a_common_name_that_openssl_would_misread_is_refused(tmp_path: Path, common_name: str) -> None:
    with pytest.raises(InputError, match="common_name"):
        keep(tmp_path, common_name=common_name)
