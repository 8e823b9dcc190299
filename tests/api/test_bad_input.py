# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What cannot be right is told in one sentence, and nothing is sent that the message does not name."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest
from control_plane import ControlPlane

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import TaskContext
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.client import KubeClient, connect
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.discovery import Discovery
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.cluster import Cluster
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.present import make_present
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.step import CHANGES
from ansible_collections.slipway.deploy.plugins.module_utils.kube.manifests.manifest import from_text
from ansible_collections.slipway.deploy.tests.api.bad_input import Case, read_cases

CASES = read_cases(Path(__file__).parent / "bad_input.cases")
PARAMS: t.Dict[str, t.Any] = {
    "field_manager": "slipway",
    "force_conflicts": False,
    "wait": False,
    "wait_timeout": 20,
    "on_failure": "keep",
}


def apply(client: KubeClient, namespace: str, text: str, options: t.Mapping[str, t.Any]) -> t.Any:
    manifests = from_text(text.replace("{ns}", namespace), "m.yaml")
    params = {**PARAMS, "namespace": namespace, **options}
    return make_present(manifests, Cluster(client, Discovery(client), params, TaskContext(diff=True)))


class Writes:
    """What is sent to change something, and what of it the server took; dry runs change nothing."""

    def __init__(self, client: KubeClient, monkeypatch: pytest.MonkeyPatch) -> None:
        self.sent: t.List[str] = []
        self.taken: t.Set[str] = set()
        self._real = client.request
        monkeypatch.setattr(client, "request", self._request)

    def _request(self, method: str, path: str, **options: t.Any) -> t.Any:
        if method == "GET" or "dryRun" in (options.get("query") or {}):
            return self._real(method, path, **options)
        name = path.rpartition("/")[2]
        self.sent.append(f"{method} {name}")
        answer = self._real(method, path, **options)
        self.taken.add(name)
        return answer

    def are_named_in(self, exc: SlipwayError) -> bool:
        """Nothing is half-applied without being told."""
        return self.taken == {o["name"] for o in exc.details.get("objects", []) if o["action"] in CHANGES}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_manifests(
    case: Case, plane: ControlPlane, client: KubeClient, namespace: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if case.before:
        apply(client, namespace, case.before, {"field_manager": case.manager, "force_conflicts": True})
    options = {"kubeconfig": str(plane.kubeconfig), "impersonate_user": case.user.replace("{ns}", namespace) or None}
    user = connect(options, TaskContext(env={}))
    writes = Writes(user, monkeypatch)
    with pytest.raises(SlipwayError) as caught:
        apply(user, namespace, case.now, case.options)
    assert caught.value.message.replace(namespace, "{ns}") == case.fails
    assert sorted(writes.sent) == case.sent
    assert writes.are_named_in(caught.value)
