# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private chart repositories and OCI registries, with the real helm: who may, who may not, and what is left."""

from __future__ import annotations

import base64
import hashlib
import http.server
import io
import json
import os
import ssl
import tarfile
import threading
import typing as t
from pathlib import Path

import pytest
from control_plane import make_authority, sign

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import TaskContext
from ansible_collections.slipway.deploy.plugins.module_utils.kube.sources.read import read_manifests
from ansible_collections.slipway.deploy.tests.api.conftest import PROGRAMS

USER, PASSWORD = "reader", "kept-secret"
_CHART = {
    "web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n",
    "web/templates/one.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Release.Name }}}\n",
}
_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
#: Writes down how it was called, and is helm.
_WITNESS = """#!/bin/sh
{ printf '%s\\n' "$@"; env; } >> "$WITNESS"
exec "$HELM" "$@"
"""


def _archive() -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, text in _CHART.items():
            info = tarfile.TarInfo(name)
            info.size = len(text)
            archive.addfile(info, io.BytesIO(text.encode()))
    return packed.getvalue()


def _contents() -> dict[str, tuple[str, bytes]]:
    """Path -> type and body: a chart repository, and an OCI registry with the same chart."""
    chart, config = _archive(), json.dumps({"apiVersion": "v2", "name": "web", "version": "1.0.0"}).encode()
    blobs = {f"sha256:{hashlib.sha256(blob).hexdigest()}": blob for blob in (config, chart)}
    kinds = ("application/vnd.cncf.helm.config.v1+json", "application/vnd.cncf.helm.chart.content.v1.tar+gzip")
    parts = [{"mediaType": k, "digest": d, "size": len(b)} for k, (d, b) in zip(kinds, blobs.items())]
    manifest = {"schemaVersion": 2, "mediaType": _MANIFEST, "config": parts[0], "layers": parts[1:]}
    body = json.dumps(manifest).encode()
    index = {
        "apiVersion": "v1",
        "entries": {"web": [{"apiVersion": "v2", "name": "web", "version": "1.0.0", "urls": ["web-1.0.0.tgz"]}]},
    }
    tag = f"sha256:{hashlib.sha256(body).hexdigest()}"
    return {
        "/charts/index.yaml": ("text/yaml", json.dumps(index).encode()),
        "/charts/web-1.0.0.tgz": ("application/gzip", chart),
        "/v2/": ("application/json", b"{}"),
        "/v2/team/web/tags/list": ("application/json", b'{"name": "team/web", "tags": ["1.0.0"]}'),
        **{f"/v2/team/web/manifests/{name}": (_MANIFEST, body) for name in ("1.0.0", tag)},
        **{f"/v2/team/web/blobs/{d}": ("application/octet-stream", b) for d, b in blobs.items()},
    }


class _Private(http.server.BaseHTTPRequestHandler):
    contents: t.ClassVar[dict[str, tuple[str, bytes]]] = _contents()
    protocol_version = "HTTP/1.1"

    def log_message(self, *_arguments: object) -> None:
        """Silent."""

    def do_GET(self) -> None:
        wanted = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        kind, body = self.contents.get(self.path.partition("?")[0], ("text/plain", b""))
        status = 401 if self.headers.get("Authorization") != wanted else 200 if body else 404
        self.send_response(status)
        if status == 401:
            self.send_header("WWW-Authenticate", 'Basic realm="charts"')
            body = b"{}"
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Docker-Content-Digest", f"sha256:{hashlib.sha256(body).hexdigest()}")
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    do_HEAD = do_GET


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> t.Iterator[tuple[str, Path]]:
    """HOST:PORT, and the authority of its certificate."""
    folder = tmp_path_factory.mktemp("charts")
    make_authority(folder)
    sign(folder, "server", "/CN=charts", "subjectAltName=DNS:localhost", days=2)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.crt", folder / "server.key")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Private)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"localhost:{server.server_port}", folder / "ca.crt"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def render(host: tuple[str, Path], tmp_path: Path) -> t.Callable[..., list[str]]:
    """Names of the objects of a chart; helm has a home and temporary files of its own."""
    address, authority = host
    witness = tmp_path / "helm-witness"
    witness.write_text(_WITNESS)
    witness.chmod(0o755)
    places = {name: str(tmp_path / name.lower()) for name in ("HOME", "TMPDIR")}
    for place in places.values():
        Path(place).mkdir()
    env = {**os.environ, **places, "HELM": str(PROGRAMS / "helm"), "WITNESS": str(tmp_path / "called")}

    def run(**option: t.Any) -> list[str]:
        given = {"name": "shop", "binary": str(witness), "kube_version": "1.37.0", "api_versions": [], **option}
        given = {
            key: value.replace("HOST", address) if isinstance(value, str) else value for key, value in given.items()
        }
        params = {"helm": [{"ca_file": str(authority), "repo_username": USER, "repo_password": PASSWORD, **given}]}
        return [m.ref.name for m in read_manifests(params, TaskContext(env=env))]

    return run


PRIVATE = pytest.mark.parametrize(
    "option",
    [{"repo": "https://HOST/charts", "chart": "web"}, {"chart": "oci://HOST/team/web"}],
    ids=["repository", "registry"],
)


@PRIVATE
@pytest.mark.parametrize("version", ["1.0.0", None])
def test_who_may_gets_the_chart_and_nothing_of_the_password_is_left(
    render: t.Callable[..., list[str]], option: dict[str, str], version: str | None, tmp_path: Path
) -> None:
    assert render(**option, version=version) == ["shop"]
    called = (tmp_path / "called").read_text()
    assert "template\n" in called
    pair = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    assert PASSWORD not in called
    assert pair not in called
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert not [p for p in files if any(secret.encode() in p.read_bytes() for secret in (PASSWORD, pair))]
    assert not [path for path in (tmp_path / "tmpdir").iterdir() if path.name.startswith("slipway")]


@PRIVATE
def test_who_may_not_is_told_why(render: t.Callable[..., list[str]], option: dict[str, str]) -> None:
    with pytest.raises(InputError, match=r"(?i)401|unauthorized|authentication") as refused:
        render(**option, repo_password="wrong-secret")
    assert refused.value.message.startswith("helm chart shop: ")
    assert "wrong-secret" not in refused.value.message


@PRIVATE
def test_an_authority_that_did_not_sign_it(
    render: t.Callable[..., list[str]], option: dict[str, str], tmp_path: Path
) -> None:
    make_authority(tmp_path)
    with pytest.raises(InputError, match="certificate signed by unknown authority"):
        render(**option, ca_file=str(tmp_path / "ca.crt"))


def test_a_user_without_a_repository_is_refused(render: t.Callable[..., list[str]]) -> None:
    with pytest.raises(InputError, match=r"are for a repository: give repo and the chart's name in it"):
        render(chart="https://HOST/charts/web-1.0.0.tgz")


def test_an_authority_that_is_not_there(render: t.Callable[..., list[str]]) -> None:
    with pytest.raises(InputError, match=r"helm chart shop: there is no file /none\.pem \(ca_file\)\."):
        render(chart="oci://HOST/team/web", ca_file="/none.pem")
