# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.slipway.deploy.plugins.plugin_utils.quick_import import quick_imports

with quick_imports():
    from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.rootless.verb import VERB
    from ansible_collections.slipway.deploy.plugins.plugin_utils.action_face import VerbAction


class ActionModule(VerbAction):
    VERB = VERB

    def can_run_here(self) -> bool:
        """Never: it touches files as other users, which must not be seen by what else a worker does."""
        return False
