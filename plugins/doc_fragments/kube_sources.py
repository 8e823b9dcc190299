# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The options of module_utils/kube/sources/options.py."""

    DOCUMENTATION = r"""
options:
  definition:
    description:
      - The objects, as a mapping, as YAML text with any number of documents, or as a list of both.
      - YAML text is read as Kubernetes' own tools read it. Lists (C(kind=List)) are taken apart.
      - Never shown in results, since it may hold secrets.
    type: raw
    aliases: [resource_definition, inline]
  src:
    description:
      - Files with manifests in YAML or JSON, directories, globs, or URLs.
      - Of a directory, the files C(*.yaml), C(*.yml) and C(*.json) directly in it are taken, and with O(recursive)
        those below it. A glob may have C(*), C(?), C([...]) and C(**), which stands for any number of directories. One
        that matches nothing fails the task.
      - Relative paths are looked up on the controller, in the role's or play's C(files) directory, as
        M(ansible.builtin.copy) does.
      - A URL is a mapping with C(url) (https), C(checksum) (V(sha256:) and 64 hex digits, or V(sha512:) and 128),
        C(ca_file) (certificates of authorities to trust besides the system's), C(headers) (never shown) and C(timeout)
        (seconds, V(60) by default). Only redirects to https are followed, and at most 64 MiB are read. With a
        C(checksum), C(http://) is allowed too.
    type: list
    elements: raw
  recursive:
    description: Whether of directories in O(src) the directories below are read too.
    type: bool
    default: false
  template:
    description:
      - As O(src), but the files are Jinja2 templates, rendered on the controller and looked up in C(templates). Of a
        directory the files C(*.j2) are taken, or its manifests if it has none of those.
      - A path, a mapping, or a list of both. A mapping has C(path), and may have C(block_start_string),
        C(block_end_string), C(variable_start_string), C(variable_end_string), C(trim_blocks) and C(lstrip_blocks),
        which mean what they do for M(ansible.builtin.template).
      - An undefined variable fails the task. What variables hold is never a template itself.
    type: raw
  kustomize:
    description:
      - Directories with a kustomization, built by C(kustomize build) or C(kubectl kustomize).
      - Looked up as O(src).
    type: list
    elements: path
  kustomize_binary:
    description: The program for O(kustomize). By default C(kustomize), or else C(kubectl), of E(PATH).
    type: path
  helm:
    description:
      - Helm charts, rendered by C(helm template). What comes out is applied, waited for and removed as everything else;
        no Helm release is made.
      - Hooks for tests, deletion and rollback are left out. Those before and after an installation or upgrade are
        objects like the others, behind barriers, so that they come when Helm would run them.
    type: list
    elements: dict
    suboptions:
      chart:
        description:
          - The chart, as a directory or archive (looked up as O(src)), as an C(oci://) or C(https://) address, as
            C(REPOSITORY/NAME) of a repository that Helm knows, or as its name in O(helm[].repo).
        type: str
        required: true
        aliases: [chart_ref]
      name:
        description: Name of the release, which charts put into the names of objects.
        type: str
        required: true
        aliases: [release_name]
      namespace:
        description: Namespace of the release, and of its objects that name none. By default the task's O(namespace).
        type: str
        aliases: [release_namespace]
      version:
        description: Version of a chart that is downloaded. The newest by default.
        type: str
        aliases: [chart_version]
      repo:
        description: Address of the chart's repository.
        type: str
        aliases: [chart_repo_url]
      repo_username:
        description: A user of O(helm[].repo), or of the registry of an C(oci://) chart.
        type: str
        aliases: [chart_repo_username]
      repo_password:
        description:
          - The user's password or token.
          - It reaches Helm in a file without a name, never by a command line, and nothing of it is left.
        type: str
        aliases: [chart_repo_password]
      ca_file:
        description:
          - A PEM file with the authority that signed the repository's or registry's certificate. Looked up as O(src).
        type: path
        aliases: [chart_ca_cert]
      values:
        description:
          - Values that differ from the chart's own. They come after O(helm[].values_files).
          - Given to Helm by a pipe, and never shown in results, since they may be secrets.
        type: dict
        default: {}
        aliases: [release_values]
      values_files:
        description: Files with values, looked up as O(src). Of two that set a value, the later wins.
        type: list
        elements: path
        default: []
      include_crds:
        description: Whether the CustomResourceDefinitions in the chart's C(crds) directory belong to its objects.
        type: bool
        default: true
      disable_hook:
        description: Leave all hooks out.
        type: bool
        default: false
      kube_version:
        description:
          - The version of Kubernetes that the chart sees. By default the cluster's, if O(remote_src=true) or the task
            runs on the controller, else the one that Helm was built for.
        type: str
      api_versions:
        description:
          - The API versions and kinds that the chart sees besides Helm's own list, as V(monitoring.coreos.com/v1). By
            default the cluster's, as with O(helm[].kube_version).
        type: list
        elements: str
      binary:
        description: The program. By default C(helm) of E(PATH); versions 3 and 4 work.
        type: path
        aliases: [binary_path]
  remote_src:
    description:
      - Read O(src), and run what O(kustomize) and O(helm) need, on the host that the task runs on instead of the
        controller.
    type: bool
    default: false
  sources:
    description:
      - Texts with manifests. The action plugin makes them of the other options; there is seldom a reason to give them
        in a task.
      - Never shown in results, since they may hold secrets.
    type: list
    elements: dict
    suboptions:
      name:
        description: What messages call the text.
        type: str
        required: true
      text:
        description: The text.
        type: str
        required: true
      chart:
        description: Whether it comes from a Helm chart.
        type: bool
        default: false
      namespace:
        description: The namespace of objects that name none, before the task's.
        type: str
notes:
  - Errors name file and line. Of what C(helm) and C(kustomize) print they name the line in their output, and the
    chart's template.
"""
