# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ends an engine, but only one that we started and that nobody uses."""

from __future__ import annotations

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import Runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import TransportError
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Result
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.service import Service


def stop_own(service: Service, run: Runner, *, check_mode: bool) -> Result:
    """An engine under systemd, or started by somebody else, or with containers that run, stays as it is."""
    stop = service.is_own() and not _is_used(run)
    if stop and not check_mode:
        service.stop()
    return {"changed": stop, "restarted": False, "started": False}


def _is_used(run: Runner) -> bool:
    done = run(["docker", "ps", "--quiet"])
    if not done.ok:
        raise TransportError(f"The engine does not tell which containers run, so it is not stopped: {done.tail(2)}")
    return bool(done.out.strip())
