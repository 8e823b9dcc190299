# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Visits of this minute, in Redis: nice to have. Without Redis the page says that it does not know."""

from __future__ import annotations

import logging
import time

from redis import Redis
from redis.exceptions import RedisError

from visits.settings import Settings

log = logging.getLogger("visits.recent")
#: Seconds for which a Redis that did not answer is left alone: visitors do not wait for it.
_PAUSE = 5.0


class Recent:
    def __init__(self, settings: Settings) -> None:
        self._redis = Redis(
            host=settings.redis_host or "localhost",
            port=settings.redis_port,
            socket_connect_timeout=0.3,
            socket_timeout=0.3,
        )
        self._away_until = 0.0 if settings.redis_host else float("inf")

    def add_visit(self) -> int | None:
        """Count one visit; the number of this minute, None where Redis is away."""
        if time.monotonic() < self._away_until:
            return None
        key = f"visits:{int(time.time()) // 60}"
        try:
            number, _ = self._redis.pipeline().incr(key).expire(key, 120).execute()
        except RedisError as exc:
            self._away_until = time.monotonic() + _PAUSE
            log.warning("Redis is away, the page goes on without it: %s", exc)
            return None
        return int(number)
