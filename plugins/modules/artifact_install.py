#!/usr/bin/python
# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: artifact_install
short_description: Install verified files and archives from a download site
version_added: 0.1.0
author: Slipway maintainers (@slipway)
description:
  - Downloads any number of files and tar archives, compares their SHA-256 and moves them into place.
  - What is there already is not downloaded again. Files are compared by content; what an archive left is remembered.
  - A program that runs can be replaced; it goes on with the old file until it is restarted.
  - Checksums come from the task, so nothing depends on the way being trusted.
extends_documentation_fragment:
  - slipway.deploy.attributes
attributes:
  action_group:
    description: Use C(group/slipway.deploy.all) in C(module_defaults) to set options for all modules of the group.
    support: full
    membership:
      - slipway.deploy.all
options:
  base_url:
    description:
      - What comes before an item's O(items[].url) where that is no full URL.
      - V(https://) means the official sites.
    type: str
    default: https://
  items:
    description: What to install.
    type: list
    elements: dict
    required: true
    suboptions:
      url:
        description: Full URL, or the rest of one after O(base_url).
        type: str
        required: true
      sha256:
        description: Checksum of what is downloaded.
        type: str
        required: true
      dest:
        description: Path of the one file. Either this or O(items[].unpack_to).
        type: path
      mode:
        description: Permissions of the files.
        type: str
        default: "0755"
      member:
        description: The file of an archive which becomes O(items[].dest).
        type: str
      unpack_to:
        description: Folder for the files of a tar archive.
        type: path
      strip:
        description: How many folders to take off the names in the archive.
        type: int
        default: 0
      only:
        description: Names in the archive. Empty means all.
        type: list
        elements: str
        default: []
  ca_file:
    description: Certificate of the site's authority, where the system does not trust it.
    type: path
  state_file:
    description: Where the host remembers what it was given, by size and time.
    type: path
    default: /var/lib/slipway/installed.json
"""

EXAMPLES = r"""
- name: Install kubelet, containerd and flannel's CNI plugin
  slipway.deploy.artifact_install:
    base_url: http://artifacts.example.com:8080
    items:
      - url: dl.k8s.io/release/v1.37.2/bin/linux/amd64/kubelet
        sha256: "{{ artifacts_files['dl.k8s.io/release/v1.37.2/bin/linux/amd64/kubelet'] }}"
        dest: /usr/local/bin/kubelet
      - url: "{{ containerd_path }}"
        sha256: "{{ artifacts_files[containerd_path] }}"
        unpack_to: /usr/local
      - url: "{{ flannel_path }}"
        sha256: "{{ artifacts_files[flannel_path] }}"
        member: flannel-amd64
        dest: /opt/cni/bin/flannel
"""

RETURN = r"""
installed:
  description:
    - Paths of files that are new, have new content or new permissions.
    - In check mode an archive that would be unpacked is named by its folder.
  returned: success
  type: list
  elements: str
  sample: [/usr/local/bin/kubelet]
"""

from ansible_collections.slipway.deploy.plugins.module_utils.artifact.install import VERB
from ansible_collections.slipway.deploy.plugins.module_utils.common.module_face import run_as_module


def main() -> None:
    run_as_module(VERB)


if __name__ == "__main__":
    main()
