# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What registries have, as `registry_image_info` tells it."""

from __future__ import annotations

from front import Front
from images import OCI_INDEX, Raw
from modern import Modern
from task import Task


def test_an_image(task: Task, open_registry: Raw, name: str) -> None:
    digest = open_registry.image(name, "1", b"layer", labels={"org.opencontainers.image.revision": "abc"})
    found = task.run("registry_image_info", images=[f"{open_registry.host}/{name}:1", f"{open_registry.host}/{name}:2"])
    image = found["images"][0]
    assert image["digest"] == image["platforms"][0]["digest"] == digest
    assert image["reference"] == f"{open_registry.host}/{name}@{digest}"
    assert image["labels"] == {"org.opencontainers.image.revision": "abc"}
    assert (image["created"], image["platforms"][0]["platform"]) == ("2026-11-01T00:00:00Z", "linux/amd64")
    assert image["size"] > len(b"layer")
    assert found["images"][1] == {"name": f"{open_registry.host}/{name}:2", "exists": False}
    assert found["changed"] is False


def test_an_index_and_what_refers_to_it(task: Task, modern: Modern, name: str) -> None:
    raw = Raw(modern.url)
    digest = raw.index(name, "1", ["linux/amd64", "linux/arm64"], name)
    sbom = raw.referrer(name, digest, "sbom")
    image = task.run("registry_image_info", images=[f"{modern.host}/{name}:1"], referrers=True)["images"][0]
    assert image["media_type"] == OCI_INDEX
    assert [part["platform"] for part in image["platforms"]] == ["linux/amd64", "linux/arm64"]
    assert image["referrers"] == [
        {"subject": digest, "digest": sbom, "tag": None, "artifact_type": "application/spdx+json"}
    ]


def test_tags_and_repositories_page_by_page(task: Task, modern: Modern, tls: tuple, name: str) -> None:
    """Pages of three."""
    raw = Raw(modern.url)
    tags = [f"v{n}" for n in range(10)]
    digest = {raw.image(name, tag, b"x") for tag in tags}.pop()
    raw.image(name, f"{digest.replace(':', '-')}.sig", b"sig")
    raw.image("a/other", "1", b"x")
    front = Front(modern.url, tls)
    names = [f"{front.host}/{name}", f"{front.host}/none"]
    found = task.run("registry_image_info", repositories=names, catalogs=[front.host])
    assert found["repositories"] == [
        {"name": names[0], "exists": True, "tags": tags},
        {"name": names[1], "exists": False, "tags": []},
    ]
    assert found["catalogs"] == [{"host": front.host, "repositories": ["a/other", name]}]
    assert len(front.lines(rf"/v2/{name}/tags/list")) == 4
    front.close()


def test_a_catalog_of_distribution(task: Task, open_registry: Raw, name: str) -> None:
    open_registry.image(name, "1", b"x")
    found = task.run("registry_image_info", catalogs=[open_registry.host])
    assert name in found["catalogs"][0]["repositories"]
