# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The server's OpenAPI v3 documents, as far as a set of objects needs them."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.disk_cache import DiskCache
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.errors import ApiError, Unauthorized
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.parallel import run_all
from ansible_collections.slipway.deploy.plugins.module_utils.kube.schema.from_crd import from_crd, is_crd
from ansible_collections.slipway.deploy.plugins.module_utils.kube.schema.schemas import Schemas
from ansible_collections.slipway.deploy.plugins.module_utils.kube.schema.slim import Slim, slim_document

_ROOT = "/openapi/v3"
#: Its document is there on every server, and describes the metadata of all objects.
_ALWAYS = "v1"


class Asks(t.Protocol):
    """The part of the client that is needed."""

    @property
    def identity(self) -> str: ...

    def request(self, method: str, path: str) -> t.Dict[str, t.Any]: ...


def schemas_for(client: Asks, objs: t.Sequence[t.Mapping[str, t.Any]], cache: t.Optional[DiskCache] = None) -> Schemas:
    """For the objects' kinds; those of CRDs among the objects are as these say, not as the server has them.

    A server that does not tell has no schemas: then nothing is found here, and the server decides.
    """
    schemas = Schemas(documents_for(client, {str(obj.get("apiVersion")) for obj in objs}, cache))
    learn(schemas, objs)
    return schemas


def learn(schemas: Schemas, objs: t.Iterable[t.Mapping[str, t.Any]]) -> None:
    """What the CRDs among the objects define."""
    for obj in objs:
        if is_crd(obj):
            schemas.add(from_crd(obj, schemas.object_meta()))


def documents_for(
    client: Asks, api_versions: t.Iterable[str], cache: t.Optional[DiskCache] = None
) -> t.Dict[str, Slim]:
    """By apiVersion, without those that the server does not have."""
    wanted = sorted({*api_versions, _ALWAYS})
    paths = _index(client)
    served = [(api_version, paths[_entry(api_version)]) for api_version in wanted if _entry(api_version) in paths]
    store = cache or DiskCache.of_user()
    found = run_all(lambda one: _document(client, one[0], one[1], store), served)
    return {api_version: slim for (api_version, _path), slim in zip(served, found) if slim}


def _entry(api_version: str) -> str:
    return f"apis/{api_version}" if "/" in api_version else f"api/{api_version}"


def _index(client: Asks) -> t.Dict[str, str]:
    """`apis/apps/v1` -> the path of its document, which has a hash of what is in it."""
    answer = _asked(client, _ROOT)
    entries = answer.get("paths") if answer else None
    if not isinstance(entries, dict):
        return {}
    return {name: _path(name, entry) for name, entry in entries.items()}


def _path(name: str, entry: t.Any) -> str:
    """Never another place than where documents are."""
    path = str(entry.get("serverRelativeURL") or "") if isinstance(entry, dict) else ""
    return path if path.startswith(_ROOT + "/") else f"{_ROOT}/{name}"


def _document(client: Asks, api_version: str, path: str, cache: DiskCache) -> t.Optional[Slim]:
    """What has a hash in its name never changes."""
    key = f"openapi {client.identity} {path}" if "hash=" in path else ""
    known = cache.get(key) if key else None
    if known:
        return t.cast(Slim, known)
    document = _asked(client, path)
    if document is None:
        return None
    slim = slim_document(document, api_version)
    if key:
        cache.put(key, slim)
    return slim


def _asked(client: Asks, path: str) -> t.Optional[t.Dict[str, t.Any]]:
    try:
        answer = client.request("GET", path)
    except Unauthorized:
        raise
    except (ApiError, ValueError):
        return None
    return answer if isinstance(answer, dict) else None
