# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fixtures that the other tests here stand on."""

from __future__ import annotations

from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.client import KubeClient
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.discovery import Discovery


def test_a_namespace_is_there(client: KubeClient, namespace: str) -> None:
    resource = Discovery(client).resource_for("v1", "Namespace")
    assert client.get(resource, namespace)["metadata"]["name"] == namespace
