# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the command may ask of the service: one line of JSON there, one back, over a unix socket that root may use."""

from __future__ import annotations

import json
import os
import socket
import socketserver
import threading
import typing as t
from pathlib import Path

from slipway_edge.report import drain, report, undrain
from slipway_edge.watch import Watcher

Answer = t.Dict[str, t.Any]
_OPERATIONS: t.Mapping[str, t.Callable[[Watcher, t.Sequence[str]], Answer]] = {
    "report": lambda watcher, _names: report(watcher),
    "drain": drain,
    "undrain": undrain,
}


class ControlError(Exception):
    """One sentence for the person who called."""


def path_of(runtime_dir: str) -> Path:
    return Path(runtime_dir, "control.sock")


def serve(watcher: Watcher) -> None:
    """In a thread of its own, for as long as the process lives."""
    path = path_of(watcher.settings.runtime_dir)
    path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    path.unlink(missing_ok=True)

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            question = json.loads(self.rfile.readline())
            try:
                answer = _OPERATIONS[question["op"]](watcher, question.get("containers", []))
            except OSError as exc:
                answer = {"error": str(exc)}
            self.wfile.write(json.dumps(answer).encode() + b"\n")

    class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
        daemon_threads = True

    before = os.umask(0o177)
    try:
        server = Server(str(path), Handler)
    finally:
        os.umask(before)
    threading.Thread(target=server.serve_forever, name="control", daemon=True).start()


def ask(runtime_dir: str, operation: str, containers: t.Sequence[str] = ()) -> Answer:
    """The service's answer; ControlError where it does not run or cannot do it."""
    path = path_of(runtime_dir)
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as sock:
            sock.settimeout(90)
            sock.connect(str(path))
            sock.sendall(json.dumps({"op": operation, "containers": list(containers)}).encode() + b"\n")
            line = sock.makefile("rb").readline()
    except PermissionError as exc:
        raise ControlError(f"{path} is root's: become root.") from exc
    except OSError as exc:
        raise ControlError(
            f"slipway-edge watch does not answer on {path} ({exc}): start slipway-edge.service."
        ) from exc
    answer: Answer = json.loads(line or b'{"error": "slipway-edge watch closed the connection"}')
    if "error" in answer:
        raise ControlError(str(answer["error"]))
    return answer
