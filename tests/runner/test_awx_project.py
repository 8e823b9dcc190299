# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The example project's job templates, through ansible-runner, on the lab."""

from __future__ import annotations

import typing as t


def failed_events(result: t.Any) -> list[str]:
    failures = [event for event in result.events if event["event"] in ("runner_on_failed", "runner_on_unreachable")]
    return [
        str(event["event_data"]["res"].get("msg")) for event in failures if not event["event_data"].get("ignore_errors")
    ]


def test_status(job: t.Callable[..., t.Any]) -> None:
    result = job("status.yml")
    assert (result.status, failed_events(result)) == ("successful", [])
    assert result.stats["changed"] == {}


def test_deploy_with_survey_answers(job: t.Callable[..., t.Any]) -> None:
    """The survey's answers, text all of them, are understood; asked for again, nothing changes."""
    result = job("deploy.yml")
    if result.stats and result.stats["changed"]:
        result = job("deploy.yml")
    assert (result.status, failed_events(result)) == ("successful", [])
    assert result.stats["changed"] == {}
