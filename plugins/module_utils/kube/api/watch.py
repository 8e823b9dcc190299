# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads the event stream of a watch."""

from __future__ import annotations

import json
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.errors import Unreachable, api_error

try:
    from urllib3.exceptions import HTTPError
except ImportError:
    HTTPError = OSError  # configuration_for says what is missing before anything here runs

Event = t.Tuple[str, t.Dict[str, t.Any]]


def read_events(response: t.Any, server: str) -> t.Iterator[Event]:
    """(type, object) for each line; closes the connection however the reading ends."""
    try:
        for line in _lines(response):
            event = json.loads(line)
            if event["type"] == "ERROR":
                status = event["object"]
                raise api_error(int(status.get("code") or 0), status, "the watch")
            yield event["type"], event["object"]
    except (HTTPError, OSError, ValueError) as exc:
        raise Unreachable(f"The watch on the API server {server} broke off: {exc}.", server=server) from exc
    finally:
        response.close()


def _lines(response: t.Any) -> t.Iterator[bytes]:
    """Whole lines as they come: never waits for more than one event."""
    rest = b""
    for chunk in response.stream(None, decode_content=True):
        *whole, rest = (rest + chunk).split(b"\n")
        yield from (line for line in whole if line.strip())
