# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A real API server on loopback, as processes of our own: etcd, kube-apiserver, and on request its controllers.

    with ControlPlane(folder, programs) as plane:
        plane.kubeconfig  # a file

`python tests/apiserver/control_plane.py FOLDER [--controllers]` keeps one running until it is interrupted.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
import typing as t
import urllib.error
import urllib.request
from pathlib import Path

_READY_WITHIN = 90.0
_ENDS_WITHIN = 10.0
#: How pods and nodes on paper live; without it KWOK does nothing.
_STAGES = Path(__file__).resolve().parent / "stages.manifests"
#: Kubernetes' own controllers that matter here; the rest would only cost time.
_CONTROLLERS = "*,bootstrap-signer-controller,token-cleaner-controller,-node-ipam-controller"
#: On a busy machine KWOK is late with its nodes' leases, and a pod that the node controller took for lost stays so.
_NODES_LIVE_ON = "--node-monitor-grace-period=1h"
#: What `openssl ca` wants to know.
_AUTHORITY = """[ca]
default_ca = this
[this]
database = {database}
serial = {database}.serial
new_certs_dir = {folder}
policy = any
[any]
organizationName = optional
commonName = supplied
"""


class ControlPlane:
    """etcd and kube-apiserver in `folder`; `start_controllers` and `start_kwok` make pods move."""

    def __init__(self, folder: Path, programs: Path, *, apiserver_flags: t.Sequence[str] = ()) -> None:
        self.folder = folder
        self._programs = programs
        self._flags = list(apiserver_flags)
        self._processes: list[subprocess.Popen[bytes]] = []
        self.token = secrets.token_hex(16)
        self.port, self._etcd, self._etcd_peer = _free_ports(3)
        self.server = f"https://127.0.0.1:{self.port}"
        self.kubeconfig = folder / "kubeconfig"

    def __enter__(self) -> ControlPlane:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_exc: object) -> None:
        self.stop()

    def start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._write_credentials()
        self._run(
            "etcd",
            f"--data-dir={self.folder / 'etcd'}",
            f"--listen-client-urls=http://127.0.0.1:{self._etcd}",
            f"--advertise-client-urls=http://127.0.0.1:{self._etcd}",
            f"--listen-peer-urls=http://127.0.0.1:{self._etcd_peer}",
            # The data does not outlive the process: no need to wait for the disk.
            "--unsafe-no-fsync",
            "--log-level=error",
        )
        self._run_apiserver()

    def _run_apiserver(self) -> None:
        self.apiserver = self._run(
            "kube-apiserver",
            f"--etcd-servers=http://127.0.0.1:{self._etcd}",
            f"--secure-port={self.port}",
            "--bind-address=127.0.0.1",
            "--advertise-address=127.0.0.1",
            f"--cert-dir={self.folder / 'certs'}",
            f"--client-ca-file={self.folder / 'ca.crt'}",
            f"--tls-cert-file={self.folder / 'server.crt'}",
            f"--tls-private-key-file={self.folder / 'server.key'}",
            f"--token-auth-file={self.folder / 'tokens.csv'}",
            "--authorization-mode=RBAC",
            "--service-account-issuer=https://kubernetes.default.svc",
            f"--service-account-signing-key-file={self.folder / 'sa.key'}",
            f"--service-account-key-file={self.folder / 'sa.pub'}",
            "--service-cluster-ip-range=10.96.0.0/16",
            "--endpoint-reconciler-type=none",
            "--enable-aggregator-routing=true",
            *self._flags,
        )
        self._await_ready()

    def start_controllers(self) -> None:
        """The controller manager and the scheduler."""
        common = (f"--kubeconfig={self.kubeconfig}", "--leader-elect=false")
        key = f"--service-account-private-key-file={self.folder / 'sa.key'}"
        ca = f"--root-ca-file={self.folder / 'ca.crt'}"
        ports = _free_ports(2)
        quick = ("--kube-api-qps=500", "--kube-api-burst=1000")
        self._run(
            *("kube-controller-manager", *common, key, ca, *quick, f"--controllers={_CONTROLLERS}"),
            *("--use-service-account-credentials=false", f"--secure-port={ports[0]}", "--bind-address=127.0.0.1"),
            *("--concurrent-deployment-syncs=20", "--concurrent-replicaset-syncs=20", _NODES_LIVE_ON),
        )
        self._run("kube-scheduler", *common, *quick, f"--secure-port={ports[1]}", "--bind-address=127.0.0.1")

    def start_kwok(self, *arguments: str) -> None:
        """Nodes that only exist on paper: pods on them become ready at once."""
        (port,) = _free_ports(1)
        self._run(
            "kwok",
            f"--kubeconfig={self.kubeconfig}",
            "--manage-all-nodes=true",
            f"--server-address=127.0.0.1:{port}",
            f"--config={_STAGES}",
            *arguments,
        )

    def stop(self) -> None:
        for process in reversed(self._processes):
            _end(process)
        self._processes.clear()

    def stop_apiserver(self) -> None:
        """As a crash of the server looks to its clients; `restart_apiserver` brings it back with its data."""
        _end(self.apiserver)
        self._processes.remove(self.apiserver)

    def restart_apiserver(self) -> None:
        self._run_apiserver()

    def freeze(self) -> None:
        """The server stops to answer, in the middle of whatever it does."""
        self.apiserver.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self.apiserver.send_signal(signal.SIGCONT)

    def request(self, method: str, path: str, body: t.Any = None) -> t.Any:
        """One request as administrator, without any code that is under test."""
        context = ssl.create_default_context(cafile=self.folder / "ca.crt")
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.server + path, data, headers, method=method)
        with urllib.request.urlopen(request, timeout=30, context=context) as answer:
            text = answer.read()
        return json.loads(text) if text.startswith(b"{") else text.decode()

    def _run(self, program: str, *arguments: str) -> subprocess.Popen[bytes]:
        path = self._programs / program
        with (self.folder / f"{program}.log").open("ab") as log:
            process = subprocess.Popen([path, *arguments], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self._processes.append(process)
        return process

    def _await_ready(self) -> None:
        deadline = time.monotonic() + _READY_WITHIN
        while True:
            with contextlib.suppress(OSError, urllib.error.URLError):
                if self.request("GET", "/readyz") == "ok" and self.request("GET", "/api/v1/namespaces/default"):
                    return
            if self.apiserver.poll() is not None or time.monotonic() > deadline:
                log = (self.folder / "kube-apiserver.log").read_text(errors="replace")
                raise RuntimeError(f"the API server did not start:\n{log[-3000:]}")
            time.sleep(0.1)

    def _write_credentials(self) -> None:
        make_authority(self.folder)
        sign(self.folder, "server", "/CN=kube-apiserver", "subjectAltName=IP:127.0.0.1,DNS:localhost", days=2)
        _openssl("genrsa", "-out", self.folder / "sa.key", "2048")
        _openssl("rsa", "-in", self.folder / "sa.key", "-pubout", "-out", self.folder / "sa.pub")
        tokens = self.folder / "tokens.csv"
        tokens.touch(mode=0o600)
        tokens.write_text(f'{self.token},admin,admin,"system:masters"\n')
        self.kubeconfig.touch(mode=0o600)
        self.kubeconfig.write_text(json.dumps(self._kubeconfig({"token": self.token})))

    def _kubeconfig(self, user: t.Mapping[str, str]) -> dict[str, t.Any]:
        cluster = {"server": self.server, "certificate-authority": str(self.folder / "ca.crt")}
        return {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": "test",
            "clusters": [{"name": "test", "cluster": cluster}],
            "users": [{"name": "admin", "user": dict(user)}],
            "contexts": [{"name": "test", "context": {"cluster": "test", "user": "admin"}}],
        }


def make_authority(folder: Path, name: str = "ca") -> None:
    key, cert = folder / f"{name}.key", folder / f"{name}.crt"
    subject = ("-subj", "/CN=test-ca", "-addext", "keyUsage=keyCertSign,cRLSign")
    _openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert, "-days", "2", *subject)


def sign(folder: Path, name: str, subject: str, extension: str, *, days: int, authority: str = "ca") -> None:
    """`name`.key and `name`.crt, signed by the folder's authority. `days` may be negative: expired."""
    key, request, cert = (folder / f"{name}.{suffix}" for suffix in ("key", "csr", "crt"))
    extensions = folder / f"{name}.ext"
    extensions.write_text(extension + "\n")
    _openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", request, "-subj", subject)
    ca, ca_key = (folder / f"{authority}.{suffix}" for suffix in ("crt", "key"))
    if days > 0:
        by = ("-CA", ca, "-CAkey", ca_key, "-CAcreateserial", "-days", str(days))
        _openssl("x509", "-req", "-in", request, "-out", cert, *by, "-extfile", extensions)
        return
    # Of all that OpenSSL offers, only this takes a date that has passed, in each version.
    (folder / f"{name}.db").write_text("")
    settings = folder / f"{name}.cnf"
    settings.write_text(_AUTHORITY.format(database=folder / f"{name}.db", folder=folder))
    span = ("-startdate", "20200101000000Z", "-enddate", "20200102000000Z")
    by = ("-config", settings, "-cert", ca, "-keyfile", ca_key, "-md", "sha256", "-extfile", extensions)
    _openssl("ca", "-batch", "-notext", "-rand_serial", "-in", request, "-out", cert, *by, *span)


def _openssl(*arguments: t.Any) -> None:
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGCONT)
        process.terminate()
        try:
            process.wait(_ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
    process.wait()


def _free_ports(count: int) -> list[int]:
    """Different ones: all are held until the last is found."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _number in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in sockets]


def main(folder: str, *options: str) -> None:
    programs = Path(os.environ.get("SLIPWAY_TEST_PROGRAMS") or Path.home() / ".cache/slipway/test/programs")
    shutil.rmtree(folder, ignore_errors=True)
    with ControlPlane(Path(folder).resolve(), programs) as plane:
        if "--controllers" in options:
            plane.start_controllers()
        if "--kwok" in options:
            plane.start_kwok()
        print(plane.kubeconfig, flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            signal.pause()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_signal: sys.exit(0))
    main(*sys.argv[1:])
