# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import http.server
import threading
import typing as t

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.common.http_check import (
    Answer,
    CheckFailed,
    HttpCheck,
    ask,
    wait_for_answer,
    why_wrong,
)


@pytest.fixture
def server() -> t.Iterator[str]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(503 if self.path == "/down" else 200)
            self.end_headers()
            self.wfile.write(b"visits v1\n")

        def log_message(self, *_args: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as httpd:
        threading.Thread(target=httpd.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{httpd.server_port}"
        httpd.shutdown()


@pytest.mark.parametrize(
    ("check", "answer", "wrong"),
    [
        (HttpCheck("u"), Answer(200, "ok"), None),
        (HttpCheck("u", contains="v2"), Answer(200, "v1\nmore"), "the answer does not contain 'v2' (v1)"),
        (HttpCheck("u"), Answer(503, ""), "status 503 instead of 200 (empty body)"),
        (HttpCheck("u", status=204), Answer(204, ""), None),
        (HttpCheck("u"), Answer(0, "refused"), "no answer (refused)"),
    ],
)
def test_what_is_wrong_with_an_answer(check: HttpCheck, answer: Answer, wrong: str | None) -> None:
    assert why_wrong(check, answer) == wrong


def test_a_real_answer(server: str) -> None:
    assert ask(HttpCheck(f"{server}/")) == Answer(200, "visits v1\n")
    assert ask(HttpCheck(f"{server}/down")).status == 503


def test_nobody_listens() -> None:
    assert ask(HttpCheck("http://127.0.0.1:1/")).status == 0


def test_it_asks_until_the_answer_is_right() -> None:
    answers = [Answer(0, "refused"), Answer(503, ""), Answer(200, "v1")]
    now = iter(range(10))
    assert wait_for_answer(HttpCheck("u"), lambda _: answers.pop(0), lambda: next(now), lambda _: None).status == 200
    assert answers == []


def test_it_gives_up_with_the_last_reason() -> None:
    now = iter([0.0, 1.0, 31.0])
    with pytest.raises(CheckFailed, match=r"u did not answer as it should within 30 s: status 503"):
        wait_for_answer(HttpCheck("u"), lambda _: Answer(503, "x"), lambda: next(now), lambda _: None)
