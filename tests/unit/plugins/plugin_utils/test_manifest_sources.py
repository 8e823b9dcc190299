# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the action plugins make of `src`, `template`, `kustomize` and `helm`, with a real templar and loader."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.playbook.play_context import PlayContext
from ansible.playbook.task import Task
from ansible.plugins.loader import connection_loader
from ansible.template import Templar

from ansible_collections.slipway.deploy.plugins.action.k8s_apply import ActionModule
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.plugin_utils.manifest_sources import ManifestSources
from ansible_collections.slipway.deploy.plugins.plugin_utils.manifest_templates import lines_of

TEXT = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"
Fill = t.Callable[..., dict[str, t.Any]]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for folder in ("files/set/deep", "files/overlay", "files/charts/web", "templates"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "files/set/a.yml").write_text(TEXT)
    (tmp_path / "files/set/b.yml").write_text(TEXT)
    (tmp_path / "files/set/deep/c.yml").write_text(TEXT)
    (tmp_path / "files/set/[odd].yml").write_text(TEXT)
    (tmp_path / "files/values.yml").write_text("a: 1\n")
    return tmp_path


@pytest.fixture
def fill(project: Path, monkeypatch: pytest.MonkeyPatch) -> Fill:
    monkeypatch.chdir(project)

    def run(args: dict[str, t.Any], here: bool = True, **variables: t.Any) -> dict[str, t.Any]:
        loader = DataLoader()
        loader.set_basedir(str(project))
        names = {"ansible_search_path": [str(project)], **variables}
        # Any task: it only says where files are looked for.
        task = Task.load({"ansible.builtin.debug": {}, "delegate_to": "localhost"}, loader=loader)
        action = ActionModule(
            task=task,
            connection=connection_loader.get("ansible.builtin.local", PlayContext(), None),
            play_context=PlayContext(),
            loader=loader,
            templar=Templar(loader, variables=names),
            shared_loader_obj=None,
        )
        monkeypatch.setattr(action, "can_run_here", lambda: here)
        monkeypatch.setattr(task, "get_search_path", lambda: [str(project)])
        return ManifestSources(action, names).fill_in(args)

    return run


def names(filled: t.Mapping[str, t.Any]) -> list[str]:
    return [source["name"] for source in filled["sources"]]


@pytest.mark.parametrize(
    ("args", "found"),
    [
        ({"src": "set/a.yml"}, ["a.yml"]),
        ({"src": ["set/b.yml", "set/a.yml"]}, ["b.yml", "a.yml"]),
        ({"src": "set"}, ["[odd].yml", "a.yml", "b.yml"]),
        ({"src": "set", "recursive": "yes"}, ["[odd].yml", "a.yml", "b.yml", "deep/c.yml"]),
        ({"src": "set/[ab].yml"}, ["a.yml", "b.yml"]),
        ({"src": "set/[odd].yml"}, ["[odd].yml"]),
        ({"src": "set/**/c.*"}, ["deep/c.yml"]),
    ],
)
def test_files_are_found_as_a_roles_are(fill: Fill, args: dict[str, t.Any], found: list[str]) -> None:
    assert names(fill(args)) == [f"files/set/{name}" for name in found]


@pytest.mark.parametrize(
    ("src", "message"),
    [
        ("none.yml", r"There is no file none\.yml"),
        ("set/*.xml", r"No file matches set/\*\.xml\."),
        ("none/*.yml", r"No file matches none/\*\.yml\."),
        ("set/deep/../deep/..", None),
        ({"url": "http://x.io/"}, r"http://x\.io/ could be changed on its way"),
        ("https://x.io/a.yml", "a URL is written as a mapping"),
        (5, "5 is neither a path nor"),
    ],
)
def test_errors_name_what_the_user_wrote(fill: Fill, src: t.Any, message: str | None) -> None:
    if message is None:
        assert fill({"src": src})
        return
    with pytest.raises(InputError, match=message):
        fill({"src": src})


def test_on_a_host_only_templates_are_read_here(fill: Fill, project: Path) -> None:
    (project / "templates/t.yml.j2").write_text(TEXT)
    filled = fill({"src": "set", "remote_src": True, "template": "t.yml.j2", "kustomize": "overlay"})
    assert names(filled) == ["templates/t.yml.j2"]
    assert filled["src"] == ["set"]
    assert filled["kustomize"] == ["overlay"]


def test_kustomizations_and_charts_get_their_places(fill: Fill, project: Path) -> None:
    option = {"chart_ref": "charts/web", "release_name": "web", "values_files": "values.yml"}
    filled = fill({"kustomize": "overlay", "helm": option})
    assert filled["kustomize"] == [f"{project}/files/overlay"]
    (chart,) = filled["helm"]
    assert (chart["chart"], chart["name"]) == (f"{project}/files/charts/web", "web")
    assert chart["values_files"] == [f"{project}/files/values.yml"]
    assert "chart_ref" not in chart
    assert "sources" not in filled


def test_charts_from_elsewhere_keep_their_names(fill: Fill) -> None:
    charts = [
        {"chart": "oci://x.io/web", "name": "a"},
        {"chart": "web", "repo": "https://x.io", "name": "b"},
        {"chart": "bitnami/web", "name": "c"},
    ]
    assert [chart["chart"] for chart in fill({"helm": charts})["helm"]] == ["oci://x.io/web", "web", "bitnami/web"]
    for wrong in ("./none", "none", "a/b/c"):
        with pytest.raises(InputError, match=f"There is no file {wrong}"):
            fill({"helm": {"chart": wrong, "name": "d"}})


def test_wrong_options_of_a_chart_are_told(fill: Fill) -> None:
    with pytest.raises(InputError, match="missing required arguments: name found in helm"):
        fill({"helm": {"chart": "charts/web"}})
    with pytest.raises(InputError, match=r"helm\.valuez"):
        fill({"helm": {"chart": "charts/web", "name": "a", "valuez": {}}})


def test_for_another_host_programs_run_here(fill: Fill, project: Path) -> None:
    program = project / "kustomize"
    program.write_text(f"#!/bin/sh\nprintf '%s' '{TEXT}'\n")
    program.chmod(0o755)
    (project / "files/overlay/kustomization.yaml").write_text("resources: []\n")
    filled = fill({"kustomize": "overlay", "kustomize_binary": str(program)}, here=False)
    assert names(filled) == [f"kustomization {project}/files/overlay"]
    assert "kustomize" not in filled


def test_text_of_variables_is_no_template(fill: Fill, project: Path) -> None:
    (project / "templates/t.yml.j2").write_text("a: '{{ given }}'\n{% if true %}\nb: {{ 1 + 1 }}\n{% endif %}\n")
    (source,) = fill({"template": "t.yml.j2"}, given="{{ 6 * 7 }}")["sources"]
    assert source["text"] == "a: '{{ 6 * 7 }}'\nb: 2\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\nb: {{ missing.name }}\n", r"templates/t\.j2:2: this template .*: 'missing' is undefined\."),
        ("a: {{ given.inner }}\n", r"templates/t\.j2:1: .*has no attribute 'inner'\."),
        ("a: 1\n\nb: {{ given | nofilter }}\n", r"templates/t\.j2:3: .*No filter named 'nofilter'\."),
        ("a: 1\nb: {{ given \n", r"templates/t\.j2:2: .*unexpected end of template"),
        ("a: 1\nb: {{ given | from_json }}\n", r"templates/t\.j2:2: .*from_json' failed"),
    ],
)
def test_an_error_in_a_template_has_its_line(fill: Fill, project: Path, text: str, message: str) -> None:
    (project / "templates/t.j2").write_text(text)
    with pytest.raises(InputError, match=message):
        fill({"template": "t.j2"}, given="text")


def test_each_line_that_uses_a_name() -> None:
    text = "a: {{ x }}\nb: [[ x ]]\n{% if y.x %}{{ z['x'] }}{% endif %}\nc: x\n"
    assert lines_of("x", text, {}) == [1, 3]
    assert lines_of("x", text, {"variable_start_string": "[[", "variable_end_string": "]]"}) == [2, 3]


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ({"path": "t.j2", "nope": 1}, "it does not know nope"),
        ({"trim_blocks": True}, "template needs a path"),
        (5, "5 is not a path"),
    ],
)
def test_wrong_options_of_a_template_are_told(fill: Fill, template: t.Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        fill({"template": template})
