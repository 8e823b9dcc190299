# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Images between names and registries: whole, by platforms, with what refers to them, and only what is missing."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import tracemalloc
from pathlib import Path

from front import Fault, Front
from images import OCI_INDEX, Raw
from modern import Modern
from task import Task

RUN_MODULE = Path(__file__).with_name("run_module.py")


def test_to_another_registry_then_nothing(task: Task, open_registry: Raw, users_registry: Raw, name: str) -> None:
    digest = open_registry.image(name, "1.0", b"base" * 1000, b"app")
    wanted = {"source": f"{open_registry.host}/{name}:1.0", "name": f"{users_registry.host}/prod/{name}"}
    users = {"registry_username": "anna", "registry_password": "right-password"}
    done = task.image({**wanted, "tags": ["1.0", "stable"]}, **users)
    assert done["images"][0]["digest"] == digest
    assert done["images"][0]["previous"] == {"1.0": None, "stable": None}
    assert done["diff"]["after"] == (
        f"{users_registry.host}/prod/{name}:1.0 {digest}\n{users_registry.host}/prod/{name}:stable {digest}\n"
    )
    assert users_registry.digest(f"prod/{name}", "stable") == digest
    assert users_registry.whole(f"prod/{name}", "1.0")
    assert done["sent"]["blobs"] == 3


def test_a_moved_tag_shows_both_digests(task: Task, open_registry: Raw, name: str) -> None:
    old, new = (open_registry.image(name, tag, tag.encode()) for tag in ("old", "new"))
    task.image({"name": f"{open_registry.host}/{name}:old", "tags": ["live"]})
    done = task.image({"name": f"{open_registry.host}/{name}:new", "tags": ["live"]})
    assert done["diff"] == {
        "before": f"{open_registry.host}/{name}:live {old}\n",
        "after": f"{open_registry.host}/{name}:live {new}\n",
    }


def test_within_a_registry_blobs_are_linked(task: Task, front: Front, open_registry: Raw, name: str) -> None:
    layer = name.encode() * 100_000
    open_registry.image(name, "1", layer, b"top " + name.encode())
    done = task.image({"source": f"{front.host}/{name}:1", "name": f"{front.host}/copy/{name}:1"})
    assert done["sent"] == {"bytes": 0, "blobs": 0, "mounted": 3, "manifests": 1}
    assert max(seen.size for seen in front.log) < 2000
    assert open_registry.whole(f"copy/{name}", "1")


def test_what_another_image_of_the_task_brought_is_linked(
    task: Task, open_registry: Raw, users_registry: Raw, name: str
) -> None:
    for number in (1, 2):
        open_registry.image(f"{name}{number}", "1", b"shared" * 5000 + name.encode(), str(number).encode())
    users = {"registry_username": "anna", "registry_password": "right-password"}
    first, second = (
        {"source": f"{open_registry.host}/{name}{n}:1", "name": f"{users_registry.host}/{name}{n}:1"} for n in (1, 2)
    )
    task.image(first, **users)
    done = task.image(first, second, {**second, "name": f"{users_registry.host}/{name}3:1"}, **users)
    assert done["sent"]["blobs"] + done["sent"]["mounted"] == 6
    assert users_registry.whole(f"{name}3", "1")


def test_an_index_whole(task: Task, open_registry: Raw, modern: Modern, name: str) -> None:
    digest = open_registry.index(name, "1", ["linux/amd64", "linux/arm64"], name)
    done = task.image({"source": f"{open_registry.host}/{name}:1", "name": f"{modern.host}/{name}"})
    assert done["images"][0]["digest"] == digest
    assert Raw(modern.url).whole(name, "1")
    assert done["sent"]["manifests"] == 4


def test_an_index_by_platforms(task: Task, open_registry: Raw, modern: Modern, name: str) -> None:
    whole = open_registry.index(name, "1", ["linux/amd64", "linux/arm64", "linux/s390x"], name)
    source = f"{open_registry.host}/{name}:1"
    done = task.image(
        {"source": source, "name": f"{modern.host}/{name}:one", "platforms": ["linux/amd64"]},
        {"source": source, "name": f"{modern.host}/{name}:two", "platforms": ["linux/arm64", "linux/s390x"]},
        {
            "source": source,
            "name": f"{modern.host}/{name}:all",
            "platforms": ["linux/arm64", "linux/s390x", "linux/amd64"],
        },
    )
    assert [image["digest"] == whole for image in done["images"]] == [False, False, True]
    copied = Raw(modern.url)
    one, two = (json.loads(copied.get(name, tag))["manifests"] for tag in ("one", "two"))
    # The first platform's provenance goes with it, and with it alone.
    assert [e["platform"]["architecture"] for e in one] == ["amd64", "unknown"]
    assert [e["platform"]["architecture"] for e in two] == ["arm64", "s390x"]
    assert copied.whole(name, "one") and copied.whole(name, "two")


def _signed(raw: Raw, name: str) -> tuple[str, list[str]]:
    """An image with an SBOM, which itself is signed, and a signature by cosign's tag."""
    digest = raw.image(name, "1", name.encode())
    sbom = raw.referrer(name, digest, "sbom")
    signature = raw.referrer(name, sbom, "signature of the sbom")
    raw.image(name, f"{digest.replace(':', '-')}.sig", b"signature")
    return digest, [sbom, signature, f"{digest.replace(':', '-')}.sig"]


def _as_tag(raw: Raw, name: str, subject: str, referrer: str) -> None:
    """What a client writes where the registry keeps no list."""
    entries = [raw.entry(name, referrer)]
    document = {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": entries}
    raw.manifest(name, subject.replace(":", "-"), document)


def test_what_refers_to_it_goes_along(task: Task, open_registry: Raw, modern: Modern, name: str) -> None:
    """From a registry that keeps a list, to one that keeps none, and back to one that does."""
    source = Raw(modern.url)
    digest, attached = _signed(source, name)
    plain = task.image({"source": f"{modern.host}/{name}:1", "name": f"{open_registry.host}/plain/{name}"})
    assert plain["images"][0]["referrers"] == []
    assert open_registry.digest(f"plain/{name}", attached[0]) is None
    wanted = {"source": f"{modern.host}/{name}:1", "name": f"{open_registry.host}/{name}", "referrers": True}
    done = task.image(wanted)
    assert sorted(done["images"][0]["referrers"]) == sorted(attached)
    listed = json.loads(open_registry.get(name, digest.replace(":", "-")))["manifests"]
    assert [entry["digest"] for entry in listed] == [attached[0]]
    assert listed[0]["artifactType"] == "application/spdx+json"
    back = task.image(
        {"source": f"{open_registry.host}/{name}:1", "name": f"{modern.host}/back/{name}", "referrers": True}
    )
    assert sorted(back["images"][0]["referrers"]) == sorted(attached)
    assert all(Raw(modern.url).whole(f"back/{name}", version) for version in attached)


def test_a_signature_that_came_later_follows(task: Task, open_registry: Raw, modern: Modern, name: str) -> None:
    digest = open_registry.image(name, "1", b"app")
    wanted = {"source": f"{open_registry.host}/{name}:1", "name": f"{modern.host}/{name}", "referrers": True}
    task.image(wanted)
    _as_tag(open_registry, name, digest, open_registry.referrer(name, digest, "later"))
    done = task.image(wanted)
    assert done["changed"] and done["images"][0]["previous"] == {"1": digest}
    assert len(done["images"][0]["referrers"]) == 1


def test_signatures_that_differ_are_not_overwritten(task: Task, open_registry: Raw, modern: Modern, name: str) -> None:
    digest = open_registry.image(name, "1", b"app")
    tag = f"{digest.replace(':', '-')}.sig"
    wanted = {"source": f"{open_registry.host}/{name}:1", "name": f"{modern.host}/{name}", "referrers": True}
    task.image(wanted)
    target = Raw(modern.url)
    target.image(name, tag, b"theirs")
    assert task.image(wanted)["changed"] is False
    open_registry.image(name, tag, b"ours")
    assert "each have what the other lacks" in task.fails("registry_image", images=[wanted])
    target.image(name, tag, b"theirs", b"ours")
    assert task.image(wanted)["changed"] is False


def test_a_digest_is_copied_under_a_tag(task: Task, open_registry: Raw, modern: Modern, name: str) -> None:
    digest = open_registry.image(name, "1", b"app")
    open_registry.image(name, "1", b"moved on")
    done = task.image({"source": f"{open_registry.host}/{name}@{digest}", "name": f"{modern.host}/{name}:pinned"})
    assert done["images"][0]["reference"] == f"{modern.host}/{name}@{digest}"


def test_memory_stays_flat(task: Task, open_registry: Raw, users_registry: Raw, name: str) -> None:
    """A layer of 64 MiB passes in chunks."""
    open_registry.image(name, "1", bytes(64 * 1024 * 1024))
    wanted = {"source": f"{open_registry.host}/{name}:1", "name": f"{users_registry.host}/{name}"}
    tracemalloc.start()
    done = task.run("registry_image", images=[wanted], registry_username="anna", registry_password="right-password")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert done["sent"]["bytes"] > 64 * 1024 * 1024
    assert peak < 40 * 1024 * 1024


def test_killed_and_started_again(task: Task, front: Front, open_registry: Raw, modern: Modern, name: str) -> None:
    """By SIGKILL, in the middle of a layer."""
    Raw(modern.url).image(name, "1", b"small", bytes(20 * 1024 * 1024))
    wanted = {"source": f"{modern.host}/{name}:1", "name": f"{front.host}/{name}"}
    front.wrong(Fault(r"PATCH .*", times=1, stall=True))
    options = {
        "images": [wanted],
        "ca_file": task.ca_file,
        "registries": [{"host": modern.host, "validate_certs": False}],
    }
    process = subprocess.Popen([sys.executable, str(RUN_MODULE), json.dumps(options)], stdin=subprocess.DEVNULL)
    while not front.lines("^PATCH"):
        assert process.poll() is None
        time.sleep(0.05)
    process.kill()
    process.wait()
    assert open_registry.digest(name, "1") is None
    front.wrong()
    assert task.image(wanted)["changed"] and open_registry.whole(name, "1")
