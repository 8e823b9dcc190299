# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task wants to read: one query for each kind. Pure but for the question which kinds there are."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Params
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.discovery import Discovery, Resource
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.errors import UnknownKind

#: What would lead a URL elsewhere. The names of objects never have it.
_NOT_IN_NAMES = re.compile(r"[/?#%\s]")
_INHERITED = ("namespace", "label_selectors", "field_selectors")


@dataclass(frozen=True)
class Wanted:
    """One kind, and which of its objects."""

    api_version: str
    kind: str
    namespace: str = ""
    name: str = ""
    label_selector: str = ""
    field_selector: str = ""

    def by_path(self, resource: Resource) -> bool:
        """One object by its own URL, which needs no right to list."""
        placed = bool(self.namespace) or not resource.namespaced
        return bool(self.name) and placed and not (self.label_selector or self.field_selector)

    def selectors(self) -> t.Dict[str, str]:
        """As a list's query. A name without namespace is looked for in all of them."""
        fields = [f"metadata.name={self.name}"] if self.name else []
        fields += [self.field_selector] if self.field_selector else []
        pairs = {"labelSelector": self.label_selector, "fieldSelector": ",".join(fields)}
        return {k: v for k, v in pairs.items() if v}


def wanted_from(params: Params) -> t.List[Wanted]:
    """What `kind` or `kinds` ask for. Entries of `kinds` take from the task what they leave out."""
    if not params.get("kinds"):
        return [_wanted(params)]
    given = {key: params.get(key) for key in _INHERITED}
    return [_wanted({**given, **{k: v for k, v in entry.items() if v not in (None, [])}}) for entry in params["kinds"]]


def _wanted(entry: t.Mapping[str, t.Any]) -> Wanted:
    return Wanted(
        entry.get("api_version") or "v1",
        entry["kind"],
        safe_name("namespace", entry.get("namespace")),
        safe_name("name", entry.get("name")),
        ",".join(entry.get("label_selectors") or []),
        ",".join(entry.get("field_selectors") or []),
    )


def safe_name(option: str, value: t.Optional[str]) -> str:
    """Becomes a part of a URL. Raises InputError where it would become another one."""
    if value and (_NOT_IN_NAMES.search(value) or value in (".", "..")):
        raise InputError(f"{option}: '{value}' is no name of a Kubernetes object.")
    return value or ""


def resource_of(discovery: Discovery, wanted: Wanted) -> t.Optional[Resource]:
    """By the kind, else by its plural or in any case (`pods`, `pod`); None where the cluster does not serve it."""
    try:
        return discovery.resource_for(wanted.api_version, wanted.kind)
    except UnknownKind:
        word = wanted.kind.lower()
        alike = (r for r in discovery.resources() if r.api_version == wanted.api_version)
        return next((r for r in alike if word in (r.kind.lower(), r.plural)), None)
