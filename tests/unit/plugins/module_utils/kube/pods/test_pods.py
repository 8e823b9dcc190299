# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which containers are meant, which pods are selected, and which end of a log is kept."""

from __future__ import annotations

import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.pods.containers import one, some, state_of
from ansible_collections.slipway.deploy.plugins.module_utils.kube.pods.selection import selection_of
from ansible_collections.slipway.deploy.plugins.module_utils.kube.pods.tail import share, tail_of


def pod(*regular: str, init: str = "", preferred: str = "", **status: t.Any) -> dict[str, t.Any]:
    annotations = {"kubectl.kubernetes.io/default-container": preferred} if preferred else {}
    return {
        "metadata": {"name": "web-1", "namespace": "shop", "annotations": annotations},
        "spec": {
            "initContainers": [{"name": init}] if init else [],
            "containers": [{"name": name} for name in regular],
        },
        "status": status,
    }


def test_the_container_to_run_in() -> None:
    assert one(pod("app")) == "app"
    assert one(pod("app", "proxy", preferred="proxy")) == "proxy"
    assert one(pod("app", "proxy"), "app") == "app"
    assert one(pod("app", init="prepare"), "prepare") == "prepare"


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        ("", "Pod shop/web-1 has the containers app, proxy: set container to one of them."),
        ("ap", "Pod shop/web-1 has no container ap; it has app, proxy."),
    ],
)
def test_which_container_is_not_clear(wanted: str, says: str) -> None:
    with pytest.raises(InputError) as failed:
        one(pod("app", "proxy"), wanted)
    assert str(failed.value) == says


def test_the_containers_to_read() -> None:
    assert some(pod("app", "proxy", init="prepare")) == ["app", "proxy"]
    assert some(pod("app", "proxy", preferred="app")) == ["app"]
    assert some(pod("app", "proxy", init="prepare"), everything=True) == ["prepare", "app", "proxy"]


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ({"containerStatuses": [{"name": "app", "state": {"running": {"startedAt": "x"}}}]}, ("running", "")),
        (
            {"containerStatuses": [{"name": "app", "state": {"waiting": {"reason": "ErrImagePull", "message": "no"}}}]},
            ("waiting", "ErrImagePull: no"),
        ),
        (
            {"containerStatuses": [{"name": "app", "state": {"terminated": {"reason": "Error", "exitCode": 3}}}]},
            ("terminated", "Error: exit code 3"),
        ),
        (
            {"conditions": [{"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/1"}]},
            ("waiting", "Unschedulable: 0/1"),
        ),
        ({"phase": "Pending"}, ("waiting", "Pending")),
    ],
)
def test_what_a_container_does(status: dict[str, t.Any], state: tuple[str, str]) -> None:
    assert state_of(pod("app", **status), "app") == state


@pytest.mark.parametrize(
    ("selector", "text"),
    [
        ({"app": "web"}, "app=web"),
        ({"matchLabels": {"a": "b", "c": "d"}}, "a=b,c=d"),
        (
            {
                "matchExpressions": [
                    {"key": "t", "operator": "In", "values": ["x", "y"]},
                    {"key": "u", "operator": "Exists"},
                ]
            },
            "t in (x,y),u",
        ),
        ({"matchExpressions": [{"key": "u", "operator": "DoesNotExist"}]}, "!u"),
    ],
)
def test_selectors_as_text(selector: dict[str, t.Any], text: str) -> None:
    assert selection_of({"spec": {"selector": selector}}) == text


@pytest.mark.parametrize("spec", [{}, {"selector": {}}, {"selector": {"matchLabels": {}}}])
def test_no_selector_is_not_all_pods(spec: dict[str, t.Any]) -> None:
    with pytest.raises(InputError, match="selects no pods"):
        selection_of({"kind": "ConfigMap", "metadata": {"name": "c"}, "spec": spec})


@given(st.lists(st.binary(max_size=40), max_size=30), st.integers(1, 60))
def test_the_end_of_a_log(chunks: list[bytes], limit: int) -> None:
    whole = b"".join(chunks)
    kept, cut = tail_of(chunks, limit)
    assert whole.endswith(kept)
    assert len(kept) <= limit
    assert cut == (len(whole) > limit)
    if not cut:
        assert kept == whole


def test_lines_stay_whole() -> None:
    assert tail_of([b"first\nsecond\n"], 8) == (b"second\n", True)
    assert tail_of([b"one long line"], 4) == (b"line", True)


def test_many_containers_share() -> None:
    assert share(1000, 1) == share(1000, 16) == 1000
    assert share(1000, 160) == 100
    assert share(1, 1000) == 1
