# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The options of module_utils/kube/connection.py."""

    DOCUMENTATION = r"""
options:
  kubeconfig:
    description:
      - The cluster's kubeconfig, as a path on the host that the task runs on, or as the file's content (a mapping).
      - Else the environment variables E(K8S_AUTH_KUBECONFIG) and E(KUBECONFIG) are asked, then C(~/.kube/config), then,
        in a pod, its service account. Both variables may list several files with C(:) between them.
      - Never shown in results, since it may hold keys.
    type: raw
  context:
    description:
      - The context of the kubeconfig to use, where it is not the current one.
      - Else the environment variable E(K8S_AUTH_CONTEXT).
    type: str
  host:
    description:
      - The API server's URL. With O(api_key), O(username) and O(password), or O(client_cert) and O(client_key), no
        kubeconfig is needed.
      - Else the environment variable E(K8S_AUTH_HOST).
    type: str
  api_key:
    description:
      - A bearer token.
      - Else the environment variable E(K8S_AUTH_API_KEY).
    type: str
  username:
    description:
      - A user for basic authentication, as a proxy before the API server may want it.
      - Else the environment variable E(K8S_AUTH_USERNAME).
    type: str
  password:
    description:
      - The password of O(username).
      - Else the environment variable E(K8S_AUTH_PASSWORD).
    type: str
  validate_certs:
    description:
      - Whether the API server's certificate is verified. Verified unless the kubeconfig says otherwise.
      - Else the environment variable E(K8S_AUTH_VERIFY_SSL).
    type: bool
    aliases: [verify_ssl]
  ca_cert:
    description:
      - A file with the certificates of the authorities to trust.
      - Else the environment variable E(K8S_AUTH_SSL_CA_CERT).
    type: path
    aliases: [ssl_ca_cert]
  client_cert:
    description:
      - A file with a client certificate.
      - Else the environment variable E(K8S_AUTH_CERT_FILE).
    type: path
    aliases: [cert_file]
  client_key:
    description:
      - A file with the key of O(client_cert).
      - Else the environment variable E(K8S_AUTH_KEY_FILE).
    type: path
    aliases: [key_file]
  tls_server_name:
    description:
      - The name that the server's certificate must have, where it is not the one in its URL.
      - Else the environment variable E(K8S_AUTH_TLS_SERVER_NAME).
    type: str
  proxy:
    description:
      - The URL of an HTTP proxy to the API server; with a user as V(http://USER:PASSWORD@HOST:PORT), which is hidden in
        results.
      - Else the environment variable E(K8S_AUTH_PROXY), then the kubeconfig, then E(HTTPS_PROXY).
    type: str
  no_proxy:
    description:
      - Names, domains, addresses and networks that are reached without proxy, with commas between them.
      - Else the environment variable E(K8S_AUTH_NO_PROXY), then E(NO_PROXY).
    type: str
  impersonate_user:
    description:
      - The user to act as.
      - Else the environment variable E(K8S_AUTH_IMPERSONATE_USER).
    type: str
  impersonate_groups:
    description:
      - The groups to act as, with O(impersonate_user).
      - Else the environment variable E(K8S_AUTH_IMPERSONATE_GROUPS), with commas between them.
    type: list
    elements: str
requirements:
  - kubernetes >= 37.0 (Python library)
"""
