# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""This host's side of kubeadm: its files, our record of how far it came, and the lock that one run holds."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import re
import time
import typing as t
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.kubeadm.plan import MADE, MAKING, NodeFacts

ETC = Path("/etc/kubernetes")
STATE_DIR = Path("/var/lib/slipway")
_APISERVER = re.compile(r"image: \S+/kube-apiserver:v(\S+)")


class NodeRecord:
    """Paths below a root, so that a test needs no real host."""

    def __init__(self, etc: Path = ETC, state_dir: Path = STATE_DIR) -> None:
        self._etc = etc
        self.admin_conf = etc / "admin.conf"
        self._record = state_dir / "kubeadm.json"
        self._lock = state_dir / "kubeadm.lock"

    def facts(self) -> NodeFacts:
        return NodeFacts(phase=self._phase(), has_files=self._has_files(), ca=self._ca())

    def note(self, phase: str, config: str = "") -> None:
        """Remember `making` or `made`, and by which configuration, durably, before anything else happens."""
        self._record.parent.mkdir(parents=True, exist_ok=True)
        temp = self._record.with_suffix(".new")
        with temp.open("w", encoding="utf-8") as out:
            json.dump({"phase": phase, "config": config}, out)
            out.flush()
            os.fsync(out.fileno())
        temp.replace(self._record)

    @contextlib.contextmanager
    def locked(self, patience: float) -> t.Iterator[int]:
        """Hold this host's lock; the system lets go of it when the last process that holds it ends."""
        self._lock.parent.mkdir(parents=True, exist_ok=True)
        with self._lock.open("w", encoding="utf-8") as handle:
            _acquire(handle.fileno(), patience)
            yield handle.fileno()

    def config(self) -> str:
        """The hash that was noted with the phase; empty where none was."""
        return str(self._read().get("config") or "")

    def version(self) -> str | None:
        """The Kubernetes version of this control plane; None where there is none."""
        try:
            found = _APISERVER.search((self._etc / "manifests" / "kube-apiserver.yaml").read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        return found.group(1) if found else None

    def _phase(self) -> str | None:
        phase = self._read().get("phase")
        return phase if phase in (MAKING, MADE) else None

    def _read(self) -> dict[str, t.Any]:
        try:
            found = json.loads(self._record.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except ValueError as exc:
            raise SlipwayError(f"{self._record} is damaged: remove it to let Slipway judge this host anew.") from exc
        return found if isinstance(found, dict) else {}

    def _has_files(self) -> bool:
        names = ("admin.conf", "kubelet.conf", "bootstrap-kubelet.conf")
        return any((self._etc / name).exists() for name in names) or any((self._etc / "manifests").glob("*.yaml"))

    def _ca(self) -> str | None:
        try:
            return hashlib.sha256((self._etc / "pki" / "ca.crt").read_bytes()).hexdigest()
        except FileNotFoundError:
            return None


def _acquire(handle: int, patience: float) -> None:
    deadline = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise SlipwayError(
                    f"Another kubeadm has been at work on this host for {patience:.0f} s: wait for it, or end it."
                ) from None
            time.sleep(0.5)
