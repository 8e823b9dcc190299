# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Start: check the settings, then become the web server (the same process, so that signals reach it)."""

from __future__ import annotations

import os

from visits.settings import SettingsError, read_settings

SERVER = [
    "gunicorn",
    "--bind=0.0.0.0:8000",
    "--workers=2",
    "--worker-class=gthread",
    "--threads=8",
    # On SIGTERM: no new connections, those at work end within this time.
    "--graceful-timeout=20",
    "--keep-alive=5",
    # The container's file system may be read-only.
    "--worker-tmp-dir=/dev/shm",
    "--no-control-socket",
    "--access-logfile=-",
    "visits.app:create_app()",
]


def main() -> None:
    try:
        settings = read_settings()
    except SettingsError as exc:
        raise SystemExit(f"visits cannot start: {exc}") from exc
    if settings.version == "broken":
        raise SystemExit("visits broken: this release ends at its start, so that a failed release can be watched")
    os.execvp(SERVER[0], SERVER)  # noqa: S606 (no shell is what we want)


if __name__ == "__main__":
    main()
