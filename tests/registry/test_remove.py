# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tags and images that go, and what stays because something else needs it."""

from __future__ import annotations

import typing as t

import pytest
from images import OCI_INDEX, Raw
from modern import Modern
from task import Task


@pytest.fixture(params=["distribution", "OCI 1.1"])
def raw(request: pytest.FixtureRequest, open_registry: Raw, modern: Modern) -> Raw:
    """Both kinds: distribution deletes by digest alone."""
    return open_registry if request.param == "distribution" else Raw(modern.url)


def _tags(task: Task, raw: Raw, name: str) -> list[str]:
    return sorted(task.run("registry_image_info", repositories=[f"{raw.host}/{name}"])["repositories"][0]["tags"])


def test_a_tag_goes_and_the_others_stay(task: Task, raw: Raw, name: str) -> None:
    digest = raw.image(name, "1", b"x")
    task.image({"name": f"{raw.host}/{name}:1", "tags": ["2", "3"]})
    done = task.image({"name": f"{raw.host}/{name}:1", "tags": ["2", "never"], "state": "absent"})
    assert done["images"][0]["previous"] == {"1": digest, "2": digest}
    assert done["diff"]["after"] == f"{raw.host}/{name}:1 absent\n{raw.host}/{name}:2 absent\n"
    assert _tags(task, raw, name) == ["3"] and raw.whole(name, "3")


def test_the_image_goes_with_its_last_tag(task: Task, open_registry: Raw, name: str) -> None:
    digest = open_registry.image(name, "1", b"x")
    task.image({"name": f"{open_registry.host}/{name}:1", "state": "absent"})
    assert open_registry.digest(name, digest) is None


def test_a_digest_goes_with_all_its_tags(task: Task, raw: Raw, name: str) -> None:
    digest = raw.image(name, "1", b"x")
    raw.image(name, "other", b"y")
    task.image({"name": f"{raw.host}/{name}:1", "tags": ["2"]})
    done = task.image({"name": f"{raw.host}/{name}@{digest}", "state": "absent"})
    assert done["images"][0]["digest"] == digest
    assert _tags(task, raw, name) == ["other"]


def test_signatures_go_along_where_asked(task: Task, raw: Raw, name: str) -> None:
    digest = raw.image(name, "1", b"x")
    signature = raw.image(name, f"{digest.replace(':', '-')}.sig", b"sig")
    sbom = raw.referrer(name, digest, "sbom")
    document = {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": [raw.entry(name, sbom)]}
    listed = raw.manifest(name, digest.replace(":", "-"), document)
    done = task.image({"name": f"{raw.host}/{name}:1", "state": "absent", "referrers": True})
    assert sorted(done["images"][0]["referrers"]) == sorted([sbom, f"{digest.replace(':', '-')}.sig"])
    assert [raw.digest(name, gone) for gone in (signature, sbom, listed)] == [None, None, None]


def _prune(task: Task, **rule: t.Any) -> dict[str, t.Any]:
    """Predicted, done, and nothing left to do."""
    options = {"retention": [rule]}
    predicted = task.run("registry_image", check=True, **options)
    done = task.run("registry_image", **options)
    again = task.run("registry_image", **options)
    assert predicted == done and again["changed"] is False
    return done["retention"][0]


def test_the_newest_stay_and_what_is_kept_by_name(task: Task, raw: Raw, name: str) -> None:
    digests = {
        str(n): raw.image(name, str(n), str(n).encode(), created=f"2026-11-{n:02}T00:00:00Z") for n in range(1, 8)
    }
    task.image({"name": f"{raw.host}/{name}:1", "tags": ["stable"]})
    raw.image(name, f"{digests['3'].replace(':', '-')}.sig", b"signature of 3")
    done = _prune(
        task,
        repository=f"{raw.host}/{name}",
        keep_newest=2,
        keep_tags=["sta*"],
        keep_images=[f"elsewhere:5000/x@{digests['4']}", f"{raw.host}/{name}:2", f"{raw.host}/other:6"],
    )
    assert [(one["tags"], one["why"]) for one in done["kept"]] == [
        (["7"], "one of the 2 newest"),
        (["6"], "one of the 2 newest"),
        (["4"], "in use"),
        (["2"], "in use"),
        (["1", "stable"], "tag stable is kept"),
    ]
    assert [one["tags"] for one in done["removed"]] == [["5"], ["3"]]
    assert _tags(task, raw, name) == ["1", "2", "4", "6", "7", "stable"]
    assert raw.digest(name, f"{digests['3'].replace(':', '-')}.sig") is None
    assert all(raw.whole(name, tag) for tag in _tags(task, raw, name))


def test_parts_of_what_stays_stay(task: Task, raw: Raw, name: str) -> None:
    """A tag names a part of an index by itself; two indexes share a part."""
    import json  # noqa: PLC0415

    raw.index(name, "new", ["linux/amd64", "linux/arm64"], name)
    entries = json.loads(raw.get(name, "new"))["manifests"]
    raw.manifest(name, "new-arm", json.loads(raw.get(name, entries[1]["digest"])))
    old = raw.image(name, "", b"old", platform="linux/s390x", created="2026-01-01T00:00:00Z")
    shared = {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json"}
    shared["manifests"] = [entries[0], raw.entry(name, old, platform={"os": "linux", "architecture": "s390x"})]
    raw.manifest(name, "old", shared)
    # Of an index the newest part counts, so the old one is as new as the other: a pattern tells them apart.
    done = _prune(task, repository=f"{raw.host}/{name}", keep_newest=0, keep_tags=["new"])
    assert [one["tags"] for one in done["removed"]] == [["old"]]
    assert {one["why"] for one in done["kept"]} == {"tag new is kept", "part of new"}
    assert raw.whole(name, "new") and raw.digest(name, old) is None


def test_young_and_undated_images_stay(task: Task, raw: Raw, name: str) -> None:
    import datetime  # noqa: PLC0415

    now = datetime.datetime.now(datetime.timezone.utc)
    for age in (1, 40, 90):
        created = (now - datetime.timedelta(days=age)).isoformat()
        raw.image(name, f"days-{age}", str(age).encode(), created=created)
    raw.image(name, "reproducible", b"r", created="1970-01-01T00:00:00Z")
    done = _prune(task, repository=f"{raw.host}/{name}", min_age_days=30, tags=["days-*", "rep*"])
    assert {one["tags"][0]: one["why"] for one in done["kept"]} == {
        "days-1": "younger than 30 days",
        "reproducible": "nobody knows when it was created",
    }


def test_by_the_time_of_the_push(task: Task, modern: Modern, open_registry: Raw, name: str) -> None:
    raw = Raw(modern.url)
    for day in (1, 2, 3):
        digest = raw.image(name, str(day), str(day).encode())
        modern.manifests[name, digest].pushed = f"Mon, 0{4 - day} Nov 2026 10:00:00 GMT"
    done = _prune(task, repository=f"{raw.host}/{name}", keep_newest=1, by="pushed")
    assert [one["tags"] for one in done["removed"]] == [["2"], ["3"]]
    open_registry.image(name, "1", b"x")
    rule = {"repository": f"{open_registry.host}/{name}", "keep_newest": 1, "by": "pushed"}
    assert task.fails("registry_image", retention=[rule]) == (
        f"Registry {open_registry.host} does not say when images were pushed (no Last-Modified): use by: created."
    )


def test_what_is_not_there_is_no_error(task: Task, raw: Raw, name: str) -> None:
    assert task.image({"name": f"{raw.host}/{name}:1", "state": "absent"})["changed"] is False
    assert _prune(task, repository=f"{raw.host}/{name}", keep_newest=0) == {
        "repository": f"{raw.host}/{name}",
        "kept": [],
        "removed": [],
    }
