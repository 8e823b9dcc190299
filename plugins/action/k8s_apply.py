# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.slipway.deploy.plugins.plugin_utils.quick_import import quick_imports

with quick_imports():
    from ansible_collections.slipway.deploy.plugins.module_utils.kube.apply import VERB
    from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying import check_fields, execute, write
    from ansible_collections.slipway.deploy.plugins.plugin_utils.manifest_action import ManifestAction

#: What only changes need. Workers are forked from the process that reads this: imported here it is there for all of
#: them, and not imported again by each task that changes something.
_FOR_CHANGES = (check_fields, execute, write)


class ActionModule(ManifestAction):
    VERB = VERB
