# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which ApplySet a task means, and the names by which every tool knows one (KEP-3659). Pure."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError

PARENT_ID = "applyset.kubernetes.io/id"
PART_OF = "applyset.kubernetes.io/part-of"
TOOLING = "applyset.kubernetes.io/tooling"
CONTAINS_KINDS = "applyset.kubernetes.io/contains-group-kinds"
#: What kubectl 1.27 wrote instead: plurals.
CONTAINS_RESOURCES = "applyset.kubernetes.io/contains-group-resources"
MORE_NAMESPACES = "applyset.kubernetes.io/additional-namespaces"
#: On a CustomResourceDefinition: its objects may be parents.
IS_PARENT_TYPE = "applyset.kubernetes.io/is-parent-type"

#: kubectl works only on sets whose tooling is called kubectl, whatever the version; what follows the plus says who
#: it was. Under kubectl's own manager both of us own the parent's fields, and neither has to force anything.
OUR_TOOLING = "kubectl/v1.37.0+slipway"
FIELD_MANAGER = "kubectl-applyset"
_OUR_TOOL = "kubectl"

_BUILT_IN = {"secret": "secrets", "secrets": "secrets", "configmap": "configmaps", "configmaps": "configmaps"}
_NAME = re.compile(r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?")
_LONGEST_NAME = 253


@dataclass(frozen=True)
class ParentName:
    """What the user wrote: the parent's resource (plural), its API group, its name."""

    resource: str
    group: str
    name: str

    @property
    def built_in(self) -> bool:
        """Secrets and ConfigMaps: we make them ourselves."""
        return not self.group and self.resource in _BUILT_IN.values()


def parse_parent(text: str) -> ParentName:
    """`shop`, `secret/shop`, `configmap/shop` or `bundles.example.com/shop`."""
    resource, slash, name = text.strip().rpartition("/")
    resource, _dot, group = (resource if slash else "secrets").partition(".")
    if not _NAME.fullmatch(name) or len(name) > _LONGEST_NAME or not _NAME.fullmatch(resource):
        raise _unreadable(text)
    if not group:
        if resource not in _BUILT_IN:
            raise _unreadable(text)
        resource = _BUILT_IN[resource]
    return ParentName(resource, group, name)


def _unreadable(text: str) -> InputError:
    return InputError(
        f"apply_set: '{text}' names no apply set; write NAME, secret/NAME, configmap/NAME, or RESOURCE.GROUP/NAME for "
        "a custom resource, with a name as Kubernetes has them (lower case, digits, '-' and '.')."
    )


@dataclass(frozen=True)
class Identity:
    """One ApplySet, by its parent. `namespace` is empty for a parent of the whole cluster."""

    name: str
    namespace: str
    kind: str
    group: str

    @property
    def id(self) -> str:
        """The value of the members' label. Begins and ends as a label's value must."""
        text = ".".join((self.name, self.namespace, self.kind, self.group))
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")
        return f"applyset-{digest}-v1"

    @property
    def selector(self) -> str:
        """The members, for a list."""
        return f"{PART_OF}={self.id}"

    def __str__(self) -> str:
        where = f" in namespace {self.namespace}" if self.namespace else ""
        return f"'{self.name}' ({self.kind}{where})"


def refuse_foreign_tool(identity: Identity, tooling: str) -> None:
    """The specification: a tool leaves other tools' sets alone."""
    tool = tooling.rpartition("/")[0] or tooling
    if tool != _OUR_TOOL:
        raise InputError(
            f"The apply set {identity} is managed by another tool, '{tooling}'. Use that tool, give this set another "
            f"name, or, where the other tool is no longer used, hand it over: annotate the parent with "
            f"{TOOLING}={OUR_TOOLING}."
        )
