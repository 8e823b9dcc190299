# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the user writes, as objects with their places."""

from __future__ import annotations

import datetime
import typing as t

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.manifests.manifest import (
    from_definition,
    from_text,
    refuse_duplicates,
)

MAP = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "namespace": "n"}}
TEXT = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: b\n"


def names(definition: t.Any) -> list[tuple[str, str]]:
    return [(str(m.ref), m.place.at()) for m in from_definition(definition)]


def test_a_mapping_text_or_a_list_of_both() -> None:
    assert names(MAP) == [("ConfigMap n/a", "definition")]
    assert names(TEXT + "---\n" + TEXT) == [("ConfigMap b", "definition:1"), ("ConfigMap b", "definition:6")]
    assert names([MAP, TEXT]) == [("ConfigMap n/a", "definition[0]"), ("ConfigMap b", "definition[1]:1")]


def test_lists_are_taken_apart() -> None:
    listed = {"apiVersion": "v1", "kind": "List", "items": [MAP, {"kind": "ConfigMapList", "items": [MAP]}]}
    assert names(listed) == [
        ("ConfigMap n/a", "definition.items[0]"),
        ("ConfigMap n/a", "definition.items[1].items[0]"),
    ]
    text = "kind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata: {name: p}\n"
    assert names(text) == [("Pod p", "definition:3")]


def test_a_kind_that_ends_like_a_list_is_an_object() -> None:
    assert names({**MAP, "kind": "AllowList"}) == [("AllowList n/a", "definition")]


def test_dates_of_ansibles_yaml_are_text_again() -> None:
    (found,) = from_definition({**MAP, "data": {"day": datetime.date(2026, 11, 23), 5: True}})
    assert found.obj["data"] == {"day": "2026-11-23", "5": True}


def test_a_field_has_the_line_of_its_key() -> None:
    (found,) = from_text(TEXT + "data:\n  a: 1\n", "f.yml")
    assert found.place.at("data.a") == "f.yml:6"


@pytest.mark.parametrize(
    ("definition", "message"),
    [
        (5, "definition must be a mapping, a list of them, or YAML text; it is a number"),
        ([[7]], r"definition\[0\]\[0\] must be a mapping"),
        ("- 1\n", "definition:1: an object must be a mapping; this is a list"),
        ("# nothing\n", "definition holds no object"),
        ({"kind": "Pod"}, "definition: the object has no apiVersion"),
        ({"apiVersion": "v1"}, "definition: the object has no kind"),
        ({**MAP, "kind": ["Pod"]}, "definition: the object has no kind"),
        ({**MAP, "metadata": None}, "definition: this ConfigMap has no metadata"),
        ({**MAP, "metadata": {"name": ""}}, "definition: this ConfigMap has no metadata.name; add one"),
        ({**MAP, "metadata": {"generateName": "a-"}}, "generateName cannot be applied twice"),
        (TEXT.replace("b", "1"), "definition:4: metadata.name of this ConfigMap is a number, not text; write .*'1'"),
        ({**MAP, "data": {1, 2}}, "definition holds a set"),
    ],
)
def test_refused_in_one_sentence(definition: t.Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        from_definition(definition)


def test_the_same_object_twice_is_refused_with_both_places() -> None:
    twice = from_text(TEXT, "one.yml") + from_text("\n\n" + TEXT, "two.yml")
    with pytest.raises(InputError, match=r"ConfigMap b is here twice: one\.yml:1 and two\.yml:3"):
        refuse_duplicates(twice)


def test_another_version_of_a_group_is_the_same_object_and_another_namespace_is_not() -> None:
    v1, v2 = ({**MAP, "apiVersion": f"apps/{version}"} for version in ("v1", "v1beta1"))
    with pytest.raises(InputError, match="twice"):
        refuse_duplicates(from_definition([v1, v2]))
    refuse_duplicates([m.in_namespace(str(i)) for i, m in enumerate(from_definition([MAP, MAP]))])


def test_fields_of_lists_and_of_later_documents_have_their_lines() -> None:
    inner = "  - apiVersion: v1\n    kind: Pod\n    metadata:\n      name: {0}\n"
    text = TEXT + "---\n# nothing\n---\nkind: List\nitems:\n" + inner.format("p") + inner.format("q")
    first, pod, other = from_text(text, "f.yml")
    assert [m.place.at() for m in (first, pod, other)] == ["f.yml:1", "f.yml:10", "f.yml:14"]
    assert [m.place.at(".metadata.name") for m in (first, pod, other)] == ["f.yml:4", "f.yml:13", "f.yml:17"]
    assert other.in_namespace("n").place.at("metadata") == "f.yml:16"


def test_items_of_a_list_of_one_kind_need_not_say_it() -> None:
    """As programs print them; a plain List says nothing of its items."""
    items = "- metadata: {name: a}\n- {kind: Secret, apiVersion: v1, metadata: {name: b}}\n"
    text = f"apiVersion: v1\nkind: ConfigMapList\nitems:\n{items}"
    assert [str(m.ref) for m in from_text(text, "l.yaml")] == ["ConfigMap a", "Secret b"]
    with pytest.raises(InputError, match=r"^l.yaml:4: the object has no kind"):
        from_text(text.replace("ConfigMapList", "List"), "l.yaml")
