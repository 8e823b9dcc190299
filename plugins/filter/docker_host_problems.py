# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.dockerhost.host_plan import host_problems

DOCUMENTATION = r"""
name: docker_host_problems
short_description: What is wrong with the settings of a Docker host
version_added: 0.1.0
author: Slipway maintainers (@slipway)
description:
  - Checks the settings of the role docker_host, and that the controller's files that they name are there.
options:
  _input:
    description: The variables of the role docker_host, without their prefix.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Refuse settings that cannot be
  ansible.builtin.assert:
    that: problems | length == 0
    fail_msg: "{{ problems | join(' ') }}"
  vars:
    problems: "{{ {'log_max_size': 'big'} | slipway.deploy.docker_host_problems }}"
"""

RETURN = r"""
_value:
  description: What is wrong with the settings of a Docker host.
  type: list
  elements: str
"""


def docker_host_problems(settings: t.Mapping[str, t.Any]) -> list[str]:
    try:
        return host_problems(settings)
    except SlipwayError as exc:
        raise AnsibleFilterError(exc.message) from exc


class FilterModule:
    """The collection's filter of this name."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"docker_host_problems": docker_host_problems}
