# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The verb without an engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import (
    AuthError,
    InputError,
    MissingDependencyError,
    SlipwayError,
    TransportError,
)
from ansible_collections.slipway.deploy.plugins.module_utils.image.inputs import describe, read_inputs
from ansible_collections.slipway.deploy.plugins.module_utils.image.reach import ALL, Asked, Reach, reach_of
from ansible_collections.slipway.deploy.tests.unit.plugins.module_utils.image.archives import OCI_MANIFEST
from ansible_collections.slipway.deploy.tests.unit.plugins.module_utils.image.host import IMAGE, Host
from ansible_collections.slipway.deploy.tests.unit.plugins.module_utils.registry.fake_registry import (
    PASSWORD,
    USER,
    FakeRegistry,
)


def test_what_is_in_the_registry_alone_is_tagged_there(host: Host) -> None:
    before = host.build(check=True)
    assert (before["changed"], before["built"], before["reference"]) == (True, False, None)
    digest = host.remember(before)
    predicted = host.build(check=True)
    assert host.registry.writes() == []
    result = host.build()
    assert {**predicted} == {**result}
    assert (result["changed"], result["built"]) == (True, False)
    assert result["digest"] == digest
    assert result["image_id"] == "sha256:config"
    assert result["reference"] == f"{host.registry.host}/team/app@{digest}"
    assert host.registry.writes() == ["PUT /v2/team/app/manifests/v1"]
    assert host.build()["changed"] is False
    assert not [call for call in host.calls() if call.startswith("buildx")]


def test_another_base_image_behind_the_same_tag_is_another_input(host: Host) -> None:
    before = host.build(check=True)
    assert before["base_images"] == {"base:1 linux/amd64": host.base}
    host.registry.add_manifest("library/base", "1", OCI_MANIFEST, {**IMAGE, "base": 2})
    assert host.build(check=True)["fingerprint"] != before["fingerprint"]


def test_a_packed_context_has_the_same_fingerprint_and_is_asked_for_when_needed(host: Host) -> None:
    reach = Reach((Asked(".", 2, "COPY", exact=True),))
    packed = describe(read_inputs(str(host.context), "Dockerfile").select(reach), reach)
    local = host.build(check=True)
    assert host.build(check=True, path="/elsewhere", packed=packed)["fingerprint"] == local["fingerprint"]
    assert host.build(packed=packed) == {"changed": False, "context_needed": True}
    host.remember(local)
    assert host.build(packed=packed)["built"] is False


def test_what_only_the_host_knows_of_a_base_image_is_asked_for(host: Host) -> None:
    (host.context / "Dockerfile").write_text("FROM base:1\nCOPY $APP/a /\n")
    (host.context / "srv").mkdir()
    (host.context / "srv/a").write_text("a")
    guess = Reach((Asked("/a", 2, "COPY", exact=True),))
    source = read_inputs(str(host.context), "Dockerfile")
    needed = host.build(packed=describe(source.select(ALL), guess))
    assert needed == {
        "changed": False,
        "reach_needed": {
            "own": {"asked": [["/srv/a", 2, "COPY", True]], "everything": False, "modes": False},
            "named": {},
        },
    }
    reach = reach_of(needed["reach_needed"]["own"])
    packed = describe(source.select(reach), reach)
    assert host.build(check=True, packed=packed)["fingerprint"] == host.build(check=True)["fingerprint"]


def test_triggers_of_a_base_image_read_the_context(host: Host) -> None:
    (host.context / "Dockerfile").write_text("FROM trigger:1\n")
    (host.context / "app").write_text("1")
    (host.context / "other").write_text("1")
    host.registry.blobs["library/trigger", "sha256:config"] = b'{"config": {"OnBuild": ["COPY app /app"]}}'
    host.registry.add_manifest("library/trigger", "1", OCI_MANIFEST, {**IMAGE, "base": 3})
    seen = [host.build(check=True)["fingerprint"]]
    for name in ("other", "app"):
        (host.context / name).write_text("2")
        seen.append(host.build(check=True)["fingerprint"])
    assert seen[0] == seen[1] != seen[2]


def test_a_failed_build_says_where_and_hides_secrets(host: Host) -> None:
    (host.folder / "output").write_text(
        "------\n > [2/2] RUN x:\nthe token is hush-hush\n------\nDockerfile:2\n"
        "----\n   2 | >>> RUN x\n----\nERROR: failed to solve: hush-hush: exit code: 1\n"
    )
    with pytest.raises(SlipwayError) as caught:
        host.build(secrets=[{"id": "t", "type": "value", "value": "hush-hush"}])
    assert caught.value.message.startswith(
        f"Building {host.registry.host}/team/app failed at {host.context}/Dockerfile:2 (RUN x): ********: exit code: 1"
    )
    assert caught.value.details["log"] == ["the token is ********"]
    assert "hush-hush" not in (host.folder / "calls").read_text()
    assert not list(Path("/tmp").glob(f"slipway-build-*/{host.folder.name}"))


def test_bad_input_before_the_engine_is_asked(host: Host) -> None:
    for options in (
        {"dockerfile": "none"},
        {"path": "/none"},
        {"target": "none"},
        {"secrets": [{"id": "t", "type": "env", "env": "NOT_SET"}]},
        {"name": "No Name"},
        {"platform": ["x"]},
    ):
        with pytest.raises(InputError):
            host.build(**options)
    assert not (host.folder / "calls").exists()


def test_a_missing_base_image_is_named_with_its_line(host: Host) -> None:
    (host.context / "Dockerfile").write_text(f"# \nFROM {host.registry.host}/none:1\n")
    with pytest.raises(InputError, match=r"Dockerfile:2: Image .*/none:1 was not found\. Registry .* does not have it"):
        host.build()


def test_no_buildx(host: Host) -> None:
    host.env["BUILDX"] = "1"
    with pytest.raises(MissingDependencyError, match="has no buildx: install docker-buildx"):
        host.build()


def test_no_engine_and_no_client(host: Host) -> None:
    (host.folder / "info").write_text('{"ServerErrors": ["Cannot connect to the Docker daemon at x"]}')
    with pytest.raises(TransportError, match=r"does not answer .Cannot connect"):
        host.build()
    host.env["PATH"] = "/nonexistent"
    with pytest.raises(MissingDependencyError, match="'docker' is not on this host's PATH"):
        host.build()


def test_a_refused_login_comes_before_the_build(host: Host) -> None:
    with FakeRegistry("basic") as private:
        name = f"{private.host}/team/app"
        with pytest.raises(AuthError, match=f"{private.host} refuses the credentials of user 'anna'") as caught:
            host.build(name=name, registry_username=USER, registry_password="wrong-one")
        assert "wrong-one" not in str(caught.value)
        assert host.build(check=True, name=name, registry_username=USER, registry_password=PASSWORD)["changed"] is True
    assert not [call for call in host.calls() if call.startswith("buildx")]
