# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""k8s_apply in a process of its own, which ends as if it were never there: in the middle, without any farewell.

`python -m ...killed` reads one JSON object: kubeconfig, params, state, objects, and `dies`: {"at": N, "sent": bool},
the N-th request that writes. It says `writing` before the first.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import TaskContext
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.client import KubeClient, connect
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.discovery import Discovery
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.absent import make_absent
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.cluster import Cluster
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.present import make_present
from ansible_collections.slipway.deploy.plugins.module_utils.kube.manifests.manifest import from_definition


class Dies:
    """Counts what is written; at its moment everything ends."""

    def __init__(self, client: KubeClient, at: int, *, sent: bool) -> None:
        self._real, self._at, self._sent = client.request, at, sent
        self._lock, self._count = threading.Lock(), 0

    def request(self, method: str, path: str, **options: t.Any) -> t.Any:
        if method == "GET":
            return self._real(method, path, **options)
        with self._lock:
            self._count += 1
            mine = self._count == self._at
            if self._count == 1:
                print("writing", flush=True)
        if mine and not self._sent:
            os.kill(os.getpid(), signal.SIGKILL)
        answer = self._real(method, path, **options)
        if mine:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer


def main() -> None:
    asked = json.load(sys.stdin)
    context = TaskContext(env=dict(os.environ))
    client = connect({"kubeconfig": asked["kubeconfig"]}, context)
    dies = Dies(client, asked["dies"]["at"], sent=asked["dies"]["sent"])
    client.request = dies.request  # type: ignore[method-assign]
    verb = make_absent if asked["state"] == "absent" else make_present
    verb(from_definition(asked["objects"]), Cluster(client, Discovery(client), asked["params"], context))


if __name__ == "__main__":
    main()
