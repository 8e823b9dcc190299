# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads one container's log. What the kubelet cannot give is said, not raised: the other containers' logs count too."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import TransportError, sentence
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.client import Obj
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.discovery import Resource
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.errors import (
    ApiError,
    Invalid,
    NotFound,
    Unreachable,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.request import Http
from ansible_collections.slipway.deploy.plugins.module_utils.kube.diagnosis.owned import name_of
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.read import text
from ansible_collections.slipway.deploy.plugins.module_utils.kube.pods.containers import state_of
from ansible_collections.slipway.deploy.plugins.module_utils.kube.pods.tail import tail_of

try:
    from urllib3.exceptions import HTTPError
except ImportError:
    HTTPError = OSError  # configuration_for says what is missing before anything here runs

_CHUNK = 65536


@dataclass(frozen=True)
class Slice:
    """Which part of a log."""

    limit: int
    previous: bool = False
    timestamps: bool = False
    since_seconds: t.Optional[int] = None
    tail_lines: t.Optional[int] = None

    def query(self, container: str) -> t.Dict[str, str]:
        """Not limitBytes: the server leaves out the end, which is what people look for."""
        query = {"container": container}
        if self.previous:
            query["previous"] = "true"
        if self.timestamps:
            query["timestamps"] = "true"
        if self.since_seconds is not None:
            query["sinceSeconds"] = str(self.since_seconds)
        if self.tail_lines is not None:
            query["tailLines"] = str(self.tail_lines)
        return query


@dataclass(frozen=True)
class Log:
    """`problem`: why there is no log. `failed`: there might be one, but it could not be had."""

    text: str = ""
    truncated: bool = False
    problem: str = ""
    failed: bool = False


class LogReader:
    """Reads the same part of many containers' logs. Thread safe."""

    def __init__(self, http: Http, resource: Resource, part: Slice) -> None:
        self._http = http
        self._resource = resource
        self._part = part

    def read(self, pod: Obj, container: str) -> Log:
        try:
            return self._read(pod, container)
        except Invalid as exc:
            return Log(problem=self._why_not(pod, container, exc))
        except NotFound as exc:
            return Log(problem=sentence(exc.message))
        except TransportError:
            raise
        except ApiError as exc:
            return Log(problem=sentence(exc.message), failed=True)

    def _read(self, pod: Obj, container: str) -> Log:
        path = self._resource.path(text(pod, "metadata", "namespace"), name_of(pod), "log")
        response = self._http.send("GET", path, query=self._part.query(container), accept="*/*", stream=True)
        try:
            kept, cut = tail_of(response.stream(_CHUNK, decode_content=True), self._part.limit)
        except (HTTPError, OSError) as exc:
            server = self._http.server
            said = f"The API server {server} broke off in the log of {name_of(pod)}: {exc}."
            raise Unreachable(said, server=server) from exc
        finally:
            response.release_conn()
        return Log(kept.decode("utf-8", "replace"), cut)

    def _why_not(self, pod: Obj, container: str, exc: ApiError) -> str:
        """A container that has not started: its state says more than the kubelet's answer."""
        state, why = state_of(pod, container)
        if state == "waiting" and why and not self._part.previous:
            return why
        return sentence(exc.message)
