# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Containers and services for the tests of deciding."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.compose.container import CONFIG_LABEL, Container
from ansible_collections.slipway.deploy.plugins.module_utils.compose.service import Service, read_services


def container(number: int = 1, digest: str = "new", service: str = "web", **changed: t.Any) -> Container:
    values: dict[str, t.Any] = {
        "service": service,
        "name": f"p-{service}-{number}",
        "config_hash": digest,
        "state": "running",
        "health": "healthy",
        "number": number,
    }
    return Container(**{**values, **changed})


def services(**configs: dict[str, t.Any]) -> dict[str, Service]:
    """Each with the hash `new`."""
    labels = {CONFIG_LABEL: "new"}
    return read_services(
        {"services": {name: {"image": "x", "labels": labels, **config} for name, config in configs.items()}}
    )
