# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a manager's state on disk is locked: the key of its certificate is encrypted then, by the unlock key.

Docker cannot make a new cluster of a locked state, not even after it was unlocked, and the node is out of its swarm
when it has tried (https://github.com/moby/moby/issues/36852). So whoever is about to ask that looks here first.
"""

from __future__ import annotations

from pathlib import Path

KEY = "certificates/swarm-node.key"


def is_locked(state: Path) -> bool:
    """`state`: the directory `swarm` of the engine's data. Where nothing can be read, there is nothing that locks."""
    try:
        return is_encrypted((state / KEY).read_bytes())
    except OSError:
        return False


def is_encrypted(pem: bytes) -> bool:
    """`BEGIN ENCRYPTED PRIVATE KEY`, or the older header `Proc-Type: 4,ENCRYPTED`."""
    return b"ENCRYPTED" in pem
