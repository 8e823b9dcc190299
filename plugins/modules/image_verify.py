#!/usr/bin/python
# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: image_verify
short_description: Fail unless images are signed, and return what to deploy by digest
version_added: 0.1.0
author: Slipway maintainers (@slipway)
description:
  - Asks C(cosign) whether images have a signature by a key, or by an identity (keyless), and fails where one has not.
  - A tag is resolved first. RV(images[].reference) is what was verified, and what to deploy. The tag may move on.
extends_documentation_fragment:
  - slipway.deploy.attributes
  - slipway.deploy.registry_access
attributes:
  check_mode:
    description: Reads the same in check mode.
  diff_mode:
    description: Changes nothing, so it has no diff.
    support: N/A
  action_group:
    description: Use C(group/slipway.deploy.all) in C(module_defaults) to set options for all modules of the group.
    support: full
    membership:
      - slipway.deploy.all
requirements:
  - C(cosign) on the host of the task (Debian and Ubuntu have a package; tested with 2.5, not with 3).
seealso:
  - module: slipway.deploy.image_sign
notes:
  - Keyless verification needs the internet (or a mirror of Sigstore's). Its options are passed on, and are not tested
    here.
options:
  images:
    description: The images.
    type: list
    elements: str
    required: true
  key:
    description: The public key, as a file on the host of the task or an address that C(cosign) knows.
    type: str
  key_content:
    description: The public key itself (PEM).
    type: str
  transparency_log:
    description: With a key, whether the signature must also be in the public transparency log. Keyless it always must.
    type: bool
    default: false
  certificate_identity:
    description: For keyless signatures, who signed, such as a workflow's address.
    type: str
  certificate_identity_regexp:
    description: The same as a regular expression.
    type: str
  certificate_oidc_issuer:
    description: For keyless signatures, who vouched for the identity.
    type: str
  certificate_oidc_issuer_regexp:
    description: The same as a regular expression.
    type: str
  annotations:
    description: What the signature must say besides.
    type: dict
"""

EXAMPLES = r"""
- name: Only what we signed
  slipway.deploy.image_verify:
    images: ["registry1:5000/visits:1.4.2"]
    key_content: "{{ lookup('ansible.builtin.file', 'cosign.pub') }}"
    ca_file: .lab/registry-ca.crt
  register: trusted

- name: Deploy just that
  slipway.deploy.k8s_release:
    name: visits
    version: 1.4.2
    namespace: visits
    template: [visits.yml.j2]
  vars:
    image: "{{ trusted.images[0].reference }}"

- name: Only what that workflow signed
  slipway.deploy.image_verify:
    images: ["ghcr.io/example/visits:1.4.2"]
    certificate_identity: https://github.com/example/visits/.github/workflows/release.yml@refs/tags/1.4.2
    certificate_oidc_issuer: https://token.actions.githubusercontent.com
"""

RETURN = r"""
images:
  description: One entry for each of O(images), in its order. Also there where an image is not signed.
  returned: always
  type: list
  elements: dict
  contains:
    name:
      description: The image as it was named.
      type: str
    digest:
      description: Its digest.
      type: str
    reference:
      description: Its repository with the digest.
      type: str
    verified:
      description: Whether a signature fits.
      type: bool
    signatures:
      description: How many fit.
      type: int
    annotations:
      description: What each of them says besides.
      type: list
      elements: dict
"""

from ansible_collections.slipway.deploy.plugins.module_utils.common.module_face import run_as_module
from ansible_collections.slipway.deploy.plugins.module_utils.signature.verify import VERB


def main() -> None:
    run_as_module(VERB)


if __name__ == "__main__":
    main()
