# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Networks and volumes of the project that its file no longer has: removed only when asked."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Params
from ansible_collections.slipway.deploy.plugins.module_utils.compose.history import Wish
from ansible_collections.slipway.deploy.plugins.module_utils.compose.stack import Stack


def prune(stack: Stack, wish: Wish, params: Params, *, check_mode: bool) -> t.List[str]:
    """What goes, as `volume NAME`."""
    gone: t.List[str] = []
    for kind, asked in (("network", params["prune_networks"]), ("volume", params["prune_volumes"])):
        if asked:
            names = leftover(stack.host.engine.leftovers(kind, stack.host.cli.name), wish, f"{kind}s")
            if names and not check_mode:
                stack.host.engine.remove_leftovers(kind, names)
            gone += [f"{kind} {name}" for name in names]
    return gone


def leftover(there: t.Sequence[str], wish: Wish, kind: str) -> t.List[str]:
    """Compose makes a network or volume when a container needs it, and forgets it afterwards."""
    wanted = {entry.get("name") for entry in (wish.document.get(kind) or {}).values() if entry}
    return [name for name in there if name not in wanted]
