# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The pages."""

from __future__ import annotations

import logging
import socket

from flask import Flask, Response, render_template

from visits.recent import Recent
from visits.settings import Settings, read_settings
from visits.store import Store, StoreUnavailableError

log = logging.getLogger("visits")


def create_app(settings: Settings | None = None, store: Store | None = None, recent: Recent | None = None) -> Flask:
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    settings = settings or read_settings()
    store = store or Store(settings)
    recent = recent or Recent(settings)
    app = Flask("visits")
    facts = {"title": settings.title, "version": settings.version, "host": socket.gethostname()}

    @app.get("/")
    def page() -> tuple[str, int]:
        try:
            versions = store.add_visit(settings.version)
        except StoreUnavailableError as exc:
            log.error("no answer without the database: %s", exc)
            return render_template("page.html", **facts, versions=None, minute=None), 503
        return render_template("page.html", **facts, versions=versions, minute=recent.add_visit()), 200

    @app.get("/healthz")
    def alive() -> Response:
        """The process answers. Nothing else: a restart would not bring a lost database back."""
        return _text("ok", 200)

    @app.get("/readyz")
    def ready() -> Response:
        """A visitor would get an answer. Redis is not asked: the page does without it."""
        try:
            store.check()
        except StoreUnavailableError as exc:
            log.warning("not ready, no database: %s", exc)
            return _text("no database", 503)
        return _text("ok", 200)

    return app


def _text(text: str, status: int) -> Response:
    return Response(text + "\n", status=status, mimetype="text/plain")
