# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All that the role docker_host needs to know of its settings, from one place."""

from __future__ import annotations

import typing as t
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.dockerhost import options, problems, units
from ansible_collections.slipway.deploy.plugins.module_utils.dockerhost.settings import Settings


def host_problems(values: t.Mapping[str, t.Any]) -> t.List[str]:
    """One sentence for each thing that is wrong."""
    return problems.problems(Settings.of(values))


def host_plan(values: t.Mapping[str, t.Any]) -> t.Dict[str, t.Any]:
    """What the role's tasks hand to the modules."""
    settings = Settings.of(values)
    program = Path(__file__).with_name("prune_program.py").read_text(encoding="utf-8")
    return {
        "options": options.engine_options(settings),
        "drop_in": options.drop_in(settings) if settings.systemd else None,
        "rootless_options": options.rootless_options(settings),
        "rootless_environment": {**options.unit_proxies(settings), **settings.rootless_environment},
        "client_proxies": options.client_proxies(settings),
        "files": units.files(settings, program),
        "services": units.services(settings),
    }
