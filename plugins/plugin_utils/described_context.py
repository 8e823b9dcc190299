# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A build's context on the controller, as it is described to the host that builds."""

from __future__ import annotations

import typing as t
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.image.file_digests import cache_folder
from ansible_collections.slipway.deploy.plugins.module_utils.image.inputs import describe, read_inputs
from ansible_collections.slipway.deploy.plugins.module_utils.image.named_contexts import (
    FolderSource,
    folder_source,
    is_folder,
    where_of,
)
from ansible_collections.slipway.deploy.plugins.module_utils.image.needs import NoSurprises, read_needs
from ansible_collections.slipway.deploy.plugins.module_utils.image.plan import read_dockerfile
from ansible_collections.slipway.deploy.plugins.module_utils.image.reaches import Reaches, find_reaches, reaches_of
from ansible_collections.slipway.deploy.plugins.module_utils.image.request import Request, parse_request
from ansible_collections.slipway.deploy.plugins.module_utils.image.variables import platform_values


class DescribedContext:
    """Of base images and the host's platform the controller knows nothing: it takes them for nothing special, and the
    host says where that is wrong (`correct`)."""

    def __init__(self, params: t.Mapping[str, t.Any], env: t.Mapping[str, str]) -> None:
        # Keys and agents are the host's.
        request = parse_request({**params, "ssh": None}, env)
        self._cache = cache_folder(env)
        self._source = read_inputs(request.path, request.dockerfile)
        self._named = [self._folder(request, name) for name, source in request.contexts.items() if is_folder(source)]
        self._describe(self._guess(request))

    def _folder(self, request: Request, name: str) -> FolderSource:
        root = Path(request.path, request.contexts[name])
        return folder_source(name, root, where_of(name), self._cache)

    def _describe(self, reaches: Reaches) -> None:
        self._reaches = reaches
        self.inputs = self._source.select(reaches.own, self._cache)
        self.folders = [one.select(reaches.named[one.name], self._source.name) for one in self._named]

    def _guess(self, request: Request) -> Reaches:
        dockerfile = read_dockerfile(self._source, request)
        values = [{**platform_values(name, ""), **request.args} for name in request.platforms] or [dict(request.args)]
        known = bool(request.platforms)
        needs = [read_needs(dockerfile, request.target, one, NoSurprises(), platform_known=known) for one in values]
        return find_reaches(dockerfile, needs, request.contexts)

    def correct(self, needed: t.Mapping[str, t.Any]) -> None:
        self._describe(reaches_of(needed))

    def option(self, archives: t.Sequence[str] = ()) -> dict[str, t.Any]:
        """`archives` are of the context and the folders, once they are on the host."""
        sent: list[str | None] = [*archives] or [None] * (1 + len(self.folders))
        own, *others = sent
        contexts = {
            one.name: {
                "digest": one.digest,
                "archive": other,
                "reach": self._reaches.named[one.name].as_json(),
            }
            for one, other in zip(self.folders, others)
        }
        return describe(self.inputs, self._reaches.own, own, contexts)
