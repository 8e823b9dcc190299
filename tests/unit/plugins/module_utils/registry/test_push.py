# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import time
import typing as t
from pathlib import Path

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import AuthError, InputError, TransportError
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import TaskContext
from ansible_collections.slipway.deploy.plugins.module_utils.registry.push import run
from ansible_collections.slipway.deploy.tests.unit.plugins.module_utils.image.archives import (
    docker_save,
    make_layer,
    oci_layout,
    sha,
)
from ansible_collections.slipway.deploy.tests.unit.plugins.module_utils.registry.fake_registry import (
    PASSWORD,
    USER,
    FakeRegistry,
)

BASE, TOP = make_layer("base"), make_layer("top")


def push(url: str, images: t.Sequence[tuple[str, str]], check: bool = False, **options: t.Any) -> dict[str, t.Any]:
    params = {"url": url, "ca_file": None, "username": None, "password": None, **options}
    params["images"] = [{"archive": archive, "name": name} for archive, name in images]
    return run(params, TaskContext(check_mode=check, env={"HOME": "/nonexistent", **options.get("env", {})}))


def test_push_then_nothing(tmp_path: Path) -> None:
    a = docker_save(tmp_path / "a.tar", {"a:1": [BASE, TOP]})
    b = oci_layout(tmp_path / "b.tar", [BASE], platforms=["amd64", "arm64"])
    images = [(a, "library/a:1"), (b, "registry.k8s.io/b:v1")]
    with FakeRegistry() as registry:
        predicted = push(registry.url, images, check=True)
        assert registry.writes() == []
        first = push(registry.url, images)
        assert first == predicted
        assert [r["changed"] for r in first["images"]] == [True, True]
        assert (
            registry.manifests["library/a", "1"][1] == registry.manifests["library/a", first["images"][0]["digest"]][1]
        )
        assert ("b", "v1") in registry.manifests
        registry.log.clear()
        second = push(registry.url, images)
        assert second["changed"] is False
        assert sorted(registry.log) == ["HEAD /v2/b/manifests/v1", "HEAD /v2/library/a/manifests/1"]


def test_present_blobs_are_not_sent_and_the_tag_comes_last(tmp_path: Path) -> None:
    archive = docker_save(tmp_path / "a.tar", {"a:1": [BASE, TOP]})
    with FakeRegistry() as registry:
        registry.blobs["a", sha(BASE)] = BASE
        push(registry.url, [(archive, "a:1")])
        assert sum(line.startswith("POST") for line in registry.log) == 2  # TOP and the configuration
        assert registry.writes()[-1] == "PUT /v2/a/manifests/1"


def test_a_blob_of_another_repository_is_linked(tmp_path: Path) -> None:
    archive = oci_layout(tmp_path / "a.tar", [BASE])
    with FakeRegistry() as registry:
        push(registry.url, [(archive, f"r{n}:1") for n in range(3)])
        assert all((f"r{n}", "1") in registry.manifests for n in range(3))


def test_changed_archive_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "a.tar"
    with FakeRegistry() as registry:
        first = push(registry.url, [(docker_save(path, {"a:1": [BASE]}), "a:1")])
        time.sleep(0.01)
        second = push(registry.url, [(docker_save(path, {"a:1": [TOP]}), "a:1")])
    assert second["changed"] is True
    assert second["images"][0]["previous"] == first["images"][0]["digest"]
    assert first["images"][0]["digest"] in second["diff"]["before"]


@pytest.mark.parametrize("auth", ["basic", "bearer"])
def test_login(tmp_path: Path, auth: str) -> None:
    images = [(oci_layout(tmp_path / f"{n}.tar", [make_layer(str(n))]), f"a{n}:1") for n in range(6)]
    with FakeRegistry(auth) as registry:
        assert push(registry.url, images, username=USER, password=PASSWORD)["changed"] is True
        assert push(registry.url, images, username=USER, password=PASSWORD)["changed"] is False


@pytest.mark.parametrize("auth", ["basic", "bearer"])
def test_wrong_login_names_registry_and_user(tmp_path: Path, auth: str) -> None:
    archive = oci_layout(tmp_path / "a.tar", [BASE])
    with FakeRegistry(auth) as registry:
        with pytest.raises(AuthError, match=f"{registry.host} refuses the credentials of user 'anna'") as caught:
            push(registry.url, [(archive, "a:1")], username=USER, password="wrong-one")
        assert "wrong-one" not in str(caught.value)
        with pytest.raises(AuthError, match=r"without credentials .*docker login"):
            push(registry.url, [(archive, "a:1")])


def test_login_of_the_docker_configuration(tmp_path: Path) -> None:
    archive = oci_layout(tmp_path / "a.tar", [BASE])
    with FakeRegistry("basic") as registry:
        entry = {"username": USER, "password": PASSWORD}
        (tmp_path / "config.json").write_text(json.dumps({"auths": {f"http://{registry.host}/v2/": entry}}))
        assert push(registry.url, [(archive, "a:1")], env={"DOCKER_CONFIG": str(tmp_path)})["changed"] is True


def test_bad_input_touches_nothing(tmp_path: Path) -> None:
    good = oci_layout(tmp_path / "a.tar", [BASE])
    with FakeRegistry() as registry:
        with pytest.raises(InputError, match=r"There is no image archive .*none\.tar"):
            push(registry.url, [(good, "a:1"), (str(tmp_path / "none.tar"), "b:1")])
        with pytest.raises(InputError, match="is not an image name"):
            push(registry.url, [(good, "UPPER:1")])
        with pytest.raises(InputError, match="names a digest"):
            push(registry.url, [(good, f"a@{sha(BASE)}")])
        with pytest.raises(InputError, match="no CA certificate"):
            push(registry.url, [(good, "a:1")], ca_file=str(tmp_path / "ca.crt"))
        with pytest.raises(InputError, match="not a registry's address"):
            push("ftp://x", [(good, "a:1")])
        assert registry.writes() == []


def test_no_registry_there(tmp_path: Path) -> None:
    with pytest.raises(TransportError, match=r"127\.0\.0\.1:9 cannot be reached"):
        push("http://127.0.0.1:9", [(oci_layout(tmp_path / "a.tar", [BASE]), "a:1")])


def test_unwritable_cache_is_no_error(tmp_path: Path) -> None:
    archive = oci_layout(tmp_path / "a.tar", [BASE])
    (tmp_path / ".a.tar.digests.json").mkdir()
    with FakeRegistry() as registry:
        assert push(registry.url, [(archive, "a:1")])["changed"] is True
    assert sorted(path.name for path in tmp_path.iterdir()) == [".a.tar.digests.json", "a.tar"]
