# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One server-side apply for each object of a file, 32 at once, and nothing else: the yardstick."""

from __future__ import annotations

import json
import ssl
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import urllib3
import yaml

THREADS = 32
PLURALS = {
    "ConfigMap": "api/v1/namespaces/{}/configmaps",
    "Service": "api/v1/namespaces/{}/services",
    "ServiceAccount": "api/v1/namespaces/{}/serviceaccounts",
    "Deployment": "apis/apps/v1/namespaces/{}/deployments",
    "Role": "apis/rbac.authorization.k8s.io/v1/namespaces/{}/roles",
}


def main(kubeconfig: str, *files: str) -> None:
    config = json.loads(Path(kubeconfig).read_text())
    cluster, user = config["clusters"][0]["cluster"], config["users"][0]["user"]
    context = ssl.create_default_context(cafile=cluster["certificate-authority"])
    pool = urllib3.PoolManager(maxsize=THREADS, ssl_context=context)
    headers = {"Authorization": f"Bearer {user['token']}", "Content-Type": "application/apply-patch+yaml"}

    def send(obj: dict) -> None:
        metadata = obj["metadata"]
        path = PLURALS[obj["kind"]].format(metadata["namespace"])
        url = f"{cluster['server']}/{path}/{metadata['name']}?fieldManager=raw&force=true"
        answer = pool.request("PATCH", url, body=json.dumps(obj).encode(), headers=headers)
        if answer.status >= 300:
            raise SystemExit(answer.data.decode())

    objects = [obj for file in files for obj in yaml.load_all(Path(file).read_text(), Loader=yaml.CSafeLoader)]
    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(send, objects))


main(*sys.argv[1:])
