# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The swarm's settings in the engine's own words."""

from __future__ import annotations

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.swarm.settings import (
    FRESH,
    differing,
    nanoseconds,
    wanted_spec,
)


def test_durations() -> None:
    assert nanoseconds("x", "1h30m") == 5400 * 10**9
    assert nanoseconds("x", "90d") == 7776000 * 10**9


@pytest.mark.parametrize("text", ["", "5", "5 s", "1h-", "h"])
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(
        InputError, match=f"^node_cert_expiry: '{text}' is no duration, write it as 90d, 12h, 30m or 5s.$"
    ):
        nanoseconds("node_cert_expiry", text)


def test_a_certificate_must_last() -> None:
    with pytest.raises(InputError, match=r"^node_cert_expiry: '5m' is too short, a node needs at least 1h\.$"):
        wanted_spec(FRESH, {"node_cert_expiry": "5m"})


def test_what_is_not_given_stays() -> None:
    live = {**FRESH, "Labels": {"kept": "1"}, "Raft": {"SnapshotInterval": 5, "ElectionTick": 10}}
    wanted = wanted_spec(live, {"autolock": True, "task_history_limit": None, "snapshot_interval": 7})
    assert wanted["Labels"] == {"kept": "1"}
    assert wanted["Raft"] == {"SnapshotInterval": 7, "ElectionTick": 10}
    assert differing(live, wanted) == {"autolock": True, "snapshot_interval": 7}


def test_the_defaults_of_a_fresh_swarm_change_nothing() -> None:
    assert differing(FRESH, wanted_spec(FRESH, {"autolock": False, "node_cert_expiry": "90d"})) == {}
