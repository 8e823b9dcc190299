# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t
from types import SimpleNamespace

from ansible_collections.slipway.deploy.plugins.plugin_utils.remote_progress import in_two_steps

TOLD = ["[build 1/2] RUN one 0.2 s", "[build 2/2] RUN two 3.0 s"]


def action(said: list[str]) -> t.Any:
    """Its module builds at once: nobody has read a line by then."""
    answers = iter([{"context_needed": True}, {"changed": True, "told": list(TOLD)}])
    return SimpleNamespace(
        _progress=said.append,
        _connection=SimpleNamespace(become=None),
        run_module=lambda _arguments, _task_vars: next(answers),
    )


def test_what_nobody_had_time_to_read_is_told_with_the_result() -> None:
    said: list[str] = []
    result = in_two_steps(action(said), {}, {}, lambda: {"progress": ""})
    assert said == TOLD
    assert result == {"changed": True}
