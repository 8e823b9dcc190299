# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a manager owns one field. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.decide.managed import (
    Node,
    Obj,
    Path,
    fields_of,
    is_leaf,
)


def owns(entry: Obj, path: Path) -> bool:
    """The field itself, not only something below it."""
    node = node_at(fields_of(entry), path)
    return node is not None and (is_leaf(node) or "." in node)


def node_at(fields: Node, path: Path) -> t.Optional[Node]:
    if path is None:
        return fields
    above, step = path
    node = node_at(fields, above)
    if node is None:
        return None
    below: t.Optional[Node] = node.get(f"f:{step}" if isinstance(step, str) else step[0])
    return below
