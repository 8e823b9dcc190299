# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""URLs, against real servers on the loopback: trust, checksums, redirects, limits."""

from __future__ import annotations

import hashlib
import http.server
import socket
import ssl
import subprocess
import threading
import time
import typing as t
from pathlib import Path

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import (
    InputError,
    SlipwayError,
    TransportError,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.sources.download import download
from ansible_collections.slipway.deploy.plugins.module_utils.kube.sources.web import WebSource, fetch

TEXT = b"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"
SUM = "sha256:" + hashlib.sha256(TEXT).hexdigest()
TOKEN = "Bearer s3cret-token"


class Handler(http.server.BaseHTTPRequestHandler):
    """Each path is one behaviour. `seen` keeps the headers of all requests."""

    seen: t.ClassVar[list[tuple[str, str]]] = []
    elsewhere: t.ClassVar[str] = ""

    def do_GET(self) -> None:
        self.seen.append((self.path, self.headers.get("Authorization", "")))
        path = self.path.partition("?")[0]
        if path.startswith("/to"):
            target = {"/to-self": "/good", "/to-http": "http://127.0.0.1:1/", "/to-loop": "/to-loop", "/to-none": ""}
            self.send_response(302)
            self.send_header("Location", target.get(path, self.elsewhere))
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.send_response(404 if path == "/none" else 200)
        if path == "/cut":
            self.send_header("Content-Length", "1000")
        self.end_headers()
        if path == "/slow":
            self._drip()
        elif path == "/binary":
            self.wfile.write(b"\xff\xfe")
        else:
            self.wfile.write(TEXT)

    def _drip(self) -> None:
        for _second in range(100):
            self.wfile.write(b"# more\n")
            time.sleep(0.05)

    def do_CONNECT(self) -> None:
        self.seen.append((self.path, self.headers.get("Proxy-Authorization", "")))
        self.send_error(403)

    def log_message(self, *_args: object) -> None:
        pass


class Quiet(http.server.ThreadingHTTPServer):
    def handle_error(self, *_args: object) -> None:
        """Clients that hang up are what is tested."""


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of its own authority, for the loopback."""
    folder = tmp_path_factory.mktemp("tls")
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=test"]
    names = ["-addext", "subjectAltName=IP:127.0.0.1"]
    files = ["-keyout", str(folder / "key"), "-out", str(folder / "crt")]
    subprocess.run([*command, *names, *files], check=True, capture_output=True)
    return folder


def serve(pem: Path | None) -> t.Iterator[str]:
    with Quiet(("127.0.0.1", 0), Handler) as httpd:
        if pem:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(pem / "crt", pem / "key")
            httpd.socket = context.wrap_socket(httpd.socket, server_side=True)
        threading.Thread(target=httpd.serve_forever, daemon=True).start()
        yield f"{'https' if pem else 'http'}://127.0.0.1:{httpd.server_port}"
        httpd.shutdown()


@pytest.fixture(scope="module")
def plain() -> t.Iterator[str]:
    yield from serve(None)


@pytest.fixture(scope="module")
def secure(pem: Path) -> t.Iterator[str]:
    yield from serve(pem)


@pytest.fixture(scope="module")
def second(pem: Path) -> t.Iterator[str]:
    yield from serve(pem)


def get(url: str, env: t.Mapping[str, str] | None = None, **keys: t.Any) -> str:
    source = WebSource.from_option({"url": url, **keys})
    assert source is not None
    return fetch(source, env or {})


def test_a_file_with_its_checksum(secure: str, plain: str, pem: Path) -> None:
    ca = str(pem / "crt")
    assert get(f"{secure}/good", ca_file=ca) == TEXT.decode()
    assert get(f"{secure}/good", ca_file=ca, checksum=SUM.upper().replace("SHA", "sha")) == TEXT.decode()
    assert get(f"{plain}/good", checksum="sha512:" + hashlib.sha512(TEXT).hexdigest()) == TEXT.decode()
    assert get(f"{secure}/to-self", ca_file=ca, checksum=SUM) == TEXT.decode()


def test_another_checksum_is_told_with_both(plain: str) -> None:
    other = "sha256:" + "0" * 64
    with pytest.raises(InputError, match=f"/good has the checksum {SUM}, not {other}: .* Nothing was applied"):
        get(f"{plain}/good", checksum=other)


def test_headers_are_for_the_server_that_they_were_given_for(secure: str, second: str, pem: Path) -> None:
    Handler.seen.clear()
    Handler.elsewhere = f"{second}/good"
    headers = {"Authorization": TOKEN}
    get(f"{secure}/to-self?sig=1", ca_file=str(pem / "crt"), headers=headers)
    get(f"{secure}/to-second", ca_file=str(pem / "crt"), headers=headers)
    assert Handler.seen == [("/to-self?sig=1", TOKEN), ("/good", TOKEN), ("/to-second", TOKEN), ("/good", "")]


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/none", r"/none answers 404 Not Found\."),
        ("/to-http", r"/to-http redirects to http://127\.0\.0\.1:1/: only https is followed\."),
        ("/to-loop", r"/to-loop redirects more than 5 times\."),
        ("/to-none", r"/to-none redirects to .*: only https is followed\."),
        ("/cut", r"/cut broke off in the middle\."),
        ("/binary", r"/binary is not UTF-8 text \(byte 0\)\."),
    ],
)
def test_what_a_server_does_wrong(secure: str, pem: Path, path: str, message: str) -> None:
    with pytest.raises(SlipwayError, match=message) as caught:
        get(f"{secure}{path}?token=s3cret", ca_file=str(pem / "crt"), headers={"Authorization": TOKEN})
    assert "s3cret" not in caught.value.message


def test_an_authority_that_is_not_trusted(secure: str) -> None:
    with pytest.raises(TransportError, match=r"/good is not trusted: self.signed certificate; give ca_file"):
        get(f"{secure}/good")


def test_a_slow_server_has_no_more_than_its_time(plain: str) -> None:
    start = time.monotonic()
    with pytest.raises(TransportError, match=r"/slow did not answer within 0\.3 s\."):
        get(f"{plain}/slow", checksum=SUM, timeout=0.3)
    assert time.monotonic() - start < 2


def test_a_silent_server_has_no_more_than_its_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"https://127.0.0.1:{silent.getsockname()[1]}/"
        with pytest.raises(TransportError, match=r"did not answer within 0\.3 s\."):
            get(url, timeout=0.3)


def test_nobody_listens() -> None:
    with pytest.raises(TransportError, match=r"https://127\.0\.0\.1:1/x cannot be had: .*refused\."):
        get("https://127.0.0.1:1/x")


def test_too_large(plain: str) -> None:
    with pytest.raises(InputError, match=r"/good is larger than 0 MiB\."):
        download(f"{plain}/good", {}, "", 5, {}, limit=10)


def test_the_tasks_environment_names_the_proxy(plain: str) -> None:
    Handler.seen.clear()
    env = {"https_proxy": plain.replace("//", "//me:p%40ss@"), "no_proxy": "other.invalid"}
    with pytest.raises(TransportError, match=r"https://example\.invalid/x cannot be had: .*403") as caught:
        get("https://example.invalid/x", env)
    assert Handler.seen == [("example.invalid:443", "Basic bWU6cEBzcw==")]
    assert "p@ss" not in caught.value.message


@pytest.mark.parametrize(
    ("element", "message"),
    [
        (
            "https://x.io/a.yml",
            r'src: a URL is written as a mapping: \{url: "https://x\.io/a\.yml", checksum: "sha256:\.\.\."\}\.',
        ),
        (5, "src: 5 is neither a path nor a mapping with url"),
        ({"checksum": SUM}, "a mapping has the keys url, checksum, ca_file, headers, timeout; this one needs url"),
        ({"url": "https://x.io/", "sha": 1}, "this one does not know sha"),
        ({"url": "http://x.io/"}, "http://x.io/ could be changed on its way: use https, or give a checksum"),
        ({"url": "http://x.io/", "checksum": SUM, "headers": {"a": "b"}}, "headers for http://x.io/ could be read"),
        ({"url": "ftp://x.io/"}, "'ftp://x.io/' is no https URL"),
        ({"url": "https:///a"}, "is no https URL"),
        ({"url": "https://x.io:port/"}, "is no URL: Port could not be cast"),
        ({"url": "https://me:pw@x.io/"}, "the URL of x.io holds a user: give headers"),
        ({"url": "https://x.io/a b"}, "holds a space or a control character"),
        ({"url": "https://x.io/", "checksum": "abc"}, "must be sha256: and 64 hex digits, .*; it is 'abc'"),
        ({"url": "https://x.io/", "checksum": "md5:" + "0" * 32}, "must be sha256:"),
        ({"url": "https://x.io/", "checksum": "sha256:" + "g" * 64}, "must be sha256:"),
        ({"url": "https://x.io/", "headers": "a: b"}, "headers of https://x.io/ must be a mapping"),
        ({"url": "https://x.io/", "timeout": "soon"}, "timeout of https://x.io/ must be a number"),
    ],
)
def test_refused_in_one_sentence(element: t.Any, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        WebSource.from_option(element)
    assert "pw" not in caught.value.message


def test_a_ca_file_that_is_none() -> None:
    with pytest.raises(InputError, match="ca_file /nowhere holds no certificates that can be read"):
        get("https://127.0.0.1:1/", ca_file="/nowhere")
