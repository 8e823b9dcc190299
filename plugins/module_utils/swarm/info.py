# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The verb `swarm_info`: what this host is in a swarm."""

from __future__ import annotations

from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Params, Result, TaskContext, Verb
from ansible_collections.slipway.deploy.plugins.module_utils.engine.api import EngineApi, unix_sender
from ansible_collections.slipway.deploy.plugins.module_utils.swarm.membership import read_membership


def info(params: Params, context: TaskContext) -> Result:
    del params
    return {"changed": False, **read_membership(EngineApi(unix_sender(context.env))).shown()}


SWARM_INFO = Verb(name="swarm_info", spec={"argument_spec": {}}, run=info)
