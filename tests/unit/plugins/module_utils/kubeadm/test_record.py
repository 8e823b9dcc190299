# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.kubeadm.plan import MADE, MAKING
from ansible_collections.slipway.deploy.plugins.module_utils.kubeadm.record import NodeRecord


def record(tmp_path: Path) -> NodeRecord:
    return NodeRecord(tmp_path / "etc", tmp_path / "state")


def test_a_bare_host(tmp_path: Path) -> None:
    facts = record(tmp_path).facts()
    assert (facts.phase, facts.has_files, facts.ca) == (None, False, None)


def test_what_is_noted_is_found_again(tmp_path: Path) -> None:
    node = record(tmp_path)
    for phase in (MAKING, MADE):
        node.note(phase)
        assert node.facts().phase == phase


@pytest.mark.parametrize("name", ["admin.conf", "kubelet.conf", "bootstrap-kubelet.conf", "manifests/etcd.yaml"])
def test_any_file_of_kubeadm_counts(tmp_path: Path, name: str) -> None:
    path = tmp_path / "etc" / name
    path.parent.mkdir(parents=True)
    path.write_text("")
    assert record(tmp_path).facts().has_files


def test_our_own_directory_does_not_count(tmp_path: Path) -> None:
    (tmp_path / "etc/slipway").mkdir(parents=True)
    (tmp_path / "etc/manifests").mkdir()
    assert record(tmp_path).facts().state == "absent"


def test_the_configuration_is_remembered_by_its_hash(tmp_path: Path) -> None:
    node = record(tmp_path)
    assert node.config() == ""
    node.note(MADE, "abc")
    assert (node.config(), node.facts().phase) == ("abc", MADE)


def test_the_version_is_the_api_servers(tmp_path: Path) -> None:
    assert record(tmp_path).version() is None
    (tmp_path / "etc/manifests").mkdir(parents=True)
    manifest = tmp_path / "etc/manifests/kube-apiserver.yaml"
    manifest.write_text("    image: registry.k8s.io/kube-apiserver:v1.37.2\n    name: kube-apiserver\n")
    assert record(tmp_path).version() == "1.37.2"


def test_the_ca_is_known_by_its_hash(tmp_path: Path) -> None:
    (tmp_path / "etc/pki").mkdir(parents=True)
    (tmp_path / "etc/pki/ca.crt").write_bytes(b"")
    assert record(tmp_path).facts().ca == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_a_damaged_record_is_named(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state/kubeadm.json").write_text("{")
    with pytest.raises(SlipwayError, match=r"kubeadm\.json is damaged"):
        record(tmp_path).facts()


def test_one_at_a_time(tmp_path: Path) -> None:
    with (
        record(tmp_path).locked(0.0),
        pytest.raises(SlipwayError, match="Another kubeadm"),
        record(tmp_path).locked(0.0),
    ):
        pass
    with record(tmp_path).locked(0.0):
        pass


def test_the_program_holds_the_lock_when_we_are_gone(tmp_path: Path) -> None:
    with record(tmp_path).locked(0.0) as held:
        child = subprocess.Popen(
            [sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE, pass_fds=(held,)
        )
    try:
        with pytest.raises(SlipwayError, match="Another kubeadm"), record(tmp_path).locked(0.0):
            pass
    finally:
        child.communicate()
    with record(tmp_path).locked(0.0):
        assert (tmp_path / "state/kubeadm.lock").exists()
