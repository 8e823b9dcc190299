# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Random sets of objects, edited at random: applied twice nothing changes, A then B then A is A, check mode knew it."""

from __future__ import annotations

import copy
import itertools
import typing as t
from pathlib import Path

import pytest
from control_plane import ControlPlane
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.client import KubeClient
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.diff import content
from ansible_collections.slipway.deploy.plugins.module_utils.kube.manifests.manifest import from_text
from ansible_collections.slipway.deploy.tests.api.applying import Apply, Obj
from ansible_collections.slipway.deploy.tests.api.random_edits import draw_edit

HERE = Path(__file__).parent
CRD, *GADGETS = from_text((HERE / "custom.manifests").read_text(), "custom.manifests")
#: The rest of the samples is in no namespace, or is stored anew by the server whenever it is asked.
SAMPLES = [
    m.obj
    for m in [*from_text((HERE / "samples.manifests").read_text(), "samples.manifests"), *GADGETS]
    if m.ref.kind not in ("PersistentVolumeClaim", "Job", "Namespace")
]
#: What is found is told as it was found: each try to make it smaller takes a second.
SETTINGS = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    report_multiple_bugs=False,
)
_numbers = itertools.count()
Objects = t.List[Obj]


class World:
    """One namespace after another, and what is in it."""

    def __init__(self, plane: ControlPlane, apply: Apply) -> None:
        self.plane, self.apply = plane, apply
        kinds = {(o["apiVersion"], o["kind"]) for o in SAMPLES}
        self.resources = {kind: apply.discovery.resource_for(*kind) for kind in kinds}

    def fresh(self) -> None:
        name = f"random-{next(_numbers)}"
        self.plane.request("POST", "/api/v1/namespaces", {"metadata": {"name": name}})
        self.apply.params["namespace"] = name

    def samples(self) -> Objects:
        return [o for o in SAMPLES if self.resources[o["apiVersion"], o["kind"]].namespaced]

    def live(self, objects: Objects) -> t.Dict[t.Tuple[str, str], t.Optional[Obj]]:
        found = {}
        for obj in objects:
            name, resource = obj["metadata"]["name"], self.resources[obj["apiVersion"], obj["kind"]]
            there = self.apply.client.find(resource, name, self.apply.params["namespace"])
            found[obj["kind"], name] = there and _asked(content(there))
        return found

    def becomes(self, objects: Objects) -> t.Any:
        result = self.apply.foreseen(objects)
        again = self.apply.present(objects)
        assert (again["changed"], again["diff"]) == (False, [])
        # Edits bring values of which only the server can tell: then it is asked.
        event(f"asked about {len(self.apply.writes)}")
        assert self.apply.present(objects, check=True) == again
        return result

    def takes(self, objects: Objects) -> bool:
        """What the server would refuse is not what this is about."""
        try:
            self.apply.present(objects, check=True)
        except SlipwayError:
            return False
        return True


#: The server draws these anew for a Service that was gone meanwhile, and counts the templates of a DaemonSet.
_DRAWN = (
    *("clusterIP", "clusterIPs", "healthCheckNodePort", "nodePort"),
    "deprecated.daemonset.template.generation",
)


def _asked(value: t.Any) -> t.Any:
    if isinstance(value, dict):
        return {k: _asked(v) for k, v in value.items() if k not in _DRAWN}
    return [_asked(v) for v in value] if isinstance(value, list) else value


@pytest.fixture
def world(plane: ControlPlane, client: KubeClient, monkeypatch: pytest.MonkeyPatch) -> World:
    apply = Apply(client, monkeypatch, apply_set="random", prune_limit="100%")
    apply.present([CRD.obj], apply_set=None, wait=True)
    return World(plane, Apply(client, monkeypatch, apply_set="random", prune_limit="100%"))


def _draw_set(data: st.DataObject, world: World) -> Objects:
    chosen = data.draw(st.lists(st.sampled_from(world.samples()), min_size=1, max_size=6, unique_by=id))
    return [_draw_edited(data, obj, world) for obj in chosen]


def _draw_edited(data: st.DataObject, obj: Obj, world: World) -> Obj:
    """Edited or not; as it was, where the server would not have it so."""
    edited = copy.deepcopy(obj)
    for _i in range(data.draw(st.integers(0, 3))):
        edited = draw_edit(data, edited)
    if edited == obj or world.takes([edited]):
        return edited
    event("refused")
    return copy.deepcopy(obj)


def _draw_next(data: st.DataObject, before: Objects, world: World) -> Objects:
    """Some have gone, some are edited, some have come."""
    kept = [o for o in before if data.draw(st.integers(0, 3))]
    names = {(o["kind"], o["metadata"]["name"]) for o in before}
    edited = [_draw_edited(data, o, world) for o in kept]
    return edited + [o for o in _draw_set(data, world) if (o["kind"], o["metadata"]["name"]) not in names]


@SETTINGS
@given(data=st.data())
def test_there_and_back_again(data: st.DataObject, world: World) -> None:
    world.fresh()
    first = _draw_set(data, world)
    world.becomes(first)
    before = world.live(first)
    second = _draw_next(data, first, world)
    if second and world.takes(second):
        world.becomes(second)
        gone = [o for o in first if (o["kind"], o["metadata"]["name"]) not in world.live(second)]
        assert set(world.live(gone).values()) <= {None}
    if world.takes(first):
        result = world.becomes(first)
        event(f"back: {result['summary']['configured'] > 0}")
        assert world.live(first) == before
        others = [o for o in second if (o["kind"], o["metadata"]["name"]) not in before]
        assert set(world.live(others).values()) <= {None}
