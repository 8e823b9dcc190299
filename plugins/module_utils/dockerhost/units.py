# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files and units that stand beside the engine: its firewall, and the timer that prunes. Pure."""

from __future__ import annotations

import json
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.dockerhost.firewall import rules
from ansible_collections.slipway.deploy.plugins.module_utils.dockerhost.settings import Settings

_MARK = "# Written by the role docker_host.\n"
_FOLDER = "/etc/slipway/docker"
_UNITS = "/etc/systemd/system"
FIREWALL, PRUNE = "slipway-docker-firewall.service", "slipway-docker-prune.timer"
_PRUNE_SERVICE = "slipway-docker-prune.service"
_PRUNE_PROGRAM = "/usr/local/lib/slipway/docker-prune"

File = t.Dict[str, t.Any]

#: Before the engine: so no container is ever reachable without the rules. When it stops they stay, unless the role has
#: taken their files away.
_FIREWALL_UNIT = f"""{_MARK}[Unit]
Description=Who may reach the published ports of containers
Before=docker.service
After=nftables.service iptables.service netfilter-persistent.service firewalld.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh -c 'iptables-restore --wait --noflush < {_FOLDER}/firewall.v4'
ExecStart=/bin/sh -c 'ip6tables-restore --wait --noflush < {_FOLDER}/firewall.v6'
ExecStop=/bin/sh -c 'test -e {_FOLDER}/firewall.v4 || for tables in iptables ip6tables; do \\
  $tables --wait -F DOCKER-USER; $tables --wait -A DOCKER-USER -j RETURN; done'

[Install]
WantedBy=multi-user.target
RequiredBy=docker.service
"""
_PRUNE_UNIT = f"""{_MARK}[Unit]
Description=Remove images that nothing uses any more
After=docker.service
Requisite=docker.service

[Service]
Type=oneshot
Nice=15
IOSchedulingClass=idle
ExecStart={_PRUNE_PROGRAM} {_FOLDER}/prune.json
"""


def files(settings: Settings, prune_program: str) -> t.List[File]:
    """For host_files: what is wanted, and what an earlier run left that is not. Units go by `services`."""
    found = [*_firewall_files(settings), *_prune_files(settings, prune_program)]
    return [file for file in found if "content" in file or not file["dest"].startswith(_UNITS)]


def services(settings: Settings) -> t.List[t.Dict[str, t.Any]]:
    """For host_services: units that run, and units that are gone."""
    watch = [f"{_FOLDER}/firewall.v4", f"{_FOLDER}/firewall.v6", f"{_UNITS}/{FIREWALL}"]
    firewall = {"name": FIREWALL, "watch": watch} if settings.firewall else {"name": FIREWALL, "state": "absent"}
    if settings.prune:
        return [firewall, {"name": PRUNE, "watch": [f"{_UNITS}/{PRUNE}"]}]
    return [firewall, *({"name": name, "state": "absent"} for name in (PRUNE, _PRUNE_SERVICE))]


def _firewall_files(settings: Settings) -> t.List[File]:
    wanted = settings.firewall
    return [
        _file(f"{_FOLDER}/firewall.v4", rules(settings, 4), wanted),
        _file(f"{_FOLDER}/firewall.v6", rules(settings, 6), wanted),
        _file(f"{_UNITS}/{FIREWALL}", _FIREWALL_UNIT, wanted),
    ]


def _prune_files(settings: Settings, program: str) -> t.List[File]:
    wanted = settings.prune
    how = {
        "keep_hours": settings.prune_keep_hours,
        "keep_images": list(settings.prune_keep_images),
        "histories": list(settings.prune_histories),
        "build_cache": settings.prune_build_cache,
    }
    timer = (
        f"{_MARK}[Unit]\nDescription=Remove images that nothing uses any more, now and then\n\n[Timer]\n"
        f"OnCalendar={settings.prune_schedule}\nRandomizedDelaySec=15min\nPersistent=true\n\n"
        "[Install]\nWantedBy=timers.target\n"
    )
    return [
        _file(_PRUNE_PROGRAM, f"#!{settings.python}\n{program}", wanted, "0755"),
        _file(f"{_FOLDER}/prune.json", json.dumps(how, indent=2, sort_keys=True) + "\n", wanted),
        _file(f"{_UNITS}/{_PRUNE_SERVICE}", _PRUNE_UNIT, wanted),
        _file(f"{_UNITS}/{PRUNE}", timer, wanted),
    ]


def _file(dest: str, content: str, wanted: bool, mode: str = "0644") -> File:
    return {"dest": dest, "content": content, "mode": mode} if wanted else {"dest": dest, "state": "absent"}
