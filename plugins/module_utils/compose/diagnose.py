# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Why a Compose project did not come up: the container, its state, its probe, the end of its log."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import sentence
from ansible_collections.slipway.deploy.plugins.module_utils.compose.container import Container, doomed
from ansible_collections.slipway.deploy.plugins.module_utils.engine.containers import Containers

_LOG_LINES = 10
_PORT_TAKEN = re.compile(r"Bind for (\S+) failed: port is already allocated|listen tcp\S* (\S+): bind: address already")


def why(engine: Containers, containers: t.Sequence[Container], said: str) -> str:
    """One sentence for each container that is not as it should be; `said` where none stands out."""
    bad = [c for c in containers if not (c.up or c.finished or c.oneoff)]
    # A container that waits for another is a symptom; the one that died or is unhealthy is the cause.
    causes = [c for c in bad if doomed(c, 1)] or [c for c in bad if c.state != "created"] or bad
    if not causes:
        return sentence(said[:1].upper() + said[1:])
    return " ".join(_sentence(engine, c) for c in causes)


def why_not_started(said: str) -> str:
    """What `docker compose up` printed when it failed, in words of ours where they are known."""
    taken = _PORT_TAKEN.search(said)
    if taken:
        return f"Port {taken[1] or taken[2]} of the host is taken by something else."
    return f"docker compose up failed: {sentence(said)}"


def _sentence(engine: Containers, container: Container) -> str:
    code = f" with exit code {container.exit_code}" if container.state in ("exited", "restarting") else ""
    text = f"{container.name} (service {container.service}) is {container.condition}{code}."
    probe = engine.last_probe(container.name) if container.health == "unhealthy" else ""
    if probe:
        text += f" Its health check said: {sentence(probe.splitlines()[-1])}"
    log = engine.logs(container.name, _LOG_LINES)
    if log:
        text += f" Its log ends: {sentence(log.splitlines()[-1])}"
    return text
