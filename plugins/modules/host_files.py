#!/usr/bin/python
# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: host_files
short_description: Put a set of text files in place
version_added: 0.1.0
description:
  - Makes any number of files have the content, mode and owner that they should have, in one task.
  - All input is checked before the first file is touched. Each file is replaced at once, by renaming, so nobody ever
    reads a part of it; directories on the way are made (mode V(0755)).
author: Slipway maintainers (@slipway)
extends_documentation_fragment:
  - slipway.deploy.attributes
options:
  files:
    description:
      - The files. They may hold secrets, so this option is shown nowhere.
    type: list
    elements: dict
    required: true
    suboptions:
      dest:
        description: Absolute path.
        type: path
        required: true
      content:
        description: What the file holds. Needed unless O(files[].state=absent).
        type: str
      mode:
        description:
          - Octal mode. The content of a file that not everybody may read is never shown in a diff.
        type: str
        default: "0644"
      owner:
        description: Name or number of its user. Left as it is by default; a new file belongs to the task's user.
        type: str
      group:
        description: Name or number of its group.
        type: str
      state:
        description: Whether the file is wanted.
        type: str
        choices: [present, absent]
        default: present
      keep:
        description: Leave the content of a file that exists, such as a key that was generated for the first run.
        type: bool
        default: false
      previous:
        description:
          - Keep the file that is replaced, beside it with the suffix C(.previous).
            M(slipway.deploy.host_services) puts it back when a unit does not come up with the new one.
        type: bool
        default: false
      validate:
        description: A command that must succeed before new content takes effect; V(%s) stands for the file to check.
        type: str
"""

EXAMPLES = r"""
- name: Configure the runtime
  slipway.deploy.host_files:
    files:
      - dest: /etc/containerd/config.toml
        content: "{{ lookup('ansible.builtin.template', 'containerd.toml.j2') }}"
        validate: containerd --config %s config dump
      - dest: /etc/crictl.yaml
        content: |
          runtime-endpoint: unix:///run/containerd/containerd.sock
  register: runtime_files
"""

RETURN = r"""
changed_files:
  description: The paths that were not as they should be.
  returned: success
  type: list
  elements: str
  sample: [/etc/crictl.yaml]
files:
  description: Every file and what was different.
  returned: success
  type: list
  elements: dict
  contains:
    dest:
      description: Its path.
      type: str
      returned: always
    changed:
      description: Whether anything was different.
      type: bool
      returned: always
    what:
      description: What was different, such as V(created), V(content), V(mode), V(owner), V(group), V(removed).
      type: list
      elements: str
      returned: always
  sample:
    - {dest: /etc/crictl.yaml, changed: true, what: [content]}
"""

from ansible_collections.slipway.deploy.plugins.module_utils.common.module_face import run_as_module
from ansible_collections.slipway.deploy.plugins.module_utils.host.write_files import HOST_FILES


def main() -> None:
    run_as_module(HOST_FILES)


if __name__ == "__main__":
    main()
