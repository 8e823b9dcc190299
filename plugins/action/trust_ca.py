# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t
from pathlib import Path

from ansible.errors import AnsibleActionFail

from ansible_collections.slipway.deploy.plugins.plugin_utils.quick_import import quick_imports

with quick_imports():
    from ansible_collections.slipway.deploy.plugins.module_utils.trust.trust import VERB
    from ansible_collections.slipway.deploy.plugins.plugin_utils.action_face import VerbAction


class ActionModule(VerbAction):
    VERB = VERB

    def prepare(self, args: dict[str, t.Any], task_vars: dict[str, t.Any]) -> dict[str, t.Any]:
        """The controller's files become text, so that the host needs none of them."""
        del task_vars
        lists = {key: [self._with_text(item) for item in args.get(key) or []] for key in ("authorities", "registries")}
        return {**args, **lists}

    def _with_text(self, item: dict[str, t.Any]) -> dict[str, t.Any]:
        if not isinstance(item, dict) or not item.get("ca_file") or item.get("ca"):
            return item
        path = Path(self._loader.path_dwim(item["ca_file"]))
        try:
            text = path.read_text(encoding="utf-8")
        except OSError as exc:
            raise AnsibleActionFail(f"trust_ca: ca_file {path}: {exc.strerror}.") from exc
        return {key: value for key, value in {**item, "ca": text}.items() if key != "ca_file"}
