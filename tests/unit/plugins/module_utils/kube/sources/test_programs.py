# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Kustomizations and charts: how the programs are called, and what becomes of their answers. The programs here are
small scripts; the real ones are called by the integration target k8s_sources."""

from __future__ import annotations

import json
import os
import typing as t
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import (
    InputError,
    MissingDependencyError,
    SlipwayError,
)
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import TaskContext
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.discovery import Discovery, Resource
from ansible_collections.slipway.deploy.plugins.module_utils.kube.sources import helm, kustomize
from ansible_collections.slipway.deploy.plugins.module_utils.kube.sources.capabilities import (
    Capabilities,
    capabilities_of,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.sources.chart import Chart
from ansible_collections.slipway.deploy.plugins.module_utils.kube.sources.read import read_manifests, read_texts

CLUSTER = Capabilities("v1.37.2", ("apps/v1", "apps/v1/Deployment"))
OBJECT = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"
RENDERED = f"---\n# Source: web/templates/one.yaml\n{OBJECT}---\n# Source: web/templates/two.yaml\nkind: X\nkind: Y\n"


@pytest.fixture
def programs(tmp_path: Path) -> t.Callable[..., dict[str, str]]:
    """Writes scripts, and gives an environment in which they are found."""
    folder = tmp_path / "bin"
    folder.mkdir()

    def write(**scripts: str) -> dict[str, str]:
        for name, body in scripts.items():
            (folder / name).write_text(f"#!/bin/sh\n{body}\n")
            (folder / name).chmod(0o755)
        return {**os.environ, "PATH": f"{folder}:/usr/bin:/bin", "OUT": str(tmp_path)}

    return write


@pytest.fixture
def overlay(tmp_path: Path) -> str:
    folder = tmp_path / "overlay"
    folder.mkdir()
    (folder / "kustomization.yaml").write_text("resources: []\n")
    return str(folder)


def chart(**option: t.Any) -> Chart:
    return Chart.from_option({"chart": "oci://x.io/web", "name": "web", **option})


def read(env: dict[str, str], **params: t.Any) -> list[str]:
    return [m.place.at() for m in read_manifests(params, TaskContext(env=env))]


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ({}, "--namespace default --skip-tests --include-crds -- web oci://x.io/web"),
        ({"namespace": "shop", "include_crds": False}, "--namespace shop --skip-tests --skip-crds -- web"),
        ({"values": {"a": 1}, "values_files": ["v.yml"]}, "--values v.yml --values - --include-crds"),
        ({"version": "1.2", "repo": "https://r.io"}, "--version 1.2 --repo https://r.io --include"),
        ({"kube_version": "1.36"}, "--kube-version 1.36 --api-versions apps/v1,apps/v1/Deployment --include"),
        ({"api_versions": ["a/v1"]}, "--kube-version v1.37.2 --api-versions a/v1 --include"),
        ({"api_versions": []}, "--kube-version v1.37.2 --include"),
        ({"disable_hook": True}, "--include-crds --no-hooks -- web"),
    ],
)
def test_helms_command_line(option: dict[str, t.Any], words: str) -> None:
    # Of a chart that leaves it open, the cluster says what it is.
    cluster = CLUSTER if "api_versions" in option or "kube_version" in option else None
    assert words in " ".join(helm.arguments(chart(**option), cluster))


def test_values_reach_helm_by_a_pipe_alone(programs: t.Callable[..., dict[str, str]]) -> None:
    env = programs(helm=f'cat > "$OUT/stdin"; echo "$@" > "$OUT/argv"; printf "%s" "{OBJECT}"')
    values = {"password": "s3cret", "n": 1}
    assert read(env, helm=[{"chart": "x", "name": "web", "values": values}]) == ["helm chart web:1"]
    assert json.loads((Path(env["OUT"]) / "stdin").read_text()) == values
    assert "s3cret" not in (Path(env["OUT"]) / "argv").read_text()


@given(
    st.dictionaries(
        st.text(),
        st.recursive(st.text() | st.integers() | st.none() | st.booleans(), st.lists, max_leaves=9),
        max_size=9,
    )
)
def test_values_are_yaml_whatever_is_in_them(values: dict[str, t.Any]) -> None:
    text = helm.values_text(values)
    assert json.loads(text) == values
    # PyYAML reads JSON but for a tab between tokens and for what Go's reader refuses too.
    assert yaml.safe_load(text) == values


def test_an_error_is_one_sentence_without_values(programs: t.Callable[..., dict[str, str]], tmp_path: Path) -> None:
    (tmp_path / "v.yml").write_text("token: t0ken-of-file\n")
    script = (
        "echo 'level=WARN msg=\"old\"' >&2; echo 'Error: execution error at (web/t.yaml:3:4): bad s3cret and' >&2\n"
        "echo '  t0ken-of-file' >&2; echo >&2; echo 'Use --debug flag to render out invalid YAML' >&2; exit 1"
    )
    env = programs(helm=script)
    option = {"chart": "x", "name": "web", "values": {"a": ["s3cret"]}, "values_files": [str(tmp_path / "v.yml")]}
    with pytest.raises(InputError) as caught:
        read(env, helm=[option])
    assert caught.value.message == ("helm chart web: execution error at (web/t.yaml:3:4): bad (hidden) and (hidden).")


def test_places_name_the_template(programs: t.Callable[..., dict[str, str]]) -> None:
    env = programs(helm=f"cat <<'E'\n{RENDERED}E")
    with pytest.raises(InputError, match=r"helm chart web:9 \(web/templates/two\.yaml\): the key 'kind' is here twice"):
        read(env, helm=[{"chart": "x", "name": "web"}])


def test_a_charts_objects_go_to_its_namespace(programs: t.Callable[..., dict[str, str]]) -> None:
    env = programs(helm=f'printf "%s" "{OBJECT}"')
    params = {"helm": [{"chart": "x", "name": "a", "namespace": "own"}, {"chart": "x", "name": "b"}]}
    found = read_manifests({**params, "namespace": "task"}, TaskContext(env=env))
    assert [m.default_namespace for m in found] == ["own", "task"]


def test_the_cluster_is_asked_only_for_charts_that_leave_it_open(programs: t.Callable[..., dict[str, str]]) -> None:
    env = programs(helm=f'printf "%s" "{OBJECT}"')
    asked = []

    def ask() -> Capabilities:
        asked.append(1)
        return CLUSTER

    whole = {"chart": "x", "name": "a", "kube_version": "1.37.0", "api_versions": []}
    read_texts({"helm": [whole]}, TaskContext(env=env), ask)
    assert asked == []
    read_texts({"helm": [whole, {"chart": "x", "name": "a"}, {"chart": "x", "name": "b"}]}, TaskContext(env=env), ask)
    assert asked == [1]


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ({"chart": "--post-renderer"}, "helm: chart is '--post-renderer', which Helm would take for an option"),
        ({"name": "-f"}, "helm: name is '-f'"),
        ({"repo": "http://x.io"}, "helm: repo http://x.io is not safe on its way: use https:// or oci://"),
    ],
)
def test_refused_before_helm_is_called(option: dict[str, str], message: str) -> None:
    with pytest.raises(InputError, match=message):
        chart(**option)


def test_files_of_values_must_be_there() -> None:
    with pytest.raises(InputError, match=r"helm chart web: there is no file /none\.yml \(values_files\)"):
        helm.render(chart(values_files=["/none.yml"]), runner({}))


def test_what_the_cluster_can_do() -> None:
    class Client:
        def request(self, method: str, path: str, **_accept: str) -> dict[str, t.Any]:
            assert (method, path) == ("GET", "/version")
            return {"gitVersion": "v1.37.2"}

    table = {("apps/v1", kind): Resource("apps", "v1", kind, "", True) for kind in ("Deployment", "DaemonSet")}
    client = Client()
    assert capabilities_of(client, Discovery(client, table)) == Capabilities(
        "v1.37.2", ("apps/v1", "apps/v1/DaemonSet", "apps/v1/Deployment")
    )


@pytest.mark.parametrize(
    ("there", "called"),
    [(("kustomize", "kubectl"), "kustomize build"), (("kubectl",), "kubectl kustomize"), (("oc",), "oc kustomize")],
)
def test_the_program_that_is_there_builds(
    programs: t.Callable[..., dict[str, str]], overlay: str, there: tuple[str, ...], called: str
) -> None:
    env = programs(**{name: f'echo "{name} $@" > "$OUT/argv"; printf "%s" "{OBJECT}"' for name in there})
    env["PATH"] = f"{env['OUT']}/bin"
    assert read(env, kustomize=[overlay]) == [f"kustomization {overlay}:1"]
    assert (Path(env["OUT"]) / "argv").read_text().strip() == f"{called} {overlay}"


def test_a_program_may_be_named(programs: t.Callable[..., dict[str, str]], overlay: str) -> None:
    env = programs(mine=f'printf "%s" "{OBJECT}"')
    assert read(env, kustomize=[overlay], kustomize_binary=f"{env['OUT']}/bin/mine")
    with pytest.raises(MissingDependencyError, match="The program '/none' is not on"):
        read(env, kustomize=[overlay], kustomize_binary="/none")


@pytest.mark.parametrize(
    ("path", "message"),
    [("{0}/none", "kustomize: .*/none is no directory"), ("{0}", r"the directory .* holds no kustomization\.yaml")],
)
def test_what_is_no_kustomization(tmp_path: Path, path: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        kustomize.build(path.format(tmp_path), runner({}), "kustomize")


def test_no_program_at_all() -> None:
    with pytest.raises(MissingDependencyError, match="neither kustomize nor kubectl is on PATH"):
        kustomize.find_program(None, {"PATH": "/nowhere"})


def test_a_program_that_says_nothing(programs: t.Callable[..., dict[str, str]], overlay: str) -> None:
    env = programs(kustomize="exit 3")
    with pytest.raises(SlipwayError, match=r"kustomization .*/overlay: kustomize ended with exit code 3\."):
        read(env, kustomize=[overlay])
