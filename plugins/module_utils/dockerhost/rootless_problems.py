# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is wrong with the settings of users' own engines. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.dockerhost.settings import Settings


def rootless_problems(settings: Settings) -> t.Iterator[str]:
    if settings.rootless_users:
        yield from _users(settings)
    if not settings.system_engine:
        yield from _alone(settings)


def _users(settings: Settings) -> t.Iterator[str]:
    if not settings.systemd:
        yield "docker_host_rootless_users needs systemd on the host, which keeps the engines of users."
    if settings.source == "static":
        yield "docker_host_rootless_users: Docker's archive has no parts for them. Set another docker_host_source."
    elif not settings.rootless_known:
        yield f"docker_host_rootless_users: it is not known which packages that takes on {settings.distribution}."
    both = [name for name in settings.rootless_users if name in settings.users]
    if both:
        names = ", ".join(both)
        yield f"docker_host_rootless_users: {names} would be root by docker_host_users all the same. Leave one out."
    if "root" in settings.rootless_users:
        yield "docker_host_rootless_users: root's engine is the system's. Name other users."


def _alone(settings: Settings) -> t.Iterator[str]:
    if not settings.rootless_users:
        yield "docker_host_system_engine: false leaves the host without an engine: name docker_host_rootless_users."
    of_the_system = {
        "docker_host_users": settings.users,
        "docker_host_builders": settings.builders,
        "docker_host_daemon_options": settings.daemon_options,
        "docker_host_userns_remap": settings.userns_remap,
        "docker_host_tls": settings.tls,
        "docker_host_metrics": settings.metrics_address,
        "docker_host_firewall": settings.firewall,
        "docker_host_prune": settings.prune,
    }
    asked = [name for name, value in of_the_system.items() if value]
    if asked:
        yield f"docker_host_system_engine: false, but {', '.join(asked)} are the system engine's. Leave them out."
