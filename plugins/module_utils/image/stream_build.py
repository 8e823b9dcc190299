# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs a build and tells how far it is, by the best that the host's buildx can do."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import Completed, Runner, Streamer
from ansible_collections.slipway.deploy.plugins.module_utils.engine.build_progress import BuildProgress
from ansible_collections.slipway.deploy.plugins.module_utils.engine.buildx import RAWJSON, progress_kind
from ansible_collections.slipway.deploy.plugins.module_utils.image.capable import require_buildx

Say = t.Callable[[str], None]


def stream_build(
    stream: Streamer, run: Runner, argv_of: t.Callable[[str], t.List[str]], say: Say
) -> t.Tuple[Completed, BuildProgress]:
    """`argv_of` takes the kind of progress. Asking buildx for its version first would take longer than many a cached
    build: one that is too old, or not there, ends without a single step."""
    done, progress = _streamed(stream, argv_of(RAWJSON), say)
    if not done.ok and not progress.steps:
        kind = progress_kind(require_buildx(run))
        if kind != RAWJSON:
            return _streamed(stream, argv_of(kind), say)
    return done, progress


def _streamed(stream: Streamer, argv: t.List[str], say: Say) -> t.Tuple[Completed, BuildProgress]:
    progress = BuildProgress(say)
    done = stream(argv, progress.feed, progress.still_running)
    progress.finish()
    return done, progress
