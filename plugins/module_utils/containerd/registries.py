# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""containerd's files for registries: where it asks for the images of each upstream host. Pure."""

from __future__ import annotations

import json
import typing as t
from urllib.parse import urlsplit

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError

#: The host that serves the images whose names say `docker.io`.
_SERVED_BY = {"docker.io": "registry-1.docker.io"}
CERTS_DIR = "/etc/containerd/certs.d"


def registry_files(
    mirrors: t.Mapping[str, str], private: t.Iterable[str] = (), ca_file: str = ""
) -> list[dict[str, str]]:
    """One `hosts.toml` for each upstream host and each private registry; `ca_file` is a path on the host."""
    urls = {host: _mirror_url(host, url) for host, url in mirrors.items()}
    urls.update({host: f"https://{host}" for host in private if host not in urls})
    return [
        {"dest": f"{CERTS_DIR}/{host}/hosts.toml", "content": _hosts_toml(host, url, ca_file)}
        for host, url in sorted(urls.items())
    ]


def _mirror_url(host: str, url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise InputError(f"The mirror of {host} must be a URL such as https://registry.example:5000, not '{url}'.")
    return url.rstrip("/")


def _hosts_toml(host: str, url: str, ca_file: str) -> str:
    """JSON strings are TOML strings too."""
    lines = [
        "# Managed by Slipway.",
        f"server = {json.dumps('https://' + _SERVED_BY.get(host, host))}",
        "",
        f"[host.{json.dumps(url)}]",
        '  capabilities = ["pull", "resolve"]',
    ]
    if ca_file and url.startswith("https://"):
        lines.append(f"  ca = {json.dumps(ca_file)}")
    return "\n".join(lines) + "\n"
