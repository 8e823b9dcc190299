# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import MissingDependencyError, SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.kubeadm.become_node import KUBEADM_NODE
from ansible_collections.slipway.deploy.plugins.module_utils.kubeadm.info import missing_programs, swap_devices
from ansible_collections.slipway.deploy.plugins.module_utils.kubeadm.make_token import parse_join_command
from ansible_collections.slipway.deploy.plugins.module_utils.kubeadm.program import Kubeadm, last_words, mask

TOKEN = "abcdef.0123456789abcdef"


def program(tmp_path: Path, script: str) -> str:
    path = tmp_path / "kubeadm"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


def test_the_configuration_is_in_no_file(tmp_path: Path) -> None:
    kubeadm = Kubeadm(program(tmp_path, 'file="${2#--config=}"; readlink "$file"; cat "$file" "$file"'))
    said = kubeadm.run_with_config("join", f"token: {TOKEN}\n")
    assert said == f"/memfd:kubeadm.yaml (deleted)\ntoken: {TOKEN}\ntoken: {TOKEN}\n"


def test_a_failure_shows_both_outputs_without_the_token(tmp_path: Path) -> None:
    kubeadm = Kubeadm(program(tmp_path, f"echo 'it did {TOKEN}'; echo 'and failed' >&2; exit 1"))
    with pytest.raises(SlipwayError, match=r"kubeadm join failed:\nit did \*{6}\nand failed") as caught:
        kubeadm.run_with_config("join", "x")
    assert TOKEN not in str(caught.value)


def test_the_failed_checks_are_what_is_said() -> None:
    err = (
        "E1123 09:11:11.659327     364 remote_image.go:334] not this\n[preflight] Some fatal errors occurred:\n"
        "\t[ERROR Swap]: swap is on\nerror: error execution phase preflight: preflight checks failed\nTo see\n"
    )
    said = last_words("OS: Linux\n", err)
    assert said == "[ERROR Swap]: swap is on\nerror: error execution phase preflight: preflight checks failed"


def test_any_other_failure_is_its_end_without_the_log() -> None:
    assert last_words("[init] one\n", "I1123 09:11:11.6 x\nerror: two\n") == "[init] one\nerror: two"


def test_no_program() -> None:
    with pytest.raises(MissingDependencyError, match="no /nowhere/kubeadm on this host"):
        Kubeadm("/nowhere/kubeadm").run("reset")


def test_mask_leaves_other_words() -> None:
    assert mask(f"a {TOKEN} b registry.k8s.io/pause") == "a ****** b registry.k8s.io/pause"


@pytest.mark.parametrize("gap", [" ", " \\\n\t"])
def test_the_join_command_is_understood(gap: str) -> None:
    said = f"kubeadm join 10.0.0.1:6443 --token {TOKEN}{gap}--discovery-token-ca-cert-hash sha256:ab \n"
    assert parse_join_command(said) == {"endpoint": "10.0.0.1:6443", "token": TOKEN, "ca_hash": "sha256:ab"}


def test_another_output_is_no_join_command() -> None:
    with pytest.raises(SlipwayError, match="printed no join command"):
        parse_join_command("hello")


def test_swap(tmp_path: Path) -> None:
    table = tmp_path / "swaps"
    assert swap_devices(table) == []
    table.write_text("Filename\tType\tSize\tUsed\tPriority\n/dev/sda2  partition\t1\t0\t-2\n")
    assert swap_devices(table) == ["/dev/sda2"]


def test_programs_are_looked_for_beyond_a_users_path() -> None:
    assert missing_programs(["sh", "no-such-program"], "/usr/bin:/bin") == ["no-such-program"]


def test_the_configuration_is_hidden() -> None:
    assert KUBEADM_NODE.visible({"config": TOKEN, "command": "join"}) == {"config": "(hidden)", "command": "join"}
