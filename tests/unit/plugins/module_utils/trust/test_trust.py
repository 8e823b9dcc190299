# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError, SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Result, TaskContext
from ansible_collections.slipway.deploy.plugins.module_utils.trust import trust as verb
from ansible_collections.slipway.deploy.plugins.module_utils.trust.certificate import Store, certificates


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> str:
    return authority(tmp_path_factory.mktemp("ca"))


def authority(directory: Path) -> str:
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=test -days 1"
    subprocess.run(
        [*command.split(), "-keyout", directory / "key", "-out", directory / "crt"], check=True, capture_output=True
    )
    return (directory / "crt").read_text()


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store of its own, with a program that does what update-ca-certificates does."""
    anchors, bundle = tmp_path / "share" / "anchors", tmp_path / "bundle.crt"
    anchors.parent.mkdir()
    found = Store(anchors, ("sh", "-c", f"cat {anchors}/*.crt > {bundle}"), bundle)
    monkeypatch.setattr(verb, "STORES", (found,))
    return found


def trust(tmp_path: Path, authorities: dict[str, str], registries: dict[str, str], **how: bool) -> Result:
    params = {
        "authorities": [{"name": name, "ca": ca} for name, ca in authorities.items()],
        "registries": [{"host": host, "ca": ca} for host, ca in registries.items()],
        "registries_dir": str(tmp_path / "certs.d"),
    }
    return verb.trust(params, TaskContext(**how))


def test_once_and_not_again(tmp_path: Path, store: Store, pem: str) -> None:
    predicted = trust(tmp_path, {"ours": pem}, {"registry1:5000": pem}, check_mode=True)
    assert not store.anchors.exists()
    first = trust(tmp_path, {"ours": pem}, {"registry1:5000": pem})
    again = trust(tmp_path, {"ours": pem}, {"registry1:5000": pem})
    assert [predicted["changed"], first["changed"], again["changed"]] == [True, True, False]
    assert certificates(store.bundle.read_text()) == certificates(pem)
    assert (tmp_path / "certs.d" / "registry1:5000" / "ca.crt").read_text().strip() == pem.strip()


def test_a_run_killed_before_the_bundle_is_made_good(tmp_path: Path, store: Store, pem: str) -> None:
    trust(tmp_path, {"ours": pem}, {})
    store.bundle.unlink()
    assert trust(tmp_path, {"ours": pem}, {})["changed"]
    assert store.bundle.exists()


def test_another_authority_of_the_same_name_takes_its_place(tmp_path: Path, store: Store, pem: str) -> None:
    trust(tmp_path, {"ours": pem}, {})
    other = authority(tmp_path)
    assert trust(tmp_path, {"ours": other}, {})["changed"]
    assert certificates(store.bundle.read_text()) == certificates(other)


def test_a_bundle_that_leaves_it_out_is_an_error(
    tmp_path: Path, store: Store, pem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verb, "STORES", (Store(store.anchors, ("true",), store.bundle),))
    with pytest.raises(SlipwayError, match="left a certificate out"):
        trust(tmp_path, {"ours": pem}, {})


@pytest.mark.parametrize(
    ("authorities", "registries", "sentence"),
    [
        ({"../../etc/passwd": "PEM"}, {}, "cannot be a file name"),
        ({}, {"registry1/../../x": "PEM"}, "not a registry's host name"),
        ({"ours": "nothing here"}, {}, "no PEM certificate"),
        ({"ours": "PEM-----BEGIN PRIVATE KEY-----"}, {}, "private key"),
        ({"ours": "-----BEGIN CERTIFICATE-----\n%%%\n-----END CERTIFICATE-----"}, {}, "not valid PEM"),
    ],
)
def test_what_cannot_be_right_touches_nothing(
    tmp_path: Path, store: Store, pem: str, authorities: dict[str, str], registries: dict[str, str], sentence: str
) -> None:
    filled = [
        {name: ca.replace("PEM-", pem + "-") if ca != "PEM" else pem for name, ca in given.items()}
        for given in (authorities, registries)
    ]
    with pytest.raises(InputError, match=sentence):
        trust(tmp_path, *filled)
    assert not store.anchors.exists()
    assert not (tmp_path / "certs.d").exists()
