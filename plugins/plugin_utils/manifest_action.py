# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Base of the action plugins whose verbs take manifests."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.plugin_utils.action_face import VerbAction
from ansible_collections.slipway.deploy.plugins.plugin_utils.manifest_sources import ManifestSources


class ManifestAction(VerbAction):
    """Reads files and renders templates here; the API is talked to from where the task runs."""

    def prepare(self, args: dict[str, t.Any], task_vars: dict[str, t.Any]) -> dict[str, t.Any]:
        return ManifestSources(self, task_vars).fill_in(args)
