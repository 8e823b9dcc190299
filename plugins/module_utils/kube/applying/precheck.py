# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All that is wrong with a set of objects, said before any of them is sent."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.errors import ApiError, Unauthorized
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.parallel import run_all
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.resource import Resource
from ansible_collections.slipway.deploy.plugins.module_utils.kube.decide.builtin import is_builtin
from ansible_collections.slipway.deploy.plugins.module_utils.kube.manifests.problem import Problem
from ansible_collections.slipway.deploy.plugins.module_utils.kube.schema.from_crd import from_crd
from ansible_collections.slipway.deploy.plugins.module_utils.kube.schema.schemas import Schemas

Obj = t.Mapping[str, t.Any]
Kind = t.Tuple[str, str]
_CRDS = Resource("apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions", False)


class Asks(t.Protocol):
    """The part of the client that is needed."""

    def request(self, method: str, path: str) -> t.Dict[str, t.Any]: ...


class Finds(t.Protocol):
    """The part of Discovery that is needed."""

    def find(self, api_version: str, kind: str) -> t.Optional[Resource]: ...


def precheck(
    client: Asks, discovery: Finds, schemas: Schemas, objs: t.Sequence[Obj], *, whole: bool = False
) -> t.List[t.List[Problem]]:
    """The problems of each object; `whole` as in schema.check.

    The server publishes what a CRD says some time after it was made or changed. What looks wrong by that, or is of a
    kind that is not published yet, is judged by the CRD itself; where that may not be read nothing is said.
    """
    found = [schemas.check(obj, whole=whole) for obj in objs]
    looks_wrong = {_kind(obj) for obj, problems in zip(objs, found) if problems}
    doubtful = sorted((looks_wrong & schemas.published) | _unpublished(schemas, objs))
    if doubtful:
        for kind, crd in zip(doubtful, run_all(lambda one: _crd_of(client, discovery, one), doubtful)):
            newest = from_crd(crd, schemas.object_meta())
            schemas.add({kind: newest[kind]} if kind in newest else {})
        again = set(doubtful)
        found = [
            _checked(schemas, obj, whole) if _kind(obj) in again else problems for obj, problems in zip(objs, found)
        ]
    return found


def _unpublished(schemas: Schemas, objs: t.Iterable[Obj]) -> t.Set[Kind]:
    custom = {kind for kind in map(_kind, objs) if not is_builtin(kind[0])}
    return {kind for kind in custom if schemas.for_kind(*kind) is None}


def _checked(schemas: Schemas, obj: Obj, whole: bool) -> t.List[Problem]:
    return [] if _kind(obj) in schemas.published else schemas.check(obj, whole=whole)


def _kind(obj: Obj) -> Kind:
    return str(obj.get("apiVersion")), str(obj.get("kind"))


def _crd_of(client: Asks, discovery: Finds, kind: Kind) -> t.Dict[str, t.Any]:
    resource = discovery.find(*kind)
    if resource is None:
        return {}
    try:
        return client.request("GET", _CRDS.path(name=f"{resource.plural}.{resource.group}"))
    except Unauthorized:
        raise
    except ApiError:
        return {}
