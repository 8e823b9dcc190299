# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A disk that is full, as a sentence."""

from __future__ import annotations

import contextlib
import errno
import tempfile
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError

_FULL = (errno.ENOSPC, errno.EDQUOT)


@contextlib.contextmanager
def space_for_builds() -> t.Iterator[None]:
    """A build copies its context, and perhaps its result, into the temporary directory."""
    try:
        yield
    except OSError as exc:
        if exc.errno not in _FULL:
            raise
        raise SlipwayError(
            f"There is no space left for the build's files in {tempfile.gettempdir()}: free some, or give the task "
            "another directory by TMPDIR in its environment."
        ) from exc
