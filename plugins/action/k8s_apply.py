# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.slipway.deploy.plugins.plugin_utils.action_face import verb_of
from ansible_collections.slipway.deploy.plugins.plugin_utils.manifest_action import ManifestAction
from ansible_collections.slipway.deploy.plugins.plugin_utils.quick_import import import_quickly

# What only changes need. Workers are forked from the process that reads this: imported here it is there for all of
# them, and not imported again by each task that changes something.
for _name in ("check_fields", "write", "execute"):
    import_quickly(f"module_utils.kube.applying.{_name}")


class ActionModule(ManifestAction):
    VERB = verb_of("kube.apply")
