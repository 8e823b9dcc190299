# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ends an engine: one that we started and that nobody uses, or the system's where only engines of users are wanted."""

from __future__ import annotations

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import Runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError, TransportError
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Result
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd import api
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.service import Service
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.systemd_service import SystemdService


def stop_own(service: Service, run: Runner, *, check_mode: bool) -> Result:
    """An engine under systemd, or started by somebody else, or with containers that run, stays as it is."""
    stop = service.is_own() and not _is_used(run)
    if stop and not check_mode:
        service.stop()
    return {"changed": stop, "restarted": False, "started": False}


def disable(service: Service, *, check_mode: bool) -> Result:
    """The system's engine neither runs nor starts at boot. One that runs containers is not ended."""
    if not isinstance(service, SystemdService):
        raise InputError(
            "state: disabled is for service: systemd. An engine of another kind is ended by its own means."
        )
    reasons = service.why_not_disabled()
    names = api.running(service.socket_path) if service.is_active() else []
    if names:
        raise InputError(
            f"state: disabled would end the containers {', '.join(names)} of the system's engine. Stop them first."
        )
    if reasons and not check_mode:
        service.disable()
    return {"changed": bool(reasons), "restarted": False, "reloaded": False, "started": False, "reasons": reasons}


def _is_used(run: Runner) -> bool:
    done = run(["docker", "ps", "--quiet"])
    if not done.ok:
        raise TransportError(f"The engine does not tell which containers run, so it is not stopped: {done.tail(2)}")
    return bool(done.out.strip())
