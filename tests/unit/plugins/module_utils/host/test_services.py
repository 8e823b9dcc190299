# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import Completed
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError, SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.host import systemd
from ansible_collections.slipway.deploy.plugins.module_utils.host.services import (
    FoundService,
    WantedService,
    parse,
    plan,
)

RUNS = FoundService(exists=True, active="active", enabled="enabled", since=100.0)
SHOWN = """LoadState=loaded
ActiveState=active
UnitFileState=enabled
ExecMainStartTimestampMonotonic=5000000
NeedDaemonReload=yes

LoadState=not-found
ActiveState=inactive
UnitFileState=
ExecMainStartTimestampMonotonic=0
NeedDaemonReload=no
"""


def test_what_runs_and_is_fresh_is_left_alone() -> None:
    wanted = WantedService("a.service", watch=("/etc/a", "/etc/gone"))
    assert plan(wanted, RUNS, {"/etc/a": 99.0}).actions == ()


def test_what_is_older_than_its_file_is_restarted() -> None:
    made = plan(WantedService("a.service", watch=("/etc/a",)), RUNS, {"/etc/a": 101.0})
    assert made.actions == ("restart",)
    assert made.reasons == ("older than /etc/a",)


def test_only_new_files_of_a_service_that_wants_it_are_suspects() -> None:
    watch, times = ("/etc/a", "/etc/b"), {"/etc/a": 101.0, "/etc/b": 1.0}
    assert plan(WantedService("a.service", watch=watch, put_back=True), RUNS, times).suspects == ("/etc/a",)
    assert plan(WantedService("a.service", watch=watch), RUNS, times).suspects == ()


def test_what_does_not_run_is_started_never_restarted() -> None:
    stopped = FoundService(exists=True, active="failed", enabled="disabled", since=1.0)
    wanted = WantedService("a.service", watch=("/etc/a",))
    assert plan(wanted, stopped, {"/etc/a": 101.0}).actions == ("enable", "start")


def test_only_enabled_is_not_started() -> None:
    wanted = WantedService("a.service", start=False, watch=("/etc/a",))
    assert plan(wanted, FoundService(exists=True, enabled="disabled"), {}).actions == ("enable",)
    assert plan(wanted, RUNS, {"/etc/a": 101.0}).actions == ("restart",)


@pytest.mark.parametrize("word", ["static", "alias", "indirect", "generated"])
def test_a_unit_that_cannot_be_enabled_counts_as_enabled(word: str) -> None:
    found = FoundService(exists=True, active="active", enabled=word, since=1.0)
    assert plan(WantedService("a.service"), found, {}).actions == ()


@given(since=st.floats(1, 1e9), changed=st.floats(1, 1e9))
def test_a_restart_ends_the_staleness(since: float, changed: float) -> None:
    wanted = WantedService("a.service", watch=("/f",))
    found = FoundService(exists=True, active="active", enabled="enabled", since=max(since, changed))
    assert plan(wanted, found, {"/f": changed}).actions == ()


def test_a_name_without_suffix_is_refused() -> None:
    with pytest.raises(InputError, match=r"'a\.service'"):
        parse([{"name": "a", "state": "started", "watch": [], "put_back": False}])


def test_systemctl_is_read_unit_by_unit() -> None:
    there, gone = systemd.show(["a.service", "b.service"], lambda _argv: Completed(0, SHOWN, ""))
    assert there.exists and there.running and there.reload_needed and there.since is not None
    assert gone == FoundService()


def test_a_failed_action_says_the_units_own_words() -> None:
    def run(argv: list[str]) -> Completed:
        return Completed(0, "bad line 3\n", "") if argv[0] == "journalctl" else Completed(1, "", "Job failed.\n")

    with pytest.raises(SlipwayError, match=r"restart a\.service failed: Job failed\.\nbad line 3"):
        systemd.act("restart", "a.service", run)


def test_what_is_not_wanted_is_removed_once() -> None:
    assert plan(WantedService("a.service", absent=True), RUNS, {}).actions == ("remove",)
    assert plan(WantedService("a.service", absent=True), FoundService(), {}).actions == ()
