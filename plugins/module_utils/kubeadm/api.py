# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether this control plane's API server answers, asked of itself."""

from __future__ import annotations

import time
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import Completed, Runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import MissingDependencyError, SlipwayError


def ready(kubectl: str, admin_conf: Path, run: Runner) -> Completed:
    """One question. A host without kubectl has no API server of ours either."""
    argv = [kubectl, f"--kubeconfig={admin_conf}", "--request-timeout=5s", "get", "--raw=/readyz"]
    try:
        return run(argv)
    except MissingDependencyError as exc:
        return Completed(127, "", exc.message)


def await_ready(kubectl: str, admin_conf: Path, run: Runner, patience: float) -> None:
    """A host that has just booted needs a while; a broken one is named."""
    deadline = time.monotonic() + patience
    while True:
        answer = ready(kubectl, admin_conf, run)
        if answer.ok:
            return
        if time.monotonic() >= deadline:
            raise SlipwayError(
                f"The API server of this control plane has not been ready for {patience:.0f} s: {answer.tail(3)}"
                " Look at 'journalctl -u kubelet' and at the static pods' logs in /var/log/pods."
            )
        time.sleep(1.0)
