# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the role docker_host was told, as values. Its variables without their prefix."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field, fields
from pathlib import Path

Rule = t.Mapping[str, t.Any]


@dataclass(frozen=True)
class Settings:
    # -- where it is installed
    distribution: str = ""
    supported: str = ""
    known_distribution: bool = True
    recent_enough: bool = True
    systemd: bool = True
    playbook_dir: str = "."
    #: The host's own Python.
    python: str = "/usr/bin/python3"
    # -- what is installed
    source: str = "distribution"
    has_engine: bool = True
    version: str = ""
    cli_plugins: t.Sequence[str] = ()
    plugins_offered: t.Sequence[str] = ()
    static_archive: str = ""
    static_checksum: str = ""
    #: Engines before 23.0 know no `proxies` in daemon.json.
    knows_proxies: bool = True
    program: str = "/usr/bin/dockerd"
    # -- how it is configured
    daemon_options: t.Mapping[str, t.Any] = field(default_factory=dict)
    live_restore: bool = True
    log_max_size: str = "20m"
    log_max_files: int = 5
    address_pools: t.Sequence[t.Mapping[str, t.Any]] = ()
    registry_mirrors: t.Sequence[str] = ()
    registry_cas: t.Sequence[t.Mapping[str, str]] = ()
    extra_ca_file: str = ""
    registry_credentials: t.Sequence[t.Mapping[str, str]] = ()
    proxy: t.Mapping[str, t.Any] = field(default_factory=dict)
    userns_remap: str = ""
    metrics_address: str = ""
    tls: bool = False
    tls_address: str = "0.0.0.0:2376"
    tls_directory: str = "/etc/docker/tls"
    tls_names: t.Sequence[str] = ()
    firewall: bool = False
    firewall_interfaces: t.Sequence[str] = ()
    firewall_allow: t.Sequence[Rule] = ()
    users: t.Sequence[str] = ()
    builders: t.Sequence[t.Mapping[str, t.Any]] = ()
    #: Beside the users' own.
    system_engine: bool = True
    rootless_users: t.Sequence[str] = ()
    rootless_options: t.Mapping[str, t.Any] = field(default_factory=dict)
    rootless_environment: t.Mapping[str, t.Any] = field(default_factory=dict)
    #: Whether it is known which packages that takes.
    rootless_known: bool = True
    prune: bool = False
    prune_schedule: str = "daily"
    prune_keep_hours: int = 168
    prune_keep_images: t.Sequence[str] = ()
    prune_histories: t.Sequence[str] = ()
    prune_build_cache: bool = True

    @classmethod
    def of(cls, values: t.Mapping[str, t.Any]) -> Settings:
        known = {item.name for item in fields(cls)}
        return cls(**{key: value for key, value in values.items() if key in known and value is not None})

    def controller_file(self, path: str) -> Path:
        """As the lookups find it: `~` and, beside the playbook, relative paths."""
        return Path(self.playbook_dir) / Path(path).expanduser()

    @property
    def has_proxy(self) -> bool:
        return bool(self.proxy.get("http") or self.proxy.get("https"))

    @property
    def proxy_by_unit(self) -> bool:
        return self.has_proxy and not self.knows_proxies
