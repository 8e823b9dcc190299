# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What goes wrong on the way: connections that break, servers that are busy, contents that are not what they are
called."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest
from certificates import DAY, Authority
from distribution import Distribution
from front import Fault, Front
from images import Raw, digest_of
from modern import Modern
from task import Task

MIB = 1024 * 1024


@pytest.fixture
def big(open_registry: Raw, name: str) -> dict[str, t.Any]:
    """An image with a layer of 20 MiB, which is three chunks."""
    layer = b"".join(bytes([n]) * MIB for n in range(20)) + name.encode()
    digest = open_registry.image(name, "1", layer)
    return {"digest": digest, "layer": digest_of(layer), "size": len(layer)}


@pytest.fixture
def before_modern(modern: Modern, tls: t.Any) -> t.Iterator[Front]:
    server = Front(modern.url, tls)
    yield server
    server.close()


def test_a_broken_upload_goes_on(
    task: Task, before_modern: Front, modern: Modern, open_registry: Raw, name: str, big: dict[str, t.Any]
) -> None:
    """The second chunk breaks in its middle: what came of it is not sent again."""
    before_modern.wrong(Fault(r"PATCH .*", cut_request=5 * MIB), Fault(r"PATCH .*", cut_request=2 * MIB))
    done = task.run(
        "registry_image", images=[{"source": f"{open_registry.host}/{name}:1", "name": f"{before_modern.host}/{name}"}]
    )
    assert done["images"][0]["digest"] == big["digest"]
    assert Raw(modern.url).whole(name, "1")
    sizes = [seen.size for seen in before_modern.log if seen.line.startswith("PATCH")]
    assert sizes == [8 * MIB, 3 * MIB, 1 * MIB, 8 * MIB]
    assert len(before_modern.lines("^POST")) == 2  # the layer and the configuration, each begun once


def test_an_upload_whose_answer_is_lost_goes_on(
    task: Task, before_modern: Front, modern: Modern, open_registry: Raw, name: str, big: dict[str, t.Any]
) -> None:
    before_modern.wrong(Fault(r"PATCH .*", swallow=True), Fault(r"PUT .*/blobs/.*", swallow=True))
    done = task.image({"source": f"{open_registry.host}/{name}:1", "name": f"{before_modern.host}/{name}"})
    assert done["images"][0]["digest"] == big["digest"] and Raw(modern.url).whole(name, "1")
    assert [seen.size for seen in before_modern.log if seen.line.startswith("PATCH")] == [8 * MIB, 8 * MIB]


def test_distribution_begins_again_where_it_cannot_go_on(
    task: Task, front: Front, open_registry: Raw, name: str, big: dict[str, t.Any], modern: Modern
) -> None:
    """It forgets an upload that broke in the middle of a chunk."""
    task.run("registry_image", images=[{"source": f"{open_registry.host}/{name}:1", "name": f"{modern.host}/{name}"}])
    front.wrong(Fault(r"PATCH .*", swallow=True))
    done = task.image({"source": f"{modern.host}/{name}:1", "name": f"{front.host}/again/{name}"})
    assert done["images"][0]["digest"] == big["digest"] and open_registry.whole(f"again/{name}", "1")


def test_a_registry_without_chunks_gets_it_in_one_request(
    task: Task, before_modern: Front, modern: Modern, open_registry: Raw, name: str, big: dict[str, t.Any]
) -> None:
    before_modern.wrong(Fault(r"PATCH .*", times=99, status=416))
    done = task.image({"source": f"{open_registry.host}/{name}:1", "name": f"{before_modern.host}/{name}"})
    assert done["images"][0]["digest"] == big["digest"] and Raw(modern.url).whole(name, "1")
    assert max(seen.size for seen in before_modern.log if seen.line.startswith("PUT")) == big["size"]


def test_a_broken_download_goes_on(
    task: Task, front: Front, open_registry: Raw, modern: Modern, name: str, big: dict[str, t.Any]
) -> None:
    path = f"/v2/{name}/blobs/{big['layer']}"
    front.wrong(Fault(f"GET {path}", cut_answer=9 * MIB), Fault(f"GET {path}", cut_answer=3 * MIB))
    task.run("registry_image", images=[{"source": f"{front.host}/{name}:1", "name": f"{modern.host}/{name}"}])
    assert Raw(modern.url).whole(name, "1")
    ranges = [seen.range for seen in front.log if seen.line == f"GET {path}"]
    assert ranges == ["", f"bytes={9 * MIB}-", f"bytes={12 * MIB}-"]


def test_a_server_without_ranges_is_read_again(
    task: Task, before_modern: Front, modern: Modern, open_registry: Raw, name: str, big: dict[str, t.Any]
) -> None:
    task.run("registry_image", images=[{"source": f"{open_registry.host}/{name}:1", "name": f"{modern.host}/{name}"}])
    modern.ranges = False
    before_modern.wrong(Fault(f"GET .*{big['layer']}", cut_answer=9 * MIB))
    done = task.image({"source": f"{before_modern.host}/{name}:1", "name": f"{open_registry.host}/b/{name}"})
    assert done["images"][0]["digest"] == big["digest"] and open_registry.whole(f"b/{name}", "1")


def test_a_killed_copy_sends_only_the_rest(task: Task, front: Front, modern: Modern, name: str) -> None:
    source = Raw(modern.url)
    source.image(name, "1", b"one" * 1000, b"two" * 1000)
    wanted = {"source": f"{modern.host}/{name}:1", "name": f"{front.host}/{name}"}
    front.wrong(Fault(r"PUT .*/manifests/.*", times=9, status=500))
    assert "answered 500" in task.fails("registry_image", images=[wanted], retries=0)
    front.wrong()
    done = task.run("registry_image", images=[wanted])
    assert done["sent"]["blobs"] == 0 and done["sent"]["manifests"] == 1


def test_busy_servers_are_waited_for(task: Task, front: Front, open_registry: Raw, name: str) -> None:
    import time  # noqa: PLC0415

    open_registry.image(name, "1", b"x")
    front.wrong(
        Fault(r"HEAD .*", status=429, headers={"Retry-After": "1"}),
        Fault(r"HEAD .*", status=503),
        Fault(r"PUT .*/manifests/.*", status=502),
    )
    started = time.monotonic()
    done = task.run("registry_image", images=[{"name": f"{front.host}/{name}:1", "tags": ["2"]}])
    assert done["changed"] and time.monotonic() - started > 1.0
    assert open_registry.digest(name, "2")


def test_a_break_while_asking_is_tried_again(task: Task, front: Front, open_registry: Raw, name: str) -> None:
    open_registry.image(name, "1", b"x")
    front.wrong(Fault(r"HEAD .*", swallow=True), Fault(r"GET .*/manifests/.*", cut_answer=20))
    assert task.run("registry_image", images=[{"name": f"{front.host}/{name}:1", "tags": ["2"]}])["changed"]


#: What is wrong, the requests it is wrong for, and what the user is told. {host}, {name}, {layer} are filled in.
FAILURES: dict[str, tuple[Fault, str]] = {
    "it wants a long rest": (
        Fault(r".*", 9, status=429, headers={"Retry-After": "900"}, body=b'{"errors": [{"message": "slow down"}]}'),
        "Registry {host} answered 429 (slow down): it wants 900 s of rest; try again then.",
    ),
    "Docker Hub's limit": (
        Fault(
            r"HEAD .*|GET .*",
            9,
            status=429,
            body=b'{"errors": [{"code": "TOOMANYREQUESTS", "message": "You have reached your unauthenticated '
            b'pull rate limit. https://www.docker.com/increase-rate-limit"}]}',
        ),
        "Registry {host} answered 429 (You have reached your unauthenticated pull rate limit. "
        "https://www.docker.com/increase-rate-limit): Docker Hub counts pulls without a login by address; log in, "
        "wait, or use a mirror.",
    ),
    "401 for ever": (
        Fault(r".*", 99, status=401, headers={"WWW-Authenticate": 'Basic realm="x"'}),
        "Registry {host} refuses a request without credentials for manifest {name}:1: give a user name and a password, "
        "or log in on this host (docker login).",
    ),
    "a layer that is another": (
        Fault(r"GET .*/blobs/{layer}", 9, lie=True),
        "Registry {host} sent content that is not {layer} ({name}): nothing was made of it; have that registry's "
        "storage checked.",
    ),
    "a manifest that is another": (
        Fault(r"GET .*/manifests/sha256.*", 9, lie=True),
        "Registry {host} sent a manifest that is not {digest}, but {other}.",
    ),
    "a web page": (
        Fault(r"GET .*/manifests/.*", 9, status=200, body=b"<html>", headers={"Content-Type": "text/html"}),
        "Registry {host} sent a manifest that is not {digest}, but {page}.",
    ),
    "circles": (
        Fault(r".*/manifests/.*", 99, status=307, headers={"Location": "?again"}),
        "Registry {host} sends /v2/{name}/manifests/1 in circles.",
    ),
    "away from TLS": (
        Fault(r".*/manifests/.*", 9, status=307, headers={"Location": "http://127.0.0.1:9/x?signature=1"}),
        "Registry {host} redirects /v2/{name}/manifests/1 to 'http://127.0.0.1:9/x', away from TLS: have it redirect "
        "to https.",
    ),
    "a token server without TLS": (
        Fault(r".*", 9, status=401, headers={"WWW-Authenticate": 'Bearer realm="http://127.0.0.1:9/t"'}),
        "Registry {host} wants the credentials sent to http://127.0.0.1:9/t without TLS: have its token server served "
        "by https.",
    ),
    "a disk that is broken": (
        Fault(r".*/manifests/.*", 9, status=500, body=b'{"errors": [{"message": "input/output error"}]}'),
        "Registry {host} answered 500 for manifest {name}:1: input/output error.",
    ),
}


@pytest.mark.parametrize("what", FAILURES)
def test_what_the_user_is_told(
    task: Task, front: Front, open_registry: Raw, modern: Modern, name: str, what: str
) -> None:
    fault, message = FAILURES[what]
    digest = open_registry.image(name, "1", name.encode())
    content = open_registry.get(name, digest)
    words = {
        "host": front.host,
        "name": name,
        "layer": digest_of(name.encode()),
        "digest": digest,
        "page": digest_of(b"<html>"),
        "other": digest_of(bytes([content[0] ^ 1]) + content[1:]),
    }
    fault = Fault(**{**vars(fault), "request": fault.request.replace("{layer}", words["layer"])})
    front.wrong(fault)
    login = {"registries": [{"host": front.host, "username": "anna", "password": "p"}]} if "token" in what else {}
    wanted = {"source": f"{front.host}/{name}:1", "name": f"{modern.host}/{name}"}
    assert task.fails("registry_image", images=[wanted], retries=1, **login) == message.format(**words)
    assert modern.manifests == {}


def test_a_refused_write_says_why(task: Task, front: Front, open_registry: Raw, name: str) -> None:
    open_registry.image(name, "1", b"x")
    no_space = b'{"errors": [{"code": "UNKNOWN", "message": "write: no space left on device"}]}'
    front.wrong(Fault(r"PUT .*/manifests/.*", 9, status=500, body=no_space))
    assert task.fails("registry_image", images=[{"name": f"{front.host}/{name}:1", "tags": ["2"]}], retries=0) == (
        f"Registry {front.host} answered 500 for PUT /v2/{name}/manifests/2: write: no space left on device."
    )


def test_a_lost_upload_gives_up(task: Task, front: Front, modern: Modern, name: str) -> None:
    Raw(modern.url).image(name, "1", b"x")
    front.wrong(Fault(r"PUT .*/blobs/.*", 99, status=404, body=b'{"errors": [{"message": "upload unknown"}]}'))
    message = task.fails(
        "registry_image", images=[{"source": f"{modern.host}/{name}:1", "name": f"{front.host}/{name}"}]
    )
    assert message.startswith(f"Registry {front.host} lost the upload of sha256:")
    assert message.endswith("upload unknown): check its log, its disk and what stands before it.")


def test_certificates(task: Task, authority: Authority, modern: Modern, tmp_path: Path, tls: t.Any) -> None:
    other = Authority(tmp_path, "Another authority")
    for tls_files, remedy in (
        (authority.issue("old", -DAY), "(certificate has expired): renew it, or set this host's clock."),
        (
            other.issue("foreign"),
            "(unable to get local issuer certificate): name the certificate of its authority (ca_file, or "
            "/etc/docker/certs.d on a Docker host).",
        ),
    ):
        front = Front(modern.url, tls_files)
        message = task.fails("registry_image_info", images=[f"{front.host}/x:1"])
        assert message == f"The certificate of registry {front.host} is not trusted {remedy}"
        front.close()


def test_what_does_not_answer(task: Task, modern: Modern) -> None:
    assert task.fails("registry_image_info", images=["127.0.0.1:9/x"], retries=0) == (
        "Registry 127.0.0.1:9 cannot be reached ([Errno 111] Connection refused): check its address and that it runs."
    )
    modern_host = modern.host
    task.plain.clear()
    assert task.fails("registry_image_info", images=[f"{modern_host}/x"]) == (
        f"Registry {modern_host} does not speak TLS: have it do so, or say that it need not (validate_certs: false)."
    )


def test_a_store_never_sees_the_login(task: Task, users_registry: Raw, modern: Modern, tls: t.Any, name: str) -> None:
    """Registries of clouds send blobs from a store on another host."""
    users_registry.image(name, "1", b"layer")
    store = Front(users_registry.url, tls)
    store.wrong(Fault(r"GET .*", 99, status=200, body=b"layer"))
    front = Front(users_registry.url, tls)
    front.wrong(Fault(rf"GET .*{digest_of(b'layer')}", 99, status=307, headers={"Location": f"{store.url}/s?sig=1"}))
    users = [{"host": front.host, "username": "anna", "password": "right-password"}]
    task.run(
        "registry_image",
        images=[{"source": f"{front.host}/{name}:1", "name": f"{modern.host}/{name}"}],
        registries=users,
    )
    assert Raw(modern.url).whole(name, "1")
    assert [(seen.line, seen.authorization) for seen in store.log] == [("GET /s?sig=1", "")]
    assert any(seen.authorization for seen in front.log)
    front.close()
    store.close()


def test_a_registry_that_does_not_delete(task: Task, tls: t.Any, tmp_path: Path, name: str) -> None:
    server = Distribution(tmp_path / "kept", tls, delete=False)
    Raw(server.url).image(name, "1", b"x")
    assert task.fails("registry_image", images=[{"name": f"{server.host}/{name}:1", "state": "absent"}]) == (
        f"Registry {server.host} does not delete (The operation is unsupported): allow it there (distribution: "
        "storage.delete.enabled; a mirror never does)."
    )
    server.close()
