# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The verb `kubeadm_info`: how far kubeadm has come on this host."""

from __future__ import annotations

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Params, Result, TaskContext, Verb
from ansible_collections.slipway.deploy.plugins.module_utils.kubeadm import api
from ansible_collections.slipway.deploy.plugins.module_utils.kubeadm.plan import MEMBER
from ansible_collections.slipway.deploy.plugins.module_utils.kubeadm.record import NodeRecord


def look(params: Params, context: TaskContext) -> Result:
    """Read our record and kubeadm's files; a control plane's API server must answer too."""
    record = NodeRecord()
    facts = record.facts()
    admin_conf = record.etc / "admin.conf"
    if facts.state == MEMBER and admin_conf.exists():
        api.await_ready(params["kubectl"], admin_conf, runner(context.env), params["timeout"])
    return {"changed": False, "state": facts.state, "ca_sha256": facts.ca}


KUBEADM_INFO = Verb(
    name="kubeadm_info",
    spec={
        "argument_spec": {
            "kubectl": {"type": "path", "default": "kubectl"},
            "timeout": {"type": "int", "default": 120},
        }
    },
    run=look,
)
