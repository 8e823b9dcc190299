# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import http.server
import os
import subprocess
import threading
import typing as t
from pathlib import Path

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import (
    InputError,
    MissingDependencyError,
    TransportError,
)
from ansible_collections.slipway.deploy.plugins.module_utils.image.needs import Remote
from ansible_collections.slipway.deploy.plugins.module_utils.image.remotes import (
    git_commit,
    is_git,
    resolve_remotes,
    shown,
)

#: path -> (status, headers, body); what has no HEAD refuses it.
Pages = dict[str, tuple[int, dict[str, str], bytes]]


@pytest.fixture
def web() -> t.Iterator[tuple[str, Pages]]:
    pages: Pages = {}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, body = pages.get(self.path, (404, {}, b""))
            if self.command == "HEAD" and "no-head" in self.path:
                status, headers, body = 405, {}, b""
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)

        do_HEAD = do_GET

        def log_message(self, *_args: object) -> None: ...

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", pages
    server.shutdown()


def state(url: str, checksum: str | None = None) -> str:
    return resolve_remotes([Remote(url, 3, checksum)], "Dockerfile", {})[url]


def test_pages(web: tuple[str, Pages]) -> None:
    root, pages = web
    date = {"Last-Modified": "Mon, 01 Jan 2024 00:00:00 GMT"}
    pages["/tag"] = (200, {"ETag": '"1"', **date}, b"x")
    pages["/date"] = (200, date, b"xyz")
    pages["/plain"] = (200, {}, b"hello")
    pages["/no-head"] = (200, {"ETag": '"2"'}, b"x")
    pages["/moved"] = (302, {"Location": "/tag"}, b"")
    assert state(f"{root}/tag") == 'etag "1"' == state(f"{root}/moved")
    assert state(f"{root}/date") == "date Mon, 01 Jan 2024 00:00:00 GMT 3"
    assert state(f"{root}/plain").startswith("sha256 2cf24dba5fb0a30e")
    assert state(f"{root}/no-head") == 'etag "2"'
    assert state(f"{root}/none", "sha256:1") == "fixed"


def test_pages_that_cannot_be_read(web: tuple[str, Pages]) -> None:
    root, pages = web
    pages["/round"] = (302, {"Location": "/round"}, b"")
    with pytest.raises(InputError, match=r"Dockerfile:3: ADD http://127.*/none: the server answers 404\."):
        state(f"{root}/none")
    with pytest.raises(InputError, match="without an end"):
        state(f"{root}/round")
    with pytest.raises(TransportError, match=r"Dockerfile:3: ADD http://127.0.0.1:9/x: 127.0.0.1 does not answer"):
        state("http://127.0.0.1:9/x")


def test_repositories(tmp_path: Path) -> None:
    def git(*words: str) -> str:
        identity = ["-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "tag.gpgsign=false"]
        command = ["git", *identity, "-C", str(tmp_path), *words]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    git("init", "--quiet", "--initial-branch=main")
    git("commit", "--quiet", "--allow-empty", "-m", "one")
    git("tag", "-a", "v1", "-m", "v1")
    one = git("rev-parse", "HEAD")
    git("commit", "--quiet", "--allow-empty", "-m", "two")
    two, env = git("rev-parse", "HEAD"), dict(os.environ)
    assert git_commit(str(tmp_path), "here", env) == two
    assert git_commit(f"{tmp_path}#main:folder", "here", env) == two
    assert git_commit(f"{tmp_path}#v1", "here", env) == one
    assert git_commit(f"{tmp_path}#{one}", "here", {}) == "fixed"
    with pytest.raises(InputError, match="here: the repository has no v9"):
        git_commit(f"{tmp_path}#v9", "here", env)
    with pytest.raises(TransportError, match="here: the repository does not answer"):
        git_commit(f"{tmp_path}/none", "here", env)
    with pytest.raises(MissingDependencyError, match="git is not on this host"):
        git_commit(str(tmp_path), "here", {"PATH": "/none"})


def test_which_is_which() -> None:
    assert is_git("https://h/x.git#v1") and is_git("git@h:x") and is_git("ssh://h/x")
    assert not is_git("https://h/x.tar.gz")
    assert shown("https://user:secret@h/x") == "https://h/x"
