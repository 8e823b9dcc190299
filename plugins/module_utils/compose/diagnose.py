# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Why a Compose project did not come up: the container, its state, its probe, the end of its log."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.compose.plan import Container
from ansible_collections.slipway.deploy.plugins.module_utils.compose.watch import doomed
from ansible_collections.slipway.deploy.plugins.module_utils.engine.compose import ComposeCli

_LOG_LINES = 10


def why(cli: ComposeCli, containers: t.Sequence[Container], said: str) -> str:
    """One sentence for each container that is not as it should be; `said` where none stands out."""
    bad = [c for c in containers if not (c.up or c.finished or c.oneoff)]
    # A container that waits for another is a symptom; the one that died or is unhealthy is the cause.
    causes = [c for c in bad if doomed(c)] or [c for c in bad if c.state != "created"] or bad
    if not causes:
        return said
    return " ".join(_sentence(cli, c) for c in causes)


def _sentence(cli: ComposeCli, container: Container) -> str:
    state = container.health if container.state == "running" else container.state
    code = f" with exit code {container.exit_code}" if container.state in ("exited", "restarting") else ""
    text = f"{container.name} (service {container.service}) is {state}{code}."
    probe = cli.last_probe(container.name) if container.health == "unhealthy" else ""
    if probe:
        text += f" Its health check said: {probe.splitlines()[-1]}."
    log = cli.logs(container.name, _LOG_LINES)
    if log:
        text += f" Its log ends: {log.splitlines()[-1]}."
    return text
