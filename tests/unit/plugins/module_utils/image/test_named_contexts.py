# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError, SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.image.inputs import describe, read_inputs
from ansible_collections.slipway.deploy.plugins.module_utils.image.named_contexts import FolderContext, folder_source
from ansible_collections.slipway.deploy.plugins.module_utils.image.pack import pack_context
from ansible_collections.slipway.deploy.plugins.module_utils.image.reach import ALL, Asked, Reach
from ansible_collections.slipway.deploy.tests.unit.plugins.module_utils.image.archives import OCI_MANIFEST
from ansible_collections.slipway.deploy.tests.unit.plugins.module_utils.image.host import IMAGE, Host


@pytest.fixture
def shared(host: Host) -> Path:
    """The Dockerfile takes a file of it."""
    (host.context / "Dockerfile").write_text("FROM base:1\nCOPY --from=shared /a /\n")
    folder = host.folder / "shared"
    folder.mkdir()
    (folder / "a").write_text("a")
    return folder


def fingerprint(host: Host, **contexts: str) -> str:
    found: str = host.build(check=True, build_contexts=contexts)["fingerprint"]
    return found


def read_all(root: Path) -> FolderContext:
    return folder_source("shared", root, "").select(ALL, "Dockerfile")


def test_the_files_of_a_directory_count_and_its_place_does_not(host: Host, shared: Path) -> None:
    before = fingerprint(host, shared=str(shared))
    assert fingerprint(host, shared="../shared") == before
    (shared / "a").write_text("b")
    after = fingerprint(host, shared=str(shared))
    assert after != before
    (shared / ".dockerignore").write_text("left-out\n")
    ignoring = fingerprint(host, shared=str(shared))
    (shared / "left-out").write_text("1")
    assert fingerprint(host, shared=str(shared)) == ignoring


def test_an_image_counts_by_what_it_stands_for_now(host: Host, shared: Path) -> None:
    del shared
    before = fingerprint(host, shared="docker-image://base:1")
    host.registry.add_manifest("library/other", "1", OCI_MANIFEST, {**IMAGE, "base": 7})
    assert fingerprint(host, shared="docker-image://other:1") != before


def test_a_name_of_the_dockerfile_is_no_base_image_any_more(host: Host, shared: Path) -> None:
    del shared
    nowhere = f"{host.registry.host}/nowhere"
    (host.context / "Dockerfile").write_text(f"FROM {nowhere}\n")
    with pytest.raises(InputError, match=r"Image .*/nowhere was not found"):
        fingerprint(host)
    for name in (nowhere, f"{nowhere}:latest"):
        assert fingerprint(host, **{name: "docker-image://base:1"})


def test_buildx_gets_a_copy_of_the_directory_and_images_by_digest(host: Host, shared: Path) -> None:
    (host.folder / "output").write_text("ERROR: enough\n")
    with pytest.raises(SlipwayError, match="enough"):
        host.build(build_contexts={"shared": str(shared), "tool": "docker-image://base:1"})
    (command,) = [call for call in host.calls() if call.startswith("buildx build ")]
    named = [word for word in command.split() if word.startswith(("shared=", "tool="))]
    assert named[0].startswith("shared=/") and not named[0].endswith(str(shared))
    assert named[1] == f"tool=docker-image://docker.io/library/base@{host.base}"


def test_a_file_that_goes_away_is_named(shared: Path, tmp_path: Path) -> None:
    one = read_all(shared)
    (shared / "a").unlink()
    with pytest.raises(InputError, match=r"/shared/a went away while it was copied: run the task again"):
        one.place(tmp_path / "copy")


def test_a_directory_of_the_controller_is_the_same_as_one_of_the_host(host: Host, shared: Path, tmp_path: Path) -> None:
    local = host.build(check=True, build_contexts={"shared": str(shared)})
    reach = Reach((Asked("/a", 2, "COPY", exact=True),))
    one = folder_source("shared", shared, "").select(reach, "Dockerfile")
    packed = describe(
        read_inputs(str(host.context), "Dockerfile").select(Reach()),
        Reach(),
        contexts={"shared": {"digest": one.digest, "archive": None, "reach": reach.as_json()}},
    )
    elsewhere: dict[str, t.Any] = {"path": "/elsewhere", "build_contexts": {"shared": "../shared"}, "packed": packed}
    assert host.build(check=True, **elsewhere)["fingerprint"] == local["fingerprint"]
    assert host.build(**elsewhere) == {"changed": False, "context_needed": True}
    (host.folder / "output").write_text("ERROR: enough\n")
    archives = [tmp_path / "own.tar.gz", tmp_path / "shared.tar.gz"]
    pack_context(host.context, (), archives[0])
    pack_context(one.root, one.entries, archives[1])
    packed["archive"], packed["contexts"]["shared"]["archive"] = map(str, archives)
    with pytest.raises(SlipwayError, match="enough"):
        host.build(**elsewhere)


@pytest.mark.parametrize(
    ("contexts", "says"),
    [
        ({"shared": "none"}, "build_contexts: shared: there is no directory .*/none"),
        ({"shared": "oci-layout://x"}, "build_contexts: shared: the content of oci-layout://x is not known"),
        ({"shared": "target:x"}, "build_contexts: shared: the content of target:x is not known"),
        ({"shared": "docker-image://HERE/none:1"}, "build_contexts: shared: Image .*/none:1 was not found"),
        ({"--x": "."}, "build_contexts: '--x' is not a name that a Dockerfile could use"),
        ({"shared": None}, "build_contexts: the value of 'shared' must be text"),
    ],
)
def test_what_cannot_be_a_context(host: Host, shared: Path, contexts: dict[str, t.Any], says: str) -> None:
    del shared
    given = {name: source and source.replace("HERE", host.registry.host) for name, source in contexts.items()}
    with pytest.raises(InputError, match=says):
        host.build(check=True, build_contexts=given)


@pytest.mark.parametrize(
    ("dockerfile", "counts"),
    [
        ("FROM base:1\nCOPY --from=shared /a /\n", {"a"}),
        ("FROM base:1\nCOPY --from=shared a* /\n", {"a"}),
        ("FROM base:1\nARG X=b\nCOPY --from=shared $X/c /\n", {"b/c"}),
        ("FROM base:1\nRUN --mount=from=shared,source=b,target=/b ls\n", {"b/c"}),
        ("FROM base:1\nRUN --mount=type=cache,from=shared,source=b,target=/b ls\n", {"b/c"}),
        ("FROM base:1\nRUN --mount=from=shared,target=/b ls\n", {"a", "b/c", "d"}),
        ("FROM base:1\nCOPY --from=shared --parents --new-flag=x b /\n", {"a", "b/c", "d"}),
        ("FROM base:1\nCOPY --from=shared a /\nCOPY --from=shared b /\n", {"a", "b/c"}),
        ("FROM base:1\nCOPY --from=docker.io/library/shared:latest a /\n", {"a"}),
        ("FROM shared\nCOPY --from=shared a /\n", {"a", "b/c", "d"}),
        ("FROM base:1 AS shared\nFROM base:1\nCOPY --from=shared a /\n", {"a", "b/c", "d"}),
        ("FROM base:1 AS other\nCOPY --from=shared a /\nFROM base:1\n", set()),
        ("FROM base:1\nCOPY a /\n", set()),
        ("FROM base:1 AS one\nONBUILD COPY --from=shared a /\nFROM one\n", {"a", "b/c", "d"}),
        ("# syntax=example.com/frontend\nFROM base:1\nCOPY --from=shared a /\n", {"a", "b/c", "d"}),
    ],
)
def test_only_what_is_read_of_a_directory_counts(host: Host, shared: Path, dockerfile: str, counts: set[str]) -> None:
    if "example.com" in dockerfile:
        dockerfile = dockerfile.replace("example.com", host.registry.host)
        host.registry.add_manifest("frontend", "latest", OCI_MANIFEST, IMAGE)
    (host.context / "Dockerfile").write_text(dockerfile)
    (host.context / "a").touch()
    (shared / "b").mkdir()
    for name in ("b/c", "d"):
        (shared / name).write_text("1")
    before = fingerprint(host, shared=str(shared))
    found = set()
    for name in ("a", "b/c", "d"):
        old = (shared / name).read_text()
        (shared / name).write_text("changed")
        found |= {name} if fingerprint(host, shared=str(shared)) != before else set()
        (shared / name).write_text(old)
    assert found == counts


@pytest.mark.parametrize("name", ["shared", "shared:latest", "docker.io/library/shared", "shared::linux/amd64"])
def test_all_of_a_directory_counts_that_stands_for_a_stage(host: Host, shared: Path, name: str) -> None:
    (host.context / "Dockerfile").write_text("FROM base:1 AS shared\nENV A=a\nFROM shared\nCOPY ${A:-b} /\n")
    (host.context / "a").touch()
    (host.context / "c").touch()
    before = fingerprint(host, **{name: str(shared)})
    (shared / "new").touch()
    after = fingerprint(host, **{name: str(shared)})
    assert after != before
    (host.context / "c").write_text("1")  # what ENV says there is not known
    assert fingerprint(host, **{name: str(shared)}) != after


def test_an_image_that_only_a_trigger_names_counts(host: Host, shared: Path) -> None:
    del shared
    (host.context / "Dockerfile").write_text("FROM base:1 AS one\nONBUILD COPY --from=tool:1 /x /\nFROM one\n")
    host.registry.add_manifest("library/tool", "1", OCI_MANIFEST, {**IMAGE, "tool": 1})
    before = fingerprint(host)
    host.registry.add_manifest("library/tool", "1", OCI_MANIFEST, {**IMAGE, "tool": 2})
    assert fingerprint(host) != before


def test_what_is_not_there_is_told_before_a_build(host: Host, shared: Path) -> None:
    (shared / "a").unlink()
    with pytest.raises(InputError, match=r"Dockerfile:2: COPY /a: there is no a in the context .*/shared"):
        fingerprint(host, shared=str(shared))
    (shared / "a").touch()
    (shared / ".dockerignore").write_text("a\n")
    with pytest.raises(InputError, match=r"Dockerfile:2: COPY /a: .*dockerignore:1.* leaves it out of the context"):
        fingerprint(host, shared=str(shared))


def test_the_controller_is_told_what_else_it_has_to_describe(host: Host, shared: Path) -> None:
    """It took the base image for one without triggers."""
    own = read_inputs(str(host.context), "Dockerfile").select(Reach())
    described = {"shared": {"digest": "sha256:0", "archive": None, "reach": Reach().as_json()}}
    found = host.build(
        path="/elsewhere",
        build_contexts={"shared": "../shared"},
        packed=describe(own, Reach(), contexts=described),
    )
    assert found["reach_needed"] == {
        "own": Reach().as_json(),
        "named": {"shared": Reach((Asked("/a", 2, "COPY", exact=True),)).as_json()},
    }
