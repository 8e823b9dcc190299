# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What changes in a project's files, for --diff: pure."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.compose.project import ProjectFiles


def diff_of(live: t.Mapping[str, str], files: ProjectFiles) -> t.Dict[str, str]:
    """Texts for --diff; a secret shows that it changes, never what it is."""
    wanted = files.as_files()
    before, after = "", ""
    for name in sorted(set(live) | set(wanted)):
        old, new = live.get(name), wanted.get(name)
        if name.startswith("secrets/"):
            old = old and "(secret)\n"
            new = new and ("(secret)\n" if live.get(name) == wanted[name] else "(secret, another value)\n")
        before += f"--- {name}\n{old}" if old is not None else ""
        after += f"--- {name}\n{new}" if new is not None else ""
    return {"before": before, "after": after}
