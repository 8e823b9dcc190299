# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lab's key, the hosts' keys, and the question whether a host answers."""

from __future__ import annotations

import typing as t
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import Completed, Runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.common.files import read_text, write_atomic
from ansible_collections.slipway.deploy.plugins.module_utils.lab.spec import Host

_SPLIT = "# -- slipway lab: resolv.conf"


def ensure_key(run: Runner, key: Path) -> bool:
    """Make the key pair where there is none; the public half is made again from the private one where it is lost."""
    public = key.with_name(key.name + ".pub")
    if key.exists() and public.exists():
        return False
    if not key.exists():
        fresh = key.with_name(f".{key.name}.new")
        for leftover in (fresh, fresh.with_name(fresh.name + ".pub")):
            leftover.unlink(missing_ok=True)
        _keygen(run, "-t", "ed25519", "-N", "", "-C", "slipway-lab", "-f", str(fresh))
        fresh.with_name(fresh.name + ".pub").unlink()
        fresh.replace(key)
    write_atomic(public, _keygen(run, "-y", "-f", str(key)), mode=0o644)
    return True


def _keygen(run: Runner, *arguments: str) -> str:
    done = run(["ssh-keygen", "-q", *arguments])
    if not done.ok:
        raise SlipwayError(f"ssh-keygen failed (exit code {done.code}): {done.tail(3)}")
    return done.out


def probe(run: Runner, host: Host, key: Path, known_hosts: Path, timeout: int = 5) -> Completed:
    """Log in as Ansible will, and read what the host believes about names."""
    script = f"cat /etc/hosts && echo '{_SPLIT}' && cat /etc/resolv.conf"
    options = ["BatchMode=yes", "StrictHostKeyChecking=yes", f'UserKnownHostsFile="{known_hosts}"']
    options += ["IdentitiesOnly=yes", f"ConnectTimeout={timeout}", "ControlPath=none", "LogLevel=ERROR"]
    words = [word for option in options for word in ("-o", option)]
    return run(["ssh", "-F", "none", *words, "-i", str(key), f"root@{host.address}", script])


def read_probe(out: str) -> t.Tuple[str, str]:
    """(/etc/hosts, /etc/resolv.conf) from what the probe printed."""
    hosts, _split, resolv = out.partition(_SPLIT + "\n")
    return hosts, resolv


def known_hosts_text(current: str | None, host: Host, public_key: str) -> str:
    """`current` with this key as the only one of the host."""
    kept = [line for line in (current or "").splitlines() if host.address not in line.partition(" ")[0].split(",")]
    kind, value = public_key.split()[:2]
    return "\n".join([*kept, f"{host.address},{host.name} {kind} {value}"]) + "\n"


def remember_host(path: Path, host: Host, public_key: str) -> None:
    """Strict checking knows the host from now on."""
    text = known_hosts_text(read_text(path), host, public_key)
    if text != read_text(path):
        write_atomic(path, text, mode=0o644)


def forget_connections(directory: Path) -> None:
    """Connections that Ansible keeps open lead to containers that are gone."""
    if directory.is_dir():
        for socket in directory.iterdir():
            socket.unlink()
