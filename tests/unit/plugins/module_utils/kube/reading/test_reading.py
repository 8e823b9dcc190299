# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What k8s_info shows of an object, and what it asks for."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.discovery import Resource
from ansible_collections.slipway.deploy.plugins.module_utils.kube.reading.query import safe_name, wanted_from
from ansible_collections.slipway.deploy.plugins.module_utils.kube.reading.view import View, without

POD = Resource("", "v1", "Pod", "pods", True)
SECRET: dict[str, t.Any] = {
    "apiVersion": "v1",
    "kind": "Secret",
    "metadata": {
        "name": "s",
        "managedFields": [{"manager": "m"}],
        "annotations": {"kubectl.kubernetes.io/last-applied-configuration": '{"data":{"p":"aHVudGVyMg=="}}', "a": "b"},
    },
    "data": {"p": "aHVudGVyMg=="},
}


def test_a_secret_is_masked_wherever_its_values_are() -> None:
    shown = View()(SECRET)
    assert "aHVudGVyMg" not in str(shown)
    assert shown["data"]["p"].startswith("(hidden, ")
    assert shown["metadata"]["annotations"]["a"] == "b"
    assert "managedFields" not in shown["metadata"]


def test_a_secret_is_masked_where_only_its_metadata_is_read() -> None:
    shown = View(metadata_only=True)(SECRET)
    assert "data" not in shown
    assert "aHVudGVyMg" not in str(shown)


def test_everything_is_shown_to_who_asks_for_it() -> None:
    assert View(managed_fields=True, secrets=True)(SECRET) == SECRET


@pytest.mark.parametrize(
    ("path", "left"),
    [
        (["a"], {"b": [{"n": "x", "v": 1}, {"n": "y", "v": 2}]}),
        (["b", 0], {"a": 1, "b": [{"n": "y", "v": 2}]}),
        (["b", {"n": "y"}, "v"], {"a": 1, "b": [{"n": "x", "v": 1}, {"n": "y"}]}),
        (["c", "d"], {"a": 1, "b": [{"n": "x", "v": 1}, {"n": "y", "v": 2}]}),
    ],
)
def test_hidden_fields(path: list[t.Any], left: dict[str, t.Any]) -> None:
    given = {"a": 1, "b": [{"n": "x", "v": 1}, {"n": "y", "v": 2}]}
    before = str(given)
    assert without(given, path) == left
    assert str(given) == before


def test_entries_of_kinds_take_what_they_leave_out_from_the_task() -> None:
    kinds = [{"kind": "Pod", "label_selectors": []}, {"kind": "Job", "namespace": "other", "label_selectors": ["b=c"]}]
    found = wanted_from({"kinds": kinds, "namespace": "shop", "label_selectors": ["app=web"]})
    assert [(w.kind, w.namespace, w.label_selector) for w in found] == [
        ("Pod", "shop", "app=web"),
        ("Job", "other", "b=c"),
    ]


def test_one_object_needs_no_list() -> None:
    (placed,) = wanted_from({"kind": "Pod", "name": "web", "namespace": "shop"})
    (anywhere,) = wanted_from({"kind": "Pod", "name": "web"})
    assert placed.by_path(POD)
    assert not anywhere.by_path(POD)
    assert anywhere.selectors() == {"fieldSelector": "metadata.name=web"}


@pytest.mark.parametrize("name", ["../secrets/x", "a/b", "a?watch=1", "a b", "..", "a%2fb"])
def test_a_name_leads_nowhere_else(name: str) -> None:
    with pytest.raises(InputError, match="is no name of a Kubernetes object"):
        safe_name("name", name)
