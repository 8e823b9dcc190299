# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Visits of this minute, in Redis: nice to have. Without Redis the page says that it does not know."""

from __future__ import annotations

import logging
import time
from concurrent.futures import ThreadPoolExecutor

from redis import Redis
from redis.exceptions import RedisError

from visits.settings import Settings

log = logging.getLogger("visits.recent")
#: Seconds for which a Redis that did not answer is left alone: visitors do not wait for it.
_PAUSE = 5.0
#: Seconds for which a visitor waits for it.
_PATIENCE = 0.5


class Recent:
    def __init__(self, settings: Settings) -> None:
        self._redis = Redis(
            host=settings.redis_host or "localhost",
            port=settings.redis_port,
            socket_connect_timeout=0.3,
            socket_timeout=0.3,
        )
        self._helpers = ThreadPoolExecutor(max_workers=8, thread_name_prefix="recent")
        self._away_until = 0.0 if settings.redis_host else float("inf")

    def add_visit(self) -> int | None:
        """Count one visit; the number of this minute, None where Redis is away."""
        if time.monotonic() < self._away_until:
            return None
        try:
            # Not even the look-up of its name, which has no time limit of its own, may hold the page up.
            return self._helpers.submit(self._count).result(timeout=_PATIENCE)
        except (RedisError, TimeoutError) as exc:
            self._away_until = time.monotonic() + _PAUSE
            log.warning("Redis is away, the page goes on without it: %s", exc or "no answer in time")
            return None

    def _count(self) -> int:
        key = f"visits:{int(time.time()) // 60}"
        number, _expires = self._redis.pipeline().incr(key).expire(key, 120).execute()
        return int(number)
