# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the demo promises, in the order of trying it. Each test leaves the lab as the next wants it."""

from __future__ import annotations

import pathlib

from the_lab import demo, page
from visitor import Visitor
from watched import ROOT, watch

#: The task whose run is the apply, and the watch after it.
APPLY = "app : Apply, watch and check the release in the cluster]"


def test_again_changes_nothing_and_is_quick(lab: pathlib.Path) -> None:
    run = demo("v1")
    assert run.code == 0, run.tail()
    assert run.changed == {}
    assert run.seconds < 90


def test_the_pages_count_in_the_database(cluster_url: str, compose_url: str) -> None:
    for url in (cluster_url, compose_url):
        first, second = page(url), page(url)
        assert first["version"] == "v1"
        assert second["visits"] > first["visits"]


def test_check_mode_finds_nothing_to_change_and_tells_no_secret(lab: pathlib.Path) -> None:
    inventory = str(lab / "inventory.yml")
    run = watch(["ansible-playbook", "-i", inventory, "playbooks/deploy.yml", "--check", "--diff", "-vvv"])
    (ROOT / "tests/output/check.log").write_text(run.output)
    assert run.code == 0, run.tail()
    assert run.changed == {}
    secret = (lab / "postgres_password").read_text().split()[0]
    assert len(secret) >= 12
    assert secret not in run.output


def test_rolls_forward_without_a_failed_request(cluster_url: str, visitors: list[Visitor]) -> None:
    before = page(cluster_url)["visits"]
    run = demo("v2")
    for visitor in visitors:
        visitor.stop()
    assert run.code == 0, run.tail()
    after = page(cluster_url)
    assert after["version"] == "v2"
    assert after["visits"] > before
    assert [visitor.failures for visitor in visitors] == [[]]
    assert visitors[0].answers > 100


def test_a_broken_release_fails_fast_and_goes_back(cluster_url: str, compose_url: str, visitors: list[Visitor]) -> None:
    run = demo("broken")
    for visitor in visitors:
        visitor.stop()
    assert run.code != 0
    said = run.output[run.output.index(APPLY) :]
    for word in ("visits-", "CrashLoopBackOff", "visits broken: this release ends at its start"):
        assert word in said, run.tail()
    assert _seconds_from_apply(run.lines) <= 45
    assert page(cluster_url)["version"] == "v2"
    assert page(compose_url)["version"] == "v2"
    assert [visitor.failures for visitor in visitors] == [[]]


def test_after_the_broken_release_there_is_nothing_to_repair(lab: pathlib.Path) -> None:
    run = demo("v2")
    assert run.code == 0, run.tail()
    again = demo("v2")
    assert again.changed == {}


def _seconds_from_apply(lines: list[tuple[float, str]]) -> float:
    """From the apply's task to the end of the run, which its failure is."""
    began = next(second for second, line in lines if APPLY in line)
    ended = next(second for second, line in lines if second > began and ("fatal: [" in line or "[ERROR]" in line))
    return ended - began
