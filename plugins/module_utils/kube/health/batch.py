# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Health of the group batch: a Job is Current when it is complete, not when it has started."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.model import (
    Health,
    current,
    failed,
    in_progress,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.read import (
    Object,
    condition,
    explain,
    field,
    is_true,
    number,
)


def job(obj: Object) -> Health:
    for name in ("Failed", "FailureTarget"):
        cond = condition(obj, name)
        if is_true(cond):
            return failed(explain(cond, "the Job has failed"))
    succeeded = number(obj, "status", "succeeded")
    wanted = number(obj, "spec", "completions", default=1)
    message = f"{succeeded}/{wanted} succeeded"
    if is_true(condition(obj, "Complete")):
        return current(f"complete, {message}")
    if field(obj, "spec", "suspend") is True:
        return in_progress(f"suspended, {message}")
    misses = number(obj, "status", "failed")
    message += f", {number(obj, 'status', 'active')} active"
    return in_progress(f"{message}, {misses} failed" if misses else message)


def cron_job(obj: Object) -> Health:
    """It is healthy when it is scheduled; how its Jobs fare is theirs to say."""
    return current("suspended" if field(obj, "spec", "suspend") is True else "scheduled")


RULES: t.Dict[str, t.Callable[[Object], Health]] = {"Job": job, "CronJob": cron_job}
