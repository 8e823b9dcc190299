# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From a task's options to objects."""

from __future__ import annotations

import time
import typing as t
from pathlib import Path

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import TaskContext, Verb
from ansible_collections.slipway.deploy.plugins.module_utils.kube.manifests.manifest import from_text
from ansible_collections.slipway.deploy.plugins.module_utils.kube.sources.options import SOURCES_HIDE
from ansible_collections.slipway.deploy.plugins.module_utils.kube.sources.read import read_manifests

TEXT = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {0}\n"


def read(**params: t.Any) -> list[str]:
    return [m.place.at() for m in read_manifests(params, TaskContext())]


def test_all_of_a_task_in_its_order(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(TEXT.format("a"))
    source = {"name": "made", "text": TEXT.format("b")}
    assert read(definition=TEXT.format("c"), src=[str(tmp_path)]) == ["definition:1", f"{tmp_path}/a.yml:1"]
    # What the action plugin has read is not read again, but on a host of its own it is.
    assert read(src=["/none"], sources=[source]) == ["made:1"]
    assert read(src=[str(tmp_path)], sources=[source], remote_src=True) == ["made:1", f"{tmp_path}/a.yml:1"]


def test_nothing_at_all_is_refused() -> None:
    with pytest.raises(InputError, match="holds no object"):
        read(definition=[])
    with pytest.raises(InputError, match="template is rendered by the action plugin"):
        read(template="web.yml.j2")


def test_secrets_in_options_are_not_shown() -> None:
    params = {
        "src": ["a.yml", {"url": "https://x.io", "headers": {"Authorization": "s3cret"}}],
        "helm": [{"chart": "x", "values": {"password": "s3cret"}}, {"chart": "y", "values": {}}],
        "definition": {"data": "s3cret"},
        "sources": [{"name": "x", "text": "s3cret"}],
        "namespace": "n",
    }
    shown = Verb("v", {}, lambda _params, _context: {}, hide=SOURCES_HIDE).visible(params)
    assert "s3cret" not in str(shown)
    assert shown["src"] == ["a.yml", {"url": "https://x.io", "headers": "(hidden)"}]
    assert shown["helm"] == [{"chart": "x", "values": "(hidden)"}, {"chart": "y", "values": {}}]
    assert shown["namespace"] == "n"


def test_comments_of_helm_name_the_template() -> None:
    text = TEXT.format("a") + "---\n# Source: web/templates/b.yaml\n\n" + TEXT.format("b") + "---\n" + TEXT.format("c")
    found = from_text(text, "saved.yml")
    assert [m.place.at() for m in found] == [
        "saved.yml:1",
        "saved.yml:8 (web/templates/b.yaml)",
        "saved.yml:13 (web/templates/b.yaml)",
    ]
    assert found[1].place.at("metadata.name") == "saved.yml:11 (web/templates/b.yaml)"


def test_five_thousand_objects_are_read_fast() -> None:
    text = "---\n".join(TEXT.format(f"n{i}") + f"data: {{a: '{i}', b: text}}\n" for i in range(5000))
    start = time.process_time()
    assert len(from_text(text, "many.yml")) == 5000
    assert time.process_time() - start < 3  # 0.4 on the machine where this was written
