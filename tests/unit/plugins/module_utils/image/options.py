# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""docker_build's parameters as the argument spec leaves them."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.image.build_verb import VERB


def defaults(**options: t.Any) -> dict[str, t.Any]:
    spec = VERB.spec["argument_spec"]
    params = {name: option.get("default") for name, option in spec.items()}
    return {**params, "name": "a", "path": ".", **options}
