# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.dockerhost.host_plan import host_plan

DOCUMENTATION = r"""
name: docker_host_plan
short_description: What the settings of a Docker host come to
version_added: 0.1.0
author: Slipway maintainers (@slipway)
description:
  - Turns the settings of the role docker_host into what its tasks hand to modules.
  - The keys are C(options) and C(drop_in) for M(slipway.deploy.docker_engine),
    C(files) for M(slipway.deploy.host_files), C(services) for
    M(slipway.deploy.host_services), and C(client_proxies) for M(slipway.deploy.docker_users).
options:
  _input:
    description: The variables of the role docker_host, without their prefix.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Show the options that an engine would get
  ansible.builtin.debug:
    msg: "{{ ({'log_max_size': '5m'} | slipway.deploy.docker_host_plan).options }}"
"""

RETURN = r"""
_value:
  description: What the settings of a Docker host come to.
  type: dict
"""


def docker_host_plan(settings: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    try:
        return host_plan(settings)
    except SlipwayError as exc:
        raise AnsibleFilterError(exc.message) from exc


class FilterModule:
    """The collection's filter of this name."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"docker_host_plan": docker_host_plan}
