# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plans and their execution against a small cluster: what is asked, written, told, and what is not."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError, TransportError
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import TaskContext
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.errors import ApplyFailed, Unreachable
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.absent import make_absent
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.cluster import Cluster
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.present import make_present
from ansible_collections.slipway.deploy.plugins.module_utils.kube.manifests.manifest import from_definition
from ansible_collections.slipway.deploy.tests.unit.plugins.module_utils.kube.small_cluster import (
    SmallCluster,
    config_map,
    deployment,
    namespace,
    refusal,
)

PARAMS = {"namespace": None, "field_manager": "slipway", "force_conflicts": False, "wait": False, "wait_timeout": 5}
A = "/api/v1/namespaces/n/configmaps/a"
DEPENDS, A_REFERENCE = "slipway.deploy/depends-on", "/namespaces/n/ConfigMap/a"


@pytest.fixture
def cluster() -> SmallCluster:
    return SmallCluster()


def applied(
    cluster: SmallCluster, *objects: t.Any, check: bool = False, absent: bool = False, **params: t.Any
) -> t.Any:
    verb = make_absent if absent else make_present
    client = t.cast(t.Any, cluster)
    context = TaskContext(check_mode=check, diff=True)
    given = {**PARAMS, **params}
    return verb(from_definition(list(objects)), Cluster(client, cluster.discovery, given, context))


def failed(cluster: SmallCluster, *objects: t.Any, **params: t.Any) -> ApplyFailed:
    with pytest.raises(ApplyFailed) as caught:
        applied(cluster, *objects, **params)
    return caught.value


def actions(result: t.Mapping[str, t.Any]) -> list[str]:
    return [o["action"] for o in result["objects"]]


def test_check_mode_says_what_the_run_does_and_writes_nothing(cluster: SmallCluster) -> None:
    cluster.add(config_map("a", x="1"))
    cluster.add(config_map("b", x="1"))
    objects = (deployment("w"), config_map("a", x="1"), config_map("b", x="2"), namespace("m"), config_map("c", "m"))
    predicted = applied(cluster, *objects, check=True)
    assert cluster.writes == []
    real = applied(cluster, *objects)
    assert predicted == real
    assert actions(real) == ["created", "unchanged", "configured", "created", "created"]
    assert sorted(cluster.writes) == ["configmaps/b", "configmaps/c", "deployments/w", "namespaces/m"]
    assert cluster.writes.index("namespaces/m") < cluster.writes.index("configmaps/c")
    again = applied(cluster, *objects)
    assert (again["changed"], again["diff"], len(cluster.writes)) == (False, [], 4)


def test_the_result_has_one_shape(cluster: SmallCluster) -> None:
    result = applied(cluster, config_map("a"))
    assert result["objects"] == [
        {"api_version": "v1", "kind": "ConfigMap", "namespace": "n", "name": "a", "action": "created"}
    ]
    assert result["summary"] == dict.fromkeys(result["summary"], 0) | {"created": 1}
    assert set(result) == {"changed", "objects", "summary", "diff"}


def test_the_namespace_is_filled_in_where_none_is_written(cluster: SmallCluster) -> None:
    bare = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}}
    assert applied(cluster, bare)["objects"][0]["namespace"] == "default"
    assert applied(cluster, bare, namespace="n")["objects"][0]["namespace"] == "n"
    # Objects of the whole cluster have none, whatever is written.
    odd = {**namespace("n"), "metadata": {"name": "n", "namespace": "n"}}
    assert applied(cluster, odd, namespace="m")["objects"][0] == {
        "api_version": "v1",
        "kind": "Namespace",
        "namespace": "",
        "name": "n",
        "action": "unchanged",
    }
    with pytest.raises(InputError, match="ConfigMap n/a is here twice"):
        applied(cluster, bare, config_map("a"), namespace="n")


def test_many_objects_are_looked_up_by_one_list(cluster: SmallCluster) -> None:
    many = [config_map(f"c{i}") for i in range(20)]
    applied(cluster, *many)
    cluster.requests.clear()
    assert applied(cluster, *many)["changed"] is False
    assert [r for r in cluster.requests if not r.startswith("PATCH")] == ["LIST /api/v1/namespaces/n/configmaps"]


def test_a_crowded_namespace_is_not_read_as_a_whole(cluster: SmallCluster) -> None:
    for i in range(100):
        cluster.add(config_map(f"other{i}"))
    many = [config_map(f"z{i}") for i in range(10)]
    applied(cluster, *many)
    assert applied(cluster, *many)["summary"]["unchanged"] == 10


def test_taking_ownership_alone_is_a_change_and_says_so(cluster: SmallCluster) -> None:
    cluster.add(config_map("a", x="1"), manager="other")
    result = applied(cluster, config_map("a", x="1"))
    assert actions(result) == ["configured"]
    assert "'slipway' becomes owner" in result["objects"][0]["note"]


def test_a_mistake_in_one_stops_all_before_the_first_write(cluster: SmallCluster) -> None:
    cluster.refuses[A] = refusal("a is wrong")
    exc = failed(cluster, namespace("m"), config_map("a"), config_map("b", x="1"), config_map("c", "nowhere"))
    assert cluster.writes == []
    assert "definition[1]: ConfigMap n/a: a is wrong." in exc.message
    assert 'definition[3]: ConfigMap nowhere/c: namespaces "nowhere" not found: make it first' in exc.message
    assert exc.message.endswith("2 of 4 objects failed. Nothing was changed.")
    assert exc.details["changed"] is False
    assert actions(exc.details) == ["skipped", "failed", "skipped", "failed"]


def test_a_failed_write_keeps_the_others_results_and_stops_what_comes_after(cluster: SmallCluster) -> None:
    cluster.refuses_writes[A] = refusal("quota is used up", 403)
    after = {**deployment("w"), "metadata": {"name": "w", "namespace": "n", "annotations": {DEPENDS: A_REFERENCE}}}
    exc = failed(cluster, after, config_map("a"), config_map("b"))
    assert cluster.writes == ["configmaps/b"]
    assert actions(exc.details) == ["skipped", "failed", "created"]
    assert exc.details["objects"][0]["error"] == "not sent, because ConfigMap n/a failed"
    assert exc.details["changed"] is True
    assert [d["after_header"] for d in exc.details["diff"]] == ["ConfigMap n/b (v1)"]
    assert "quota is used up" in exc.message


def test_a_lost_server_is_told_once_and_not_asked_for_each(cluster: SmallCluster) -> None:
    lost = Unreachable("The API server has gone.", server="x")
    many = [config_map(f"c{i}") for i in range(50)]
    for i in range(50):
        cluster.refuses_writes[f"/api/v1/namespaces/n/configmaps/c{i}"] = lost
    cluster.requests.clear()
    exc = failed(cluster, *many)
    writes = [r for r in cluster.requests if r.startswith("PATCH")]
    assert len(writes) < 50 + 20
    summary = exc.details["summary"]
    assert summary["failed"] + summary["skipped"] == 50
    assert summary["failed"] < 20
    assert "of 50 objects failed" in exc.message


def test_a_server_that_is_lost_while_we_ask_is_its_own_error(cluster: SmallCluster) -> None:
    cluster.refuses[A] = Unreachable("The API server has gone.", server="x")
    with pytest.raises(TransportError, match=r"^The API server has gone\.$"):
        applied(cluster, config_map("a"))


def test_a_webhook_without_dry_run_leaves_the_object_unchecked(cluster: SmallCluster) -> None:
    client = cluster
    real = cluster.apply

    def apply(*args: t.Any, dry_run: bool = False, **options: t.Any) -> t.Any:
        if dry_run:
            raise refusal('admission webhook "w" does not support dry run', 400)
        return real(*args, **options)

    client.apply = apply  # type: ignore[method-assign]
    cluster.add(config_map("a", x="1"))
    assert actions(applied(cluster, config_map("a", x="1"))) == ["unchanged"]
    assert actions(applied(cluster, config_map("a", x="2"), config_map("b"))) == ["configured", "created"]


def test_removal_goes_backwards_and_leaves_alone_what_is_not_there(cluster: SmallCluster) -> None:
    cluster.add(namespace("m"))
    cluster.add(config_map("a", "m", x="1"))
    cluster.add(deployment("w", "m"))
    boat = {"apiVersion": "example.com/v1", "kind": "Boat", "metadata": {"name": "b", "namespace": "n"}}
    objects = (namespace("m"), boat, config_map("a", "m"), config_map("never"), deployment("w", "m"))
    predicted = applied(cluster, *objects, absent=True, check=True)
    assert cluster.writes == []
    removed = applied(cluster, *objects, absent=True)
    assert predicted == removed
    assert actions(removed) == ["deleted", "unchanged", "deleted", "unchanged", "deleted"]
    assert sorted(cluster.writes[:2]) == ["configmaps/a", "deployments/w"]
    assert cluster.writes[2:] == ["namespaces/m"]
    assert {d["after"] for d in removed["diff"]} == {""}
    assert applied(cluster, *objects, absent=True)["changed"] is False


def test_what_is_on_its_way_out_is_not_deleted_again(cluster: SmallCluster) -> None:
    cluster.add(config_map("a"))
    cluster.objects[A]["metadata"]["deletionTimestamp"] = "now"
    result = applied(cluster, config_map("a"), absent=True)
    assert (result["changed"], result["objects"][0]["note"]) == (False, "is being deleted already")


def test_a_kind_that_nobody_knows_names_its_place(cluster: SmallCluster) -> None:
    odd = {"apiVersion": "v1", "kind": "Odd", "metadata": {"name": "o"}}
    with pytest.raises(InputError, match=r"definition\[1\]: Odd o: The cluster has no kind Odd in v1"):
        applied(cluster, config_map("a"), odd)
