# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.containerd.registries import registry_files

DOCUMENTATION = r"""
name: containerd_registry_files
short_description: containerd's files for mirrors and private registries
version_added: 0.1.0
author: Slipway maintainers (@slipway)
description:
  - Turns a mapping of upstream registries and their mirrors into the files that containerd reads, ready for
    M(slipway.deploy.host_files).
positional: private, ca_file
options:
  _input:
    description: Upstream host to the URL of its mirror, for example C(docker.io) to C(https://registry1:5000).
    type: dict
    required: true
  private:
    description: Registries, C(host:port), that are asked by their own name and trusted by O(ca_file).
    type: list
    elements: str
    default: []
  ca_file:
    description: Path of the CA certificate on the host. Leave it empty when the system's own authorities suffice.
    type: str
    default: ""
"""

EXAMPLES = r"""
- name: Pull by way of the mirror
  slipway.deploy.host_files:
    files: "{{ {'docker.io': 'https://registry1:5000'} | slipway.deploy.containerd_registry_files }}"
"""

RETURN = r"""
_value:
  description: The files.
  type: list
  elements: dict
"""


def containerd_registry_files(
    mirrors: t.Mapping[str, str], private: t.Sequence[str] = (), ca_file: str = ""
) -> list[dict[str, str]]:
    try:
        return registry_files(mirrors, private, ca_file)
    except SlipwayError as exc:
        raise AnsibleFilterError(exc.message) from exc


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"containerd_registry_files": containerd_registry_files}
