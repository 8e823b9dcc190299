# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The truth about the visits: one row for each version in PostgreSQL."""

from __future__ import annotations

import atexit
import logging
import threading

from psycopg import Connection, OperationalError
from psycopg_pool import ConnectionPool, PoolTimeout

from visits.settings import Settings

log = logging.getLogger("visits.store")

_SCHEMA = "CREATE TABLE IF NOT EXISTS visits (version text PRIMARY KEY, number bigint NOT NULL)"
_COUNT = """
INSERT INTO visits (version, number) VALUES (%s, 1)
ON CONFLICT (version) DO UPDATE SET number = visits.number + 1
"""
_READ = "SELECT version, number FROM visits ORDER BY version"
#: Any number that no other use of this database takes.
_SCHEMA_LOCK = 7_300_317


class StoreUnavailableError(Exception):
    """The database cannot be reached now; it is tried again at the next request."""


class Store:
    """A pool that connects in the background, so that the program starts before its database does."""

    def __init__(self, settings: Settings) -> None:
        self._pool: ConnectionPool[Connection] = ConnectionPool(
            kwargs={
                "host": settings.database_host,
                "port": settings.database_port,
                "dbname": settings.database_name,
                "user": settings.database_user,
                "password": settings.database_password,
                "connect_timeout": 3,
                "application_name": f"visits {settings.version}",
            },
            min_size=1,
            max_size=8,
            timeout=3,
            # Then the next request or readiness probe starts another try.
            reconnect_timeout=10,
            check=ConnectionPool.check_connection,
            open=True,
        )
        # Else the process ends only after it has waited for each of the pool's threads.
        atexit.register(self.close)
        self._has_schema = False
        self._lock = threading.Lock()

    def add_visit(self, version: str) -> dict[str, int]:
        """Count one visit; the visits so far by version."""
        try:
            with self._pool.connection() as connection:
                self._make_schema(connection)
                connection.execute(_COUNT, (version,))
                return dict(connection.execute(_READ).fetchall())
        except (PoolTimeout, OperationalError) as exc:
            raise StoreUnavailableError(str(exc)) from exc

    def check(self) -> None:
        """Raise StoreUnavailableError unless a visit could be counted now."""
        try:
            with self._pool.connection(timeout=1.5) as connection:
                self._make_schema(connection)
                connection.execute("SELECT 1")
        except (PoolTimeout, OperationalError) as exc:
            raise StoreUnavailableError(str(exc)) from exc

    def close(self) -> None:
        self._pool.close(timeout=2)

    def _make_schema(self, connection: Connection) -> None:
        """Once for each process. Several start at once, and IF NOT EXISTS alone does not keep them apart."""
        with self._lock:
            if self._has_schema:
                return
            with connection.transaction():
                connection.execute("SELECT pg_advisory_xact_lock(%s)", (_SCHEMA_LOCK,))
                connection.execute(_SCHEMA)
            self._has_schema = True
            log.info("the database is there")
