# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Users of this host, as a task names them."""

from __future__ import annotations

import pwd

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError


def entry_of(name: str) -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(name)
    except KeyError as exc:
        raise InputError(f"users: there is no user '{name}' on this host. Make it, or leave it out.") from exc
