# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests against a server that misbehaves."""

from __future__ import annotations

import http.server
import json
import socket
import threading
import typing as t

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.client import KubeClient
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.connection import options_from
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.discovery import Resource
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.errors import (
    ApiError,
    Conflict,
    Gone,
    Invalid,
    NotFound,
    Unauthorized,
    Unreachable,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.pool import open_pool
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.request import Http

PODS = Resource("", "v1", "Pod", "pods", True)
BROKEN = 0
Answer = t.Tuple[int, t.Any]


class Server:
    """Answers one request after the other with what it was given; 0 breaks the connection."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self.seen: list[tuple[str, str, bytes]] = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                outer.seen.append((self.command, self.path, body))
                status, answer = outer.answers.pop(0)
                if status == BROKEN:
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                data = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST = do_PATCH = do_DELETE = handle_any

            def log_message(self, *_args: object) -> None:
                return

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def server() -> t.Iterator[Server]:
    running = Server()
    yield running
    running.stop()


def client_for(url: str, waits: t.Optional[list[float]] = None) -> KubeClient:
    options = options_from({"host": url, "api_key": "kept-secret"}, {})
    return KubeClient(Http(open_pool(options, {}), sleep=(waits if waits is not None else []).append))


def test_passing_troubles_are_sat_out(server: Server) -> None:
    waits: list[float] = []
    server.answers = [
        (503, {}),
        (BROKEN, None),
        (429, {}),
        (500, {"message": "etcdserver: leader changed"}),
        (200, {"a": 1}),
    ]
    assert client_for(server.url, waits).get(PODS, "p", "n") == {"a": 1}
    assert len(waits) == 4
    assert {path for _method, path, _body in server.seen} == {"/api/v1/namespaces/n/pods/p"}


def test_what_was_perhaps_created_is_not_created_again(server: Server) -> None:
    server.answers = [(BROKEN, None)]
    with pytest.raises(Unreachable, match=r"cannot be reached: Remote end closed connection without response\. Check"):
        client_for(server.url).create(PODS, {"metadata": {"namespace": "n"}})
    assert len(server.seen) == 1


@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, Invalid), (401, Unauthorized), (404, NotFound), (409, Conflict), (410, Gone), (422, Invalid)],
)
def test_answers_become_types(server: Server, status: int, kind: type[Exception]) -> None:
    server.answers = [(status, {"reason": "Because", "message": "said so", "details": {"causes": [{"field": "f"}]}})]
    with pytest.raises(kind, match="said so") as caught:
        client_for(server.url).get(PODS, "p", "n")
    assert getattr(caught.value, "causes", None) == [{"field": "f"}]
    assert "kept-secret" not in str(caught.value)


def test_an_answer_that_is_no_json_is_told(server: Server) -> None:
    server.answers = [(404, b"404 page not found\n")]
    with pytest.raises(NotFound, match="404 page not found"):
        client_for(server.url).get(PODS, "p", "n")


def test_who_asks_to_see_a_busy_server_sees_it(server: Server) -> None:
    """An eviction that a disruption budget refuses is a 429, and no reason to ask blindly again."""
    server.answers = [(429, {"message": "Cannot evict pod"})]
    with pytest.raises(ApiError, match="Cannot evict pod") as caught:
        client_for(server.url).request("POST", "/eviction", body={}, retry_busy=False)
    assert caught.value.status == 429
    assert len(server.seen) == 1


def test_find_takes_absence_as_an_answer(server: Server) -> None:
    server.answers = [(404, {})]
    assert client_for(server.url).find(PODS, "p", "n") is None


def test_a_server_that_is_not_there_is_named() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        with pytest.raises(Unreachable, match=f"API server {url} cannot be reached: .*refused.*Check that it runs"):
            client_for(url).get(PODS, "p", "n")


def test_pages_are_put_together(server: Server) -> None:
    server.answers = [
        (200, {"metadata": {"resourceVersion": "7", "continue": "more"}, "items": [{"metadata": {"name": "a"}}]}),
        (200, {"metadata": {}, "items": [{"metadata": {"name": "b"}}]}),
    ]
    found = client_for(server.url).list(PODS, "n", label_selector="a=b", page=1)
    assert [i["metadata"]["name"] for i in found["items"]] == ["a", "b"]
    assert found["items"][1]["kind"] == "Pod"
    assert found["metadata"]["resourceVersion"] == "7"
    assert server.seen[1][1] == "/api/v1/namespaces/n/pods?labelSelector=a%3Db&continue=more&limit=1"


def test_apply_sends_the_whole_object_and_how(server: Server) -> None:
    server.answers = [(200, {})]
    obj = {"metadata": {"name": "p", "namespace": "n"}}
    client_for(server.url).apply(PODS, obj, field_manager="me", force=True, dry_run=True, validation="Strict")
    method, path, body = server.seen[0]
    assert (method, json.loads(body)) == ("PATCH", obj)
    assert path == "/api/v1/namespaces/n/pods/p?fieldManager=me&force=true&dryRun=All&fieldValidation=Strict"


def test_a_race_with_a_controller_is_run_again_and_a_conflict_is_not(server: Server) -> None:
    race = (
        "Operation cannot be fulfilled: the object has been modified; please apply your changes to the latest version"
    )
    server.answers = [(409, {"message": race}), (409, {"message": race}), (200, {"a": 1})]
    obj = {"metadata": {"name": "p", "namespace": "n"}}
    client = client_for(server.url)
    assert client.apply(PODS, obj, field_manager="me") == {"a": 1}
    server.answers = [(409, {"message": "Apply failed with 1 conflict"})]
    with pytest.raises(Conflict, match="1 conflict"):
        client.apply(PODS, obj, field_manager="me")


def events(*found: t.Any) -> bytes:
    return b"".join(json.dumps(e).encode() + b"\n" for e in found)


def test_a_watch_gives_events_and_ends(server: Server) -> None:
    server.answers = [(200, events({"type": "ADDED", "object": {"a": 1}}, {"type": "DELETED", "object": {"a": 2}}))]
    watched = client_for(server.url).watch(PODS, "n", resource_version="5", timeout=3)
    assert list(watched) == [("ADDED", {"a": 1}), ("DELETED", {"a": 2})]
    assert "watch=true" in server.seen[0][1]
    assert "resourceVersion=5" in server.seen[0][1]
    assert "timeoutSeconds=3" in server.seen[0][1]


def test_a_watch_that_is_too_old_says_so(server: Server) -> None:
    server.answers = [(200, events({"type": "ERROR", "object": {"code": 410, "message": "too old"}}))]
    with pytest.raises(Gone, match="too old"):
        list(client_for(server.url).watch(PODS, "n"))


def test_a_watch_that_breaks_says_so(server: Server) -> None:
    server.answers = [(200, b'{"type": "ADD')]
    assert list(client_for(server.url).watch(PODS, "n")) == []
    server.answers = [(200, b"nonsense\n")]
    with pytest.raises(Unreachable, match="broke off"):
        list(client_for(server.url).watch(PODS, "n"))
